"""E-mail addresses, typed and read aloud ("priya underscore n at fenwick dot io")."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.domains import INTERNAL_ENDS, PUBLIC_ENDS
from pipeline.redaction.patterns.speech import FUNCTION_WORDS, Words, is_number, word_set, words_of
from pipeline.redaction.span import Span

NAME = "email"
_LOCAL_BACKWARD = re.compile(r"[A-Za-z0-9À-ɏ._%+'-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ-]{0,62})(?:\.[A-Za-z0-9À-ɏ-]{1,63}){0,6}")
_NOT_A_DOMAIN = re.compile(
    r"v?\d+(?:\.\d+){0,2}|latest|next|beta|lts|canary|main|master|head|stable|nightly", re.IGNORECASE
)
_MORE_ENDS = frozenset({"me", "us", "it", "in", "no", "be", "at", "is", "to", "pl", "test", "invalid", "my", "id"})
_SPOKEN_ENDS = PUBLIC_ENDS | INTERNAL_ENDS | _MORE_ENDS
_LOCAL_SEPARATORS = frozenset({"dot", "underscore", "dash", "hyphen", "plus", "minus", "period", "point"})
# What stands before "at acme dot com" when that is a place on the web and not the end of an address.
_NOT_LOCAL = FUNCTION_WORDS | word_set(
    """looking looked met sat stopped arrives listening landed available reachable hosted live lives sits pointed points point pointing running served site page located
    found server dashboard docs documentation wiki website portal link status build logged login log sign file
    issue arrived landed working works worked meeting guys folks team people support-page instance deployed stored
    down""",
)
_NOT_FIRST_NAME = FUNCTION_WORDS | word_set(
    """email emailed mail mailed ping pinged contact write wrote send sent address cc reach message forward forwarded
    invite invited tell ask from called named reply loop copy added add find hit e user login account hello hi
    thanks shared share report reports owner""",
)


def find(text: str) -> list[Span]:
    """Spans of e-mail addresses, `EMAIL_ADDRESS`."""
    spans = _typed(text) if "@" in text else []
    words = words_of(text)
    taken = 0
    for place in words.at("at"):
        span = _spoken(words, place) if place >= taken else None
        if span is not None:
            spans.append(Span(words.starts[span[0]], words.ends[span[1] - 1], "EMAIL_ADDRESS", 0.95, NAME))
            taken = span[1]
    return sorted(spans, key=lambda span: span.start)


def _typed(text: str) -> list[Span]:
    spans: list[Span] = []
    sign = text.find("@")
    while sign >= 0:
        span = _around(text, sign)
        if span is not None:
            spans.append(span)
        sign = text.find("@", sign + 1)
    return spans


def _around(text: str, sign: int) -> Span | None:
    local = _LOCAL_BACKWARD.match(text[max(0, sign - 64) : sign][::-1])
    domain = _DOMAIN.match(text, sign + 1)
    if local is None or domain is None or _NOT_A_DOMAIN.fullmatch(domain.group()):
        return None
    start, end = sign - len(local.group().rstrip("'.-")), domain.end()
    if start == sign or (text[start:sign] == "git" and text[end : end + 1] == ":"):
        return None
    while text[end - 1] in ".-":
        end -= 1
    return Span(start, end, "EMAIL_ADDRESS", 1.0 if "." in domain.group() else 0.6, NAME)


def _spoken(words: Words, at: int) -> tuple[int, int] | None:
    host = at + 2 if words.word(at + 1) == "sign" else at + 1
    end = _domain_end(words, host)
    if end is None or not words.adjoins(at - 1):
        return None
    start = _local_start(words, at - 1)
    return None if start is None else (start, end)


def _domain_end(words: Words, place: int) -> int | None:
    """End of "acme dot co dot uk": at most four words before the first dot, the last label a known end."""
    dot = place + 1
    while dot < place + 5 and words.word(dot) != "dot" and words.adjoins(dot - 1):
        dot += 1
    if words.word(dot) != "dot":
        return _typed_domain_end(words, place)
    end, known = dot, False
    while words.word(end) == "dot" and end + 1 < len(words.words) and end - place < 16:
        known = words.word(end + 1) in _SPOKEN_ENDS
        end += 2
    return end if known else None


def _typed_domain_end(words: Words, place: int) -> int | None:
    """End of a domain the recogniser wrote out: "smith at acme.com"."""
    if place >= len(words.words):
        return None
    domain = _DOMAIN.match(words.text, words.starts[place])
    if domain is None or "." not in domain.group().rstrip("."):
        return None
    end = place
    while end < len(words.words) and words.starts[end] < domain.end():
        end += 1
    return end if words.word(end - 1) in PUBLIC_ENDS | INTERNAL_ENDS else None


def _local_start(words: Words, last: int) -> int | None:
    """Start of the part before "at": parts joined by spoken separators, with spelled letters, digits or a first name."""
    if last < 0 or (words.word(last) in _NOT_LOCAL and words.word(last - 1) not in _LOCAL_SEPARATORS):
        return None
    start = _part_start(words, last)
    while start >= 2 and last - start < 12 and words.word(start - 1) in _LOCAL_SEPARATORS and words.adjoins(start - 1):
        start = _part_start(words, start - 2)
    before = words.word(start - 1)
    if start > 0 and words.adjoins(start - 1) and before not in _NOT_FIRST_NAME and not is_number(before):
        start -= 1
    while (
        start > 0 and words.text[words.ends[start - 1] : words.starts[start]] in {".", "_", "-"} and last - start < 16
    ):
        start -= 1
    return start


def _part_start(words: Words, last: int) -> int:
    """First word of one part: back over digits, then over spelled letters, then a word with digits behind it."""
    start = last
    while start > 0 and last - start < 10 and _digit(words.word(start)) and words.word(start - 1) not in _NOT_LOCAL:
        start -= 1
    while start > 0 and last - start < 14 and _spelled(words, start - 1) and words.adjoins(start - 1):
        start -= 1
    return start


def _digit(word: str) -> bool:
    return is_number(word) and word not in {"o", "oh"}


def _spelled(words: Words, place: int) -> bool:
    word = words.word(place)
    return len(word) == 1 and (word not in {"a", "i"} or len(words.word(place + 1)) == 1)
