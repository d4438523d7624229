"""IP and MAC addresses: version 4 with prefix length, version 6, and version 4 read aloud."""

from __future__ import annotations

import ipaddress
import re

from pipeline.redaction.patterns.speech import DIGITS, TEENS, TENS, Words, solid, words_of
from pipeline.redaction.span import Span

NAME = "ip"
_V4 = re.compile(r"\d(?<![\w.]\d)\d{0,2}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\w]|\.\d)")
_V6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:/\d{1,3})?(?![\w:])")
_MAC = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])")
_PUBLIC = ("127.", "0.0.0.0", "255.")  # noqa: S104 (an address to keep, not to bind)
_NOUGHTS = frozenset({"oh", "o"})
_DOTS = frozenset({"dot", "period"})
_VERSION_CUES = frozenset({"version", "versions", "release", "build", "v", "ver", "driver", "firmware"})


def find(text: str) -> list[Span]:
    """Spans of network addresses, `IP_ADDRESS`. Loopback, unspecified and mask addresses identify nobody and stay."""
    words = words_of(text)
    spans: list[Span] = []
    if "." in text:
        spans += [_span(m.start(), m.end(), 0.95) for m in _V4.finditer(text) if _is_v4(text, m)]
    for start, end in solid(text) if ":" in text or "-" in text else ():
        spans += [_span(m.start(), m.end(), 0.95) for m in _V6.finditer(text, start, end) if _is_v6(m.group())]
        spans += [_span(m.start(), m.end(), 0.9) for m in _MAC.finditer(text, start, end)]
    taken = -1
    for dot in words.at(*_DOTS):
        last = _spoken_end(words, dot) if dot > taken else None
        if last is not None:
            first = _octet_start(words, dot - 1)
            spans.append(_span(words.starts[first], words.ends[last - 1], 0.9))
            taken = last
    return sorted(spans, key=lambda span: span.start)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "IP_ADDRESS", score, NAME)


def _is_v4(text: str, match: re.Match[str]) -> bool:
    address = match.group().partition("/")[0]
    if address.startswith(_PUBLIC) or any(int(octet) > 255 for octet in address.split(".")):
        return False
    before = text[max(0, match.start() - 12) : match.start()].lower().split()
    return not before or before[-1].strip(":=") not in _VERSION_CUES


def _is_v6(written: str) -> bool:
    address = written.partition("/")[0]
    if not any(char.isdigit() for char in address) or address == "::1":
        return False
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True


def _octet_start(words: Words, last: int) -> int:
    run = words.run_ending(last)
    return last if run is None else run.first


def _spoken_end(words: Words, dot: int) -> int | None:
    """End of four numbers joined by three dots, with "slash sixteen" behind, or None."""
    first = words.run_ending(dot - 1)
    if first is None or not _octet(words, first.first, first.last) or words.word(first.first - 1) in _VERSION_CUES:
        return None
    end, octets = dot, 1
    while words.word(end) in _DOTS and octets < 4:
        run = words.runs.get(end + 1)
        if words.word(end + 1) in _NOUGHTS and run is None:
            end, octets = end + 2, octets + 1
            continue
        if run is None:
            return None
        # Behind the last number another may stand: "dot nineteen, eleven hundred times".
        ends = (run.last, end + 3, end + 2) if octets == 3 else (run.last,)
        last = next((last for last in ends if last <= run.last and _octet(words, run.first, last)), None)
        if last is None:
            return None
        end, octets = last, octets + 1
    if octets < 4 or words.word(end) in _DOTS:
        return None
    prefix = words.runs.get(end + 1)
    return prefix.last if words.word(end) == "slash" and prefix is not None and prefix.digits <= 2 else end


def _octet(words: Words, first: int, last: int) -> bool:
    """Whether a run can be 0 to 255 however it is said ("one ninety two", "one nine two", "two hundred and three")."""
    run, spoken = words.runs[first], words.words[first:last]
    if last < run.last:
        return (len(spoken) == 1 and spoken[0] in DIGITS | TEENS) or (
            len(spoken) == 2 and spoken[0] in TENS and spoken[1] in DIGITS
        )
    return (
        last - first <= 5
        and (run.digits <= 3 or "hundred" in spoken)
        and not (run.digits > 2 and spoken[0] in TEENS | TENS)
    )
