"""From many overlapping findings to few disjoint masks, by one rule.

Spans that overlap become one with the union of their extents. Its type is that of the first type in `PRIORITY` among
them, its score and recognizer those of the best span of that type. Neighbouring masks of the same type, and neighbours
that are both some kind of name, with nothing but blanks, hyphens, points, ampersands or apostrophes between them become one as well, so
that a name leaves the same trace however many words it has. No mask begins with "the".
"""

from __future__ import annotations

import re

from pipeline.redaction.span import Span

PRIORITY = (
    "SECRET", "EMAIL_ADDRESS", "URL", "CLOUD_ID", "ACCOUNT_NUMBER", "PHONE_NUMBER", "IP_ADDRESS", "TICKET", "REPOSITORY",
    "HOST", "CHANNEL", "USERNAME", "DATE", "PERSON", "ORGANIZATION", "PROJECT", "LOCATION", "UNKNOWN_TERM",
)  # fmt: skip
NAMES = frozenset({"PERSON", "ORGANIZATION", "PROJECT", "LOCATION", "UNKNOWN_TERM"})
_RANK = {kind: rank for rank, kind in enumerate(PRIORITY)}
_ARTICLE = re.compile(r"\bthe\s+(?=\w)", re.IGNORECASE)
_GLUE = re.compile(r"[\s\-.'’_&]{0,3}")


def rank(kind: str) -> int:
    """Place of a type in the order of priority; types of a user's own recognizers come after secrets and before the rest."""
    return _RANK.get(kind, 0)


def merge(spans: list[Span], text: str) -> list[Span]:
    """Disjoint masks in order of their place, by the rule above. Sorts, then one pass for overlaps and one for neighbours."""
    disjoint: list[Span] = []
    for span in sorted((s for s in spans if s.start < s.end), key=lambda s: (s.start, -s.end, rank(s.type), -s.score)):
        if disjoint and span.start < disjoint[-1].end:
            disjoint[-1] = _union(disjoint[-1], span)
        else:
            disjoint.append(span)
    merged: list[Span] = []
    for span in disjoint:
        if merged and _neighbours(merged[-1], span, text):
            merged[-1] = _union(merged[-1], span)
        else:
            merged.append(span)
    return [_without_article(span, text) for span in merged]


def _without_article(span: Span, text: str) -> Span:
    """No mask begins with "the", so that "the twentieth" and "tuesday" leave the same."""
    article = _ARTICLE.match(text, span.start, span.end)
    return span if article is None else Span(article.end(), span.end, span.type, span.score, span.recognizer)


def _neighbours(left: Span, right: Span, text: str) -> bool:
    alike = left.type == right.type or (left.type in NAMES and right.type in NAMES)
    return alike and _GLUE.fullmatch(text, left.end, right.start) is not None


def _union(left: Span, right: Span) -> Span:
    best = min(left, right, key=lambda s: (rank(s.type), -s.score, s.start))
    return Span(left.start, max(left.end, right.end), best.type, best.score, best.recognizer)


def apply(spans: list[Span], text: str) -> tuple[str, list[Span]]:
    """Put `<TYPE>` in place of every mask. Returns the scrubbed text and the masks at their places in it."""
    parts: list[str] = []
    placed: list[Span] = []
    end = length = 0
    for span in spans:
        placeholder = f"<{span.type}>"
        start = length + span.start - end
        parts += (text[end : span.start], placeholder)
        length = start + len(placeholder)
        placed.append(Span(start, length, span.type, span.score, span.recognizer))
        end = span.end
    parts.append(text[end:])
    return "".join(parts), placed
