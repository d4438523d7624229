"""Cutting a transcript into stretches of about forty words that each play one role in the story."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.redaction.scrubbed import ScrubbedCue

SHORTEST = 24
LONGEST = 48
PAUSE_S = 1.5

_SENTENCE_END = re.compile(r"[.!?][\"')]*$")
_OPENERS = frozenset(
    {"so", "okay", "ok", "but", "anyway", "then", "now", "right", "well", "turns", "eventually", "finally"}
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a transcript: its text and the index of the cue it begins in."""

    text: str
    cue: int


def cut(cues: Sequence[ScrubbedCue]) -> list[Segment]:
    """Segments of the cues, in order; every word is in exactly one. Works without punctuation and without times."""
    return list(_cut(_words(cues)))


def cut_text(text: str) -> list[Segment]:
    """Segments of an untimed text."""
    return cut([ScrubbedCue(text)])


def _words(cues: Sequence[ScrubbedCue]) -> Iterator[tuple[str, int, bool]]:
    """(word, cue index, whether a pause stands before it)."""
    before: float | None = None
    for index, cue in enumerate(cues):
        pause = before is not None and cue.start is not None and cue.start - before >= PAUSE_S
        for position, word in enumerate(cue.text.split()):
            yield word, index, pause and position == 0
        before = cue.end


def _cut(words: Iterable[tuple[str, int, bool]]) -> Iterator[Segment]:
    held: list[str] = []
    first = 0
    for word, cue, pause in words:
        if len(held) >= SHORTEST and (pause or _may_break(held[-1], word) or len(held) >= LONGEST):
            yield Segment(" ".join(held), first)
            held = []
        if not held:
            first = cue
        held.append(word)
    if held:
        yield Segment(" ".join(held), first)


def _may_break(last: str, word: str) -> bool:
    return bool(_SENTENCE_END.search(last)) or word.lower().strip(",") in _OPENERS
