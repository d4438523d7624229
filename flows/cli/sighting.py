"""`loomroute sighting`: tell the others whether a fix worked here."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.output import EXIT_INCOMPLETE, ConfigOption, JsonOption, LedgerOption, RouterOption, emit_json, say


def command(
    packet_id: Annotated[str, typer.Argument(help="Packet id as shown by query; 8 digits or more.")],
    *,
    worked: Annotated[bool, typer.Option("--worked", help="The fix worked here.")] = False,
    did_not: Annotated[bool, typer.Option("--did-not", help="It did not.")] = False,
    not_applicable: Annotated[bool, typer.Option("--not-applicable", help="It was another problem.")] = False,
    address: Annotated[str | None, typer.Option("--address", help="Semantic address, if at hand: quicker.")] = None,
    router: RouterOption = None,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Report whether a case's fix worked for you; later readers see it.

    Example: loomroute sighting 2b1f09aa --worked
    """
    from flows.settings import load_settings
    from flows.sightings import report_sighting
    from pipeline.errors import UsageError

    chosen = [name for name, on in (("worked", worked), ("did_not", did_not), ("not_applicable", not_applicable)) if on]
    if len(chosen) != 1:
        raise UsageError("say one of --worked, --did-not, --not-applicable")
    reported = report_sighting(load_settings(config, router=router, ledger=ledger), packet_id, chosen[0], address)
    if json_output:
        emit_json(
            {
                "packet_id": reported.packet_id,
                "semantic_address": reported.address,
                "verdict": reported.verdict,
                "delivered": reported.delivered,
            }
        )
    else:
        say(
            f"{reported.verdict} for {reported.packet_id[:8]}: "
            + ("deposited" if reported.delivered else "waits for the router")
        )
    if not reported.delivered:
        raise typer.Exit(EXIT_INCOMPLETE)
