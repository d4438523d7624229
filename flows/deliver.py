"""Signing deposits and sending what the ledger holds ready: used by the engine, `approve`, `review` and the retry flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flows.settings import Settings
from flows.wiring import router_context
from pipeline.errors import DepositRefusedError, RouterUnavailableError
from pipeline.ledger.ledger import Ledger
from pipeline.packet.packet import Packet
from pipeline.routing.keys import current_epoch, sign
from pipeline.routing.open import open_router
from pipeline.routing.protocol import Deposit, Router


def deliver_ready(ledger: Ledger, settings: Settings) -> tuple[int, int]:
    """Send every ready deposit; returns (delivered, left). A deposit that the router refuses for good is quarantined."""
    waiting = ledger.outbox.outgoing()
    if not waiting:
        return 0, 0
    delivered = 0
    try:
        router = open_router(settings.router, router_context(settings))
    except RouterUnavailableError:
        return 0, len(waiting)
    try:
        while waiting:
            delivered += _send(ledger, router, waiting)
            waiting = ledger.outbox.outgoing()
    except RouterUnavailableError:
        return delivered, len(ledger.outbox.outgoing())
    finally:
        router.close()
    return delivered, 0


def _send(ledger: Ledger, router: Router, deposits: Sequence[Deposit]) -> int:
    try:
        router.put_many(deposits)
    except DepositRefusedError:
        return sum(_send_one(ledger, router, deposit) for deposit in deposits)
    ledger.outbox.sent(deposits)
    return len(deposits)


def _send_one(ledger: Ledger, router: Router, deposit: Deposit) -> int:
    try:
        router.put(deposit)
    except DepositRefusedError:
        ledger.outbox.refuse(deposit, "refused_by_router")
        return 0
    ledger.outbox.sent([deposit])
    return 1


def new_deposit(ledger: Ledger, packet: Packet) -> list[Deposit]:
    """The signed deposit of a packet, in this quarter; none where this organisation has a live deposit of it."""
    if ledger.outbox.status(packet.packet_id) is not None:
        return []
    epoch = current_epoch()
    return [sign(ledger.organisation_secret(), "packet", packet.address, packet.packet_id, packet.body, epoch)]


def tombstone_signer(ledger: Ledger) -> Callable[[Deposit], Deposit]:
    """Signs the withdrawal of one of this organisation's own deposits, under the pseudonym of that deposit."""
    secret = ledger.organisation_secret()
    return lambda gone: sign(secret, "tombstone", gone.address, gone.packet_id, b"", gone.epoch)
