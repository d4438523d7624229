"""The guard in front of every router: a packet leaves only when it is one, and when no identifier is in its bytes.

The text to search is tiny (a packet) and the identifiers are many and different for every recording, so each identifier is
looked up in the packet instead of building an automaton over thousands of identifiers for a few hundred bytes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator

from pipeline.errors import PacketRefusedError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.outcome import CONDITION_ENUMS, FIX_SCOPES, OUTCOMES
from pipeline.packet.validate import KEYS, validate
from pipeline.packet.vocabulary import AXES, Vocabulary

_SEPARATORS = re.compile(r"[\W_]+")
_SHORTEST_INSIDE = 5
"""Below this many characters an identifier counts as a whole word only: "Al" inside "scalability" is no leak."""
_SHORTEST_ENCODED = 6
"""Below this many characters an encoded identifier counts as a whole word only."""
_OPEN = frozenset({"stack", "versions"})
_FIXED = frozenset(KEYS).union(
    {"conditions", *_OPEN},
    OUTCOMES,
    FIX_SCOPES,
    *({*enums, *sum(enums.values(), ())} for enums in CONDITION_ENUMS.values()),
)


def guard(body: bytes, *, vocabulary: Vocabulary, lexicon: Lexicon, identifiers: Collection[str]) -> None:
    """Refuse a packet that is not valid or that carries one of the recording's or the organisation's identifiers.

    Looked for are the raw form, the folded form, the form without separators, and base64 and hexadecimal of them, in every
    string that the format and the vocabulary do not fix: fixed keys, ids and enums cannot carry anything, so an organisation
    called "Cache" does not block them. Raises PacketRefusedError.
    """
    fields = validate(body, vocabulary, lexicon)
    fixed = _FIXED.union({vocabulary.version}, *(vocabulary.axis(axis) for axis in AXES))
    if any(carries(value, identifiers) for value in _open_strings(fields, fixed, inside=False)):
        raise PacketRefusedError("identifier_in_packet")


def carries(value: str, identifiers: Collection[str]) -> bool:
    """True when an identifier stands in a string raw, folded, joined, or encoded as base64 or hexadecimal."""
    folded = value.casefold()
    joined = _SEPARATORS.sub("", folded)
    words = {*_SEPARATORS.split(folded), joined, folded}
    for identifier in identifiers:
        plain = _SEPARATORS.sub("", identifier.casefold())
        if plain and _stands(plain, joined, words, _SHORTEST_INSIDE):
            return True
        if len(identifier) <= len(value) and any(
            _stands(code, folded, words, _SHORTEST_ENCODED) for code in _encodings(identifier)
        ):
            return True
    return False


def _stands(form: str, text: str, words: set[str], shortest: int) -> bool:
    return form in words or (len(form) >= shortest and form in text)


def _open_strings(value: object, fixed: frozenset[str], *, inside: bool) -> Iterator[str]:
    """Every key and value that may carry something: all of `stack` and `versions`, elsewhere whatever is not fixed."""
    if isinstance(value, str):
        if inside or value not in fixed:
            yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _open_strings(key, fixed, inside=inside)
            yield from _open_strings(item, fixed, inside=inside or key in _OPEN)
    elif isinstance(value, list):
        for item in value:
            yield from _open_strings(item, fixed, inside=inside)


def _encodings(identifier: str) -> Iterator[str]:
    """Hexadecimal and base64, the latter at each of its three alignments without the characters that neighbours decide."""
    for text in {identifier, identifier.casefold(), identifier.title(), identifier.upper()}:
        raw = text.encode()
        if len(raw) < 3:
            continue
        yield raw.hex()
        for shift, head in ((0, 0), (1, 2), (2, 3)):
            code = base64.b64encode(b"\0" * shift + raw).decode()
            tail = {0: 0, 1: 3, 2: 2}[(shift + len(raw)) % 3]
            core = code[head : len(code) - tail].casefold()
            yield core
            yield core.replace("+", "-").replace("/", "_")
