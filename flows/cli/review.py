"""`loomroute review`: a web page on this machine for what a person has to decide."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli.output import ConfigOption, JsonOption, LedgerOption, RouterOption, emit_json, say


def command(
    source: Annotated[
        str | None, typer.Argument(help="Folder or fsspec URL, as it was ingested (default: [source] url).")
    ] = None,
    *,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1; 0: any free one.")] = 0,
    router: RouterOption = None,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Review recordings that are held or await approval: choose labels and accept, or reject.

    Prints a private URL to open in a browser on this machine; recordings are read from the source again and shown scrubbed.

    Example: loomroute review exports/
    """
    from flows.settings import load_settings
    from flows.wiring import open_ledger
    from pipeline.errors import MissingExtraError, UsageError

    try:
        from flows.web.review.desk import Desk
        from flows.web.review.serve import serve
    except ModuleNotFoundError as error:
        raise MissingExtraError("relay", "loomroute review") from error
    settings = load_settings(config, router=router, ledger=ledger)
    if source is not None:
        settings = settings.model_copy(update={"source": settings.source.model_copy(update={"url": source})})
    if not settings.ledger.exists():
        raise UsageError("nothing to review: no ledger here yet, run `loomroute ingest` first")
    open_ledger(settings).close()  # what is no ledger is said here, not on every page

    def announce(url: str) -> None:
        if json_output:
            emit_json({"url": url})
            sys.stdout.flush()
        else:
            typer.echo(url)
            say("open it in a browser on this machine; stop with Ctrl-C")

    serve(Desk(settings), port, announce)
