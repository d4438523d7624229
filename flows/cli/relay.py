"""`loomroute relay`: a router over HTTP for several organisations, and the register of who is admitted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import JsonOption, emit_json, say

if TYPE_CHECKING:
    from flows.web.relay.members import Members

app = typer.Typer(invoke_without_command=True)
token = typer.Typer(
    help='Admit organisations by token, and revoke them.\n\nExample: loomroute relay token add "member 7"',
    no_args_is_help=True,
)
app.add_typer(token, name="token")

StateOption = Annotated[Path, typer.Option("--state", help="Folder of the relay's own database.")]
_STATE = Path("relay-state")


@app.callback()
def command(
    context: typer.Context,
    *,
    listen: Annotated[
        str, typer.Option("--listen", help="HOST:PORT (port 0: any free one); TLS by a reverse proxy.")
    ] = "127.0.0.1:8787",
    storage: Annotated[str, typer.Option("--storage", help="Router URL behind it.")] = "sqlite:///relay.db",
    state: StateOption = _STATE,
    k: Annotated[int, typer.Option("--k", min=1, help="Sources that must share conditions; 1: no generalising.")] = 5,
    deposits_per_day: Annotated[int, typer.Option(min=1, help="Deposits a member and UTC day.")] = 20_000,
    requests_per_minute: Annotated[int, typer.Option(min=1, help="Requests a member and minute.")] = 1_200,
    deposits_per_topic: Annotated[int, typer.Option(min=1, help="Deposits a member, topic and quarter.")] = 200,
    retention_days: Annotated[int, typer.Option(min=0, help="Days a vote key outlives its quarter.")] = 183,
    release_interval: Annotated[float, typer.Option(min=0.1, help="Seconds between releases of conditions.")] = 300.0,
) -> None:
    """Serve deposits to the members of an exchange: one vote a source, conditions only when k sources share them.

    Example: loomroute relay --listen 127.0.0.1:8787 --storage sqlite:///relay.db --state relay-state
    """
    if context.invoked_subcommand is not None:
        return
    from flows.web.relay.settings import RelaySettings
    from pipeline.errors import MissingExtraError

    try:
        from flows.web.relay.serve import serve
    except ModuleNotFoundError as error:
        raise MissingExtraError("relay", "loomroute relay") from error
    settings = RelaySettings(
        storage=storage,
        state=state,
        k=k,
        deposits_per_day=deposits_per_day,
        requests_per_minute=requests_per_minute,
        deposits_per_topic=deposits_per_topic,
        retention_days=retention_days,
        release_interval_s=release_interval,
    )
    serve(settings, listen, lambda url: say(f"relay on {url} (operations: /docs); stop with Ctrl-C"))


@token.command("add")
def add(
    label: Annotated[str, typer.Argument(help="What the operator calls the organisation; stays in this register.")],
    *,
    gateway: Annotated[
        bool, typer.Option("--gateway", help="It speaks for several sources and enforces one vote a source itself.")
    ] = False,
    state: StateOption = _STATE,
    json_output: JsonOption = False,
) -> None:
    """Admit an organisation; its token is printed once and stored as a hash.

    Example: loomroute relay token add "member 7" --state relay-state
    """
    member, secret = _members(state, create=True).add(label, gateway=gateway)
    _show(member.id, secret, json_output=json_output)


@token.command("rotate")
def rotate(
    member: Annotated[str, typer.Argument(help="Member id as listed.")],
    *,
    state: StateOption = _STATE,
    json_output: JsonOption = False,
) -> None:
    """Give a member a new token; the old one ends at once, the member's votes stay its own.

    Example: loomroute relay token rotate 5f0c19aa
    """
    _show(member, _members(state).rotate(member), json_output=json_output)


@token.command("revoke")
def revoke(member: Annotated[str, typer.Argument(help="Member id as listed.")], *, state: StateOption = _STATE) -> None:
    """Refuse a member's token from now on.

    Example: loomroute relay token revoke 5f0c19aa
    """
    _members(state).revoke(member)
    say(f"{member} revoked")


@token.command("list")
def list_members(*, state: StateOption = _STATE, json_output: JsonOption = False) -> None:
    """List members, without tokens.

    Example: loomroute relay token list --json
    """
    for member in _members(state).all():
        if json_output:
            fields = {"member": member.id, "label": member.label, "gateway": member.gateway}
            emit_json({**fields, "added": member.added, "revoked": member.revoked})
        else:
            notes = f"{' gateway' if member.gateway else ''}{' revoked' if member.revoked else ''}"
            typer.echo(f"{member.id}  {member.added}  {member.label}{notes}")


def _members(state: Path, *, create: bool = False) -> Members:
    from flows.web.relay.database import open_database
    from flows.web.relay.members import Members

    return Members(open_database(state, create=create))


def _show(member: str, secret: str, *, json_output: bool) -> None:
    if json_output:
        emit_json({"member": member, "token": secret})
    else:
        typer.echo(secret)
        say(f"token of {member}; it is not shown again")
