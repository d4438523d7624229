"""`loomroute withdraw`: take back what this organisation deposited."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.output import EXIT_INCOMPLETE, ConfigOption, JsonOption, LedgerOption, RouterOption, emit_json, say


def command(
    recording: Annotated[
        str, typer.Argument(help="Source-relative path of the recording, as `status --state` shows it.")
    ],
    *,
    router: RouterOption = None,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Withdraw the packet of a recording; a packet that another recording supports as well stays.

    Example: loomroute withdraw incidents/pool.vtt
    """
    from flows.deliver import deliver_ready, tombstone_signer
    from flows.settings import load_settings
    from flows.wiring import open_ledger
    from pipeline.errors import UsageError

    settings = load_settings(config, router=router, ledger=ledger)
    book = open_ledger(settings)
    try:
        count = book.withdraw(recording, tombstone_signer(book))
        if not count:
            raise UsageError("nothing of a recording with this path is deposited or waiting")
        _, left = deliver_ready(book, settings)
    finally:
        book.close()
    if json_output:
        emit_json({"recording": recording, "withdrawn": count, "undelivered": left})
    else:
        say(f"withdrew {count} recording versions" + (f"; {left} deposits wait for the router" if left else ""))
    if left:
        raise typer.Exit(EXIT_INCOMPLETE)
