"""The shape of a deposit, checked in front of every transport, so that each refuses the same things."""

from __future__ import annotations

import hashlib
import re

from pipeline.errors import DepositRefusedError
from pipeline.routing.protocol import KINDS, MAX_PAYLOAD, Deposit

_HEX16 = re.compile(r"[0-9a-f]{16}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_EPOCH = re.compile(r"[0-9]{4}-Q[1-4]")


def check_deposit(deposit: Deposit) -> None:
    """Raise DepositRefusedError unless the fields have the stated forms and a packet's id is the hash of its payload."""
    problems = [
        reason
        for reason, broken in (
            ("kind", deposit.kind not in KINDS),
            ("address", not _HEX16.fullmatch(deposit.address)),
            ("packet_id", not _HEX64.fullmatch(deposit.packet_id)),
            ("source_tag", not _HEX64.fullmatch(deposit.source_tag)),
            ("epoch", not _EPOCH.fullmatch(deposit.epoch)),
            ("signature", len(deposit.signature) != 64),
            ("payload_too_large", len(deposit.payload) > MAX_PAYLOAD),
            ("tombstone_payload", deposit.kind == "tombstone" and deposit.payload != b""),
            (
                "packet_hash",
                deposit.kind == "packet" and hashlib.sha256(deposit.payload).hexdigest() != deposit.packet_id,
            ),
        )
        if broken
    ]
    if problems:
        raise DepositRefusedError(f"deposit refused: {', '.join(problems)}")
