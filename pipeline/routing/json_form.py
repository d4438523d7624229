"""A deposit as a JSON object: how the relay and its client exchange it. Binary fields are base64 (RFC 4648, padded)."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from pipeline.errors import DepositRefusedError
from pipeline.routing.protocol import Deposit


def to_json_form(deposit: Deposit) -> dict[str, str]:
    """The JSON object of a deposit."""
    return {
        "kind": deposit.kind,
        "address": deposit.address,
        "packet_id": deposit.packet_id,
        "payload": base64.b64encode(deposit.payload).decode("ascii"),
        "source_tag": deposit.source_tag,
        "epoch": deposit.epoch,
        "signature": base64.b64encode(deposit.signature).decode("ascii"),
    }


def from_json_form(fields: Mapping[str, str]) -> Deposit:
    """The deposit of a JSON object, its shape unchecked. Raises DepositRefusedError for a missing key or broken base64."""
    try:
        return Deposit(
            kind=fields["kind"],  # type: ignore[arg-type]  # checked by check_deposit, as everything from outside
            address=fields["address"],
            packet_id=fields["packet_id"],
            payload=base64.b64decode(fields["payload"], validate=True),
            source_tag=fields["source_tag"],
            epoch=fields["epoch"],
            signature=base64.b64decode(fields["signature"], validate=True),
        )
    except (KeyError, TypeError, ValueError):
        raise DepositRefusedError("deposit refused: json_form") from None
