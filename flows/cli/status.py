"""`loomroute status`: what the ledger holds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import ConfigOption, JsonOption, LedgerOption, RouterOption, emit_json, say

if TYPE_CHECKING:
    from pipeline.ledger.ledger import Row


def command(
    *,
    state: Annotated[str | None, typer.Option("--state", help="List the recordings in this state.")] = None,
    router: RouterOption = None,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show how many recordings are in which state, and what waits for the router.

    Example: loomroute status --state held
    """
    from flows.settings import load_settings
    from flows.wiring import open_ledger
    from pipeline.errors import UsageError
    from pipeline.ledger.states import STATES

    if state is not None and state not in STATES:
        raise UsageError(f"unknown state {state!r}: one of {', '.join(STATES)}")
    settings = load_settings(config, router=router, ledger=ledger)
    if not settings.ledger.exists():
        _print({}, None, [], [], json_output=json_output)
        return
    book = open_ledger(settings, reading=True)
    try:
        rows = book.rows(state) if state is not None else []
        counts, elsewhere = book.counts(), book.elsewhere()
        _print(counts, book.outbox.oldest_ready(), book.batches(), rows, json_output=json_output)
        if elsewhere and not json_output:
            say(f"(and {elsewhere} recordings for other routers: name one with --router)")
    finally:
        book.close()


def _print(
    counts: dict[str, int],
    oldest: float | None,
    batches: list[tuple[str, int]],
    rows: list[Row],
    *,
    json_output: bool,
) -> None:
    since = dt.datetime.fromtimestamp(oldest, dt.UTC).isoformat(timespec="seconds") if oldest is not None else None
    if json_output:
        emit_json(
            {
                "counts": counts,
                "oldest_pending": since,
                "awaiting_approval": [{"batch": name, "recordings": count} for name, count in batches],
                **({"recordings": [_row(row) for row in rows]} if rows else {}),
            }
        )
        return
    if not counts:
        typer.echo("nothing ingested yet")
    for name, count in counts.items():
        typer.echo(f"{count:7d}  {name}")
    if since is not None:
        typer.echo(f"waiting for the router since {since}")
    for name, count in batches:
        typer.echo(f"batch {name} awaits approval: {count} recordings")
    for row in rows:
        why = f"  {row.stage}: {row.reason}" if row.reason else ""
        typer.echo(f"{row.state}  {row.recording}{why}")


def _row(row: Row) -> dict[str, object]:
    return {
        "recording": row.recording,
        "source": row.source,
        "state": row.state,
        "stage": row.stage,
        "reason": row.reason,
        "packet_id": row.packet_id,
        "batch": row.batch,
    }
