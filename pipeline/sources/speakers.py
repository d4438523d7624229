"""Speakers written into the text (`Maren: so the pool ...`): found with care, because a lost word is lost for good."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from pipeline.recording import Cue

_PREFIX = re.compile(r"(?:>>\s*|-\s+)?(\w[\w.'’-]{0,30}(?: [\w][\w.'’-]{0,30}){0,3}):\s+(?=\S)")
_SHARE = 0.1

# Words that open a heading or an aside, never a turn.
_NO_NAMES = frozenset(
    [
        "answer",
        "api",
        "background",
        "cause",
        "caveat",
        "conclusion",
        "context",
        "cue",
        "error",
        "evidence",
        "example",
        "finding",
        "fix",
        "goal",
        "hint",
        "http",
        "https",
        "idea",
        "impact",
        "info",
        "issue",
        "lesson",
        "link",
        "next",
        "note",
        "observation",
        "okay",
        "outcome",
        "point",
        "problem",
        "question",
        "reason",
        "result",
        "root",
        "solution",
        "status",
        "step",
        "summary",
        "symptom",
        "thing",
        "tip",
        "todo",
        "update",
        "warning",
        "workaround",
    ]
)


def split_speakers(cues: list[Cue], known: Iterable[str]) -> list[Cue]:
    """Move `Name: ` prefixes into `speaker`.

    A prefix is a speaker where it is one of the `known` names (owner, members), or where the transcript reads like a
    dialogue: it opens with a prefix, a tenth of its cues have one, and this one occurs twice. Anything else stays text.
    """
    names = {_fold(name) for name in known}
    names |= {name.split()[0] for name in names if name.split()}
    found = [_prefix(cue) for cue in cues]
    counts = Counter(_fold(match[1]) for match in found if match)
    dialogue = bool(found) and found[0] is not None and sum(counts.values()) >= max(2, _SHARE * len(cues))
    split: list[Cue] = []
    for cue, match in zip(cues, found, strict=True):
        folded = _fold(match[1]) if match else ""
        if match and (folded in names or (dialogue and counts[folded] > 1)):
            split.append(replace(cue, text=cue.text[match.end() :], speaker=match[1]))
        else:
            split.append(cue)
    return split


def opens_turn(line: str) -> bool:
    """Whether a line begins like `Maren: so ...`; a reason to begin a cue, not yet to believe in a speaker."""
    return _prefix(Cue(line.strip())) is not None


def _prefix(cue: Cue) -> re.Match[str] | None:
    match = _PREFIX.match(cue.text) if cue.speaker is None else None
    if match is None:
        return None
    words = match[1].split()
    capital = words[0][0].isupper() and all(word[0].isupper() or word[0].isdigit() for word in words)
    return match if capital and not _NO_NAMES.intersection(_fold(word) for word in words) else None


def _fold(name: str) -> str:
    return name.casefold().strip()
