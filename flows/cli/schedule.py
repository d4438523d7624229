"""`loomroute schedule`: ingest a source on a cron schedule of a Prefect server."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.output import ConfigOption, JsonOption, LedgerOption, RouterOption, emit_json, say


def command(
    source: Annotated[str | None, typer.Argument(help="Folder or fsspec URL (default: [source] url).")] = None,
    *,
    cron: Annotated[str, typer.Option("--cron", help='When, e.g. "0 2 * * *" (UTC unless --timezone).')],
    timezone: Annotated[str, typer.Option("--timezone", help="IANA time zone of the cron line.")] = "UTC",
    name: Annotated[
        str | None,
        typer.Option("--name", help="Name of the deployment (default: the source's alias and a keyed hash)."),
    ] = None,
    pool: Annotated[str, typer.Option("--pool", help="Process work pool; made when it is missing.")] = "loomroute",
    router: RouterOption = None,
    ledger: LedgerOption = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, max=64, help="Worker processes.")] = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Deploy the ingest flow on the Prefect server that PREFECT_API_URL names.

    Example: loomroute schedule exports/ --cron "0 2 * * *"
    """
    from flows.prefect_environment import prepare_environment
    from flows.prepared import Prepared

    prepared = Prepared(config=config, source=source, router=router, ledger=ledger, workers=workers)
    prepare_environment(quiet=True)
    from flows.deployment import deploy

    deployed = deploy(prepared, cron=cron, timezone=timezone, name=name, pool=pool)
    if json_output:
        emit_json(
            {
                "deployment": deployed.name,
                "id": deployed.id,
                "pool": pool,
                "cron": cron,
                "timezone": timezone,
                "replaced": deployed.replaced,
            }
        )
        return
    say(f"{'replaced' if deployed.replaced else 'deployed'} {deployed.name} on pool {pool}: {cron} ({timezone})")
    say(f"a worker runs it: prefect worker start --pool {pool}")
