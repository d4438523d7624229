"""`loomroute approve`: let a batch leave the machine."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.output import EXIT_INCOMPLETE, ConfigOption, JsonOption, LedgerOption, RouterOption, emit_json, say


def command(
    batch: Annotated[
        str | None, typer.Argument(help="Batch to approve; without one, batches that wait are listed.")
    ] = None,
    *,
    router: RouterOption = None,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Approve a batch of packets after a look at the redaction, and send it.

    Example: loomroute approve 3f9a1c22
    """
    from flows.deliver import deliver_ready, tombstone_signer
    from flows.settings import load_settings
    from flows.wiring import open_ledger
    from pipeline.errors import UsageError

    settings = load_settings(config, router=router, ledger=ledger)
    book = open_ledger(settings, reading=batch is None)
    try:
        if batch is None:
            _list(book.batches(), json_output=json_output)
            return
        if batch not in {name for name, _ in book.batches()}:
            raise UsageError(f"no batch {batch!r} awaits approval here: see `loomroute approve`")
        approved = book.approve(batch, tombstone_signer(book))
        delivered, left = deliver_ready(book, settings)
    finally:
        book.close()
    if json_output:
        emit_json({"batch": batch, "approved": approved, "delivered": delivered, "undelivered": left})
    else:
        say(f"approved {approved} recordings; delivered {delivered} deposits, {left} wait for the router")
    if left:
        raise typer.Exit(EXIT_INCOMPLETE)


def _list(batches: list[tuple[str, int]], *, json_output: bool) -> None:
    if json_output:
        for name, count in batches:
            emit_json({"batch": name, "recordings": count})
        return
    if not batches:
        say("no batch awaits approval")
    for name, count in batches:
        typer.echo(f"{name}  {count} recordings")
