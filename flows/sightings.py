"""Feedback on a case: did its fix work here? Deposited at the packet's address under this organisation's pseudonym."""

from __future__ import annotations

from dataclasses import dataclass

import rfc8785

from classifiers import resources
from flows.deliver import deliver_ready
from flows.settings import Settings
from flows.wiring import open_ledger, router_context
from pipeline.errors import UsageError
from pipeline.packet.address import every_address
from pipeline.routing.cases import VERDICTS
from pipeline.routing.keys import current_epoch, sign
from pipeline.routing.open import open_router


@dataclass(frozen=True, slots=True)
class Reported:
    """A sighting that was deposited (`delivered`) or waits in the ledger for the router."""

    packet_id: str
    address: str
    verdict: str
    delivered: bool


def report_sighting(settings: Settings, packet_id: str, verdict: str, address: str | None = None) -> Reported:
    """Deposit a sighting of a packet: `worked`, `did_not` or `not_applicable`.

    Without an address the packet is looked for at every topic; `packet_id` may be a unique prefix of at least 8 digits then.
    Raises UsageError for an unknown verdict or a packet that is not at the router.
    """
    if verdict not in VERDICTS:
        raise UsageError(f"unknown verdict {verdict!r}: one of {', '.join(VERDICTS)}")
    packet_id, address = find_packet(settings, packet_id, address)
    ledger = open_ledger(settings)
    try:
        epoch = current_epoch()
        payload = rfc8785.dumps({"verdict": verdict})
        sighting = sign(ledger.organisation_secret(), "sighting", address, packet_id, payload, epoch)
        said = ledger.outbox.said(sighting)
        if said is not None and said != payload:
            raise UsageError(
                "another verdict on this packet was reported this quarter: a source has one vote a quarter"
            )
        ledger.outbox.enqueue([sighting])
        _, left = deliver_ready(ledger, settings)
    finally:
        ledger.close()
    return Reported(packet_id, address, verdict, left == 0)


def find_packet(settings: Settings, packet_id: str, address: str | None = None) -> tuple[str, str]:
    """Full id and address of a packet at the router. Raises UsageError where there is none or the prefix is not unique."""
    if len(packet_id) < 8 or not all(digit in "0123456789abcdef" for digit in packet_id):
        raise UsageError("a packet id is at least 8 lower-case hex digits")
    addresses = [address] if address else every_address(resources.vocabulary())
    router = open_router(settings.router, router_context(settings), create=False)
    try:
        found = {
            (deposit.packet_id, deposit.address)
            for deposit in router.get(addresses, newest=settings.newest)
            if deposit.kind == "packet" and deposit.packet_id.startswith(packet_id)
        }
    finally:
        router.close()
    if not found:
        raise UsageError("no packet with this id is at the router")
    if len(found) > 1:
        raise UsageError("several packets begin like this: give more digits")
    return found.pop()
