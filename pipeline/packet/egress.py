"""The guard in front of every router: a packet leaves only when it is one, and when no identifier is in its bytes."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator
from typing import Any

from pipeline.errors import PacketRefusedError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.validate import validate
from pipeline.packet.vocabulary import Vocabulary

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_SHORTEST_INSIDE = 5
"""Below this many characters an identifier counts as a whole word only: "Al" inside "scalability" is no leak."""


def guard(body: bytes, *, vocabulary: Vocabulary, lexicon: Lexicon, identifiers: Collection[str]) -> None:
    """Refuse a packet that is not valid or that carries one of the recording's or the organisation's identifiers.

    Looked for are the raw form, the folded form, the form without separators, and base64 and hexadecimal of them, in every
    value that is not fixed by the vocabulary: keys and vocabulary ids cannot carry anything. Raises PacketRefusedError.
    """
    fields = validate(body, vocabulary, lexicon)
    if any(carries(value, identifiers) for value in _open_values(fields)):
        raise PacketRefusedError("identifier_in_packet")


def carries(value: str, identifiers: Collection[str]) -> bool:
    """True when an identifier stands in a lexicon term or version, raw, folded, joined or encoded."""
    folded = value.casefold()
    joined = _joined(folded)
    words = {*_SEPARATORS.split(folded), joined}
    for identifier in identifiers:
        plain = _joined(identifier.casefold())
        if plain and (plain in words or (len(plain) >= _SHORTEST_INSIDE and plain in joined)):
            return True
        if any(encoded in folded for encoded in _encodings(identifier)):
            return True
    return False


def _open_values(fields: dict[str, Any]) -> Iterator[str]:
    """Values that the vocabulary does not fix: lexicon terms and versions."""
    conditions = fields["conditions"]
    yield from conditions["stack"]
    for term, major in conditions.get("versions", {}).items():
        yield term
        yield major


def _joined(text: str) -> str:
    return _SEPARATORS.sub("", text)


def _encodings(identifier: str) -> Iterator[str]:
    for text in {identifier, identifier.casefold()}:
        raw = text.encode()
        if len(raw) >= 3:
            yield base64.b64encode(raw).decode().rstrip("=").casefold()
            yield base64.urlsafe_b64encode(raw).decode().rstrip("=").casefold()
            yield raw.hex()
