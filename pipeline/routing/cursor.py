"""Opaque cursors over a sequence number. Readers must not look inside; routers may change what is in there."""

from __future__ import annotations

import base64
import binascii

from pipeline.errors import UsageError


def encode_cursor(sequence: int) -> str:
    """An opaque cursor for a position."""
    return base64.urlsafe_b64encode(f"1:{sequence}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> int:
    """The position of a cursor; 0 for None. Raises UsageError for anything that `encode_cursor` did not make."""
    if cursor is None:
        return 0
    try:
        version, _, digits = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        sequence = int(digits)
    except (binascii.Error, UnicodeError, ValueError):
        raise UsageError("cursor: not one of ours") from None
    if version != "1" or sequence < 0 or encode_cursor(sequence) != cursor:
        raise UsageError("cursor: not one of ours")
    return sequence
