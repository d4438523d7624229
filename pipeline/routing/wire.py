"""A deposit as compact bytes, for transports that store one value: 109 bytes and the payload (141 where it is no packet).

Layout, version 1: version (1 byte), kind (1), address (8), source tag (32), year (2, big-endian), quarter (1), signature (64),
packet id (32, left out for a packet, whose id is the hash of its payload), payload.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
from collections.abc import Iterable

from pipeline.errors import DepositRefusedError
from pipeline.routing.check import check_deposit
from pipeline.routing.protocol import KINDS, Deposit

_VERSION = 1
_HEAD = struct.Struct(">BB8s32sHB64s")


def encode_deposit(deposit: Deposit) -> bytes:
    """The bytes of a deposit that `check_deposit` let pass."""
    year, quarter = deposit.epoch.split("-Q")
    head = _HEAD.pack(
        _VERSION,
        KINDS.index(deposit.kind),
        bytes.fromhex(deposit.address),
        bytes.fromhex(deposit.source_tag),
        int(year),
        int(quarter),
        deposit.signature,
    )
    derived = b"" if deposit.kind == "packet" else bytes.fromhex(deposit.packet_id)
    return head + derived + deposit.payload


def decode_deposit(body: bytes) -> Deposit:
    """The deposit in `body`. Raises DepositRefusedError for bytes that are none: anyone may have written them."""
    try:
        version, kind, address, tag, year, quarter, signature = _HEAD.unpack_from(body)
        kind_name = KINDS[kind]
    except (struct.error, IndexError):
        raise DepositRefusedError("deposit refused: not in wire form") from None
    if version != _VERSION:
        raise DepositRefusedError("deposit refused: unknown wire version")
    rest = body[_HEAD.size :]
    if kind_name == "packet":
        packet_id, payload = hashlib.sha256(rest).hexdigest(), rest
    else:
        packet_id, payload = rest[:32].hex(), rest[32:]
    deposit = Deposit(kind_name, address.hex(), packet_id, payload, tag.hex(), f"{year:04}-Q{quarter}", signature)
    check_deposit(deposit)
    return deposit


def key_bytes(deposit: Deposit) -> bytes:
    """`deposit.key` in 65 bytes."""
    kind = bytes([KINDS.index(deposit.kind)])
    return kind + bytes.fromhex(deposit.packet_id) + bytes.fromhex(deposit.source_tag)


def decode_deposits(bodies: Iterable[bytes]) -> list[Deposit]:
    """The deposits among `bodies`, in order; what is none was put there by a stranger to the format and is left out."""
    deposits = []
    for body in bodies:
        with contextlib.suppress(DepositRefusedError):
            deposits.append(decode_deposit(body))
    return deposits
