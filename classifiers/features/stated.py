"""What is said outright and found by rule: a version number after a term, whether a restart helped, the number of repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classifiers.features.spoken import spoken
from classifiers.features.terms import TermFinder

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_TRIALS = (
    (1, "1"),
    (4, "2-4"),
    (9, "5-9"),
    (29, "10-29"),
    (99, "30-99"),
)
_COUNTED = re.compile(
    r"\b(\d{1,4}|(?:[a-z]+ )?[a-z]+) (?:random |different |independent |technical |biological |training |more )?"
    r"(?:seeds|replicates|repeats|runs|plates|batches|rats|mice|animals|participants|subjects|patients|volunteers|plots|samples)\b"
)
_RESTARTED = r"(?:restart\w*|reboot\w*|bounc\w+|recycl\w+|power cycl\w+)"
_RETURNS = re.compile(
    rf"\b{_RESTARTED}\b(?:\W+\w+){{0,18}}?\W+(?:(?:comes?|came|was|is|were) (?:right |straight )?back|again|returned|crept back|days later|hours later)\b"
)
_NO_EFFECT = re.compile(
    rf"\b{_RESTARTED}\b(?:\W+\w+){{0,10}}?\W+(?:did nothing|does nothing|no (?:change|difference|effect|luck)|didnt help|made no|same thing|still)\b"
)
_VERSION = re.compile(r"v?(\d{1,4})(?:\.\d+)*$")


def number_of(words: str) -> int | None:
    """A number in digits or words below a hundred ("twenty four"), or None."""
    if words.isdigit():
        return int(words)
    parts = words.split()
    if parts and parts[-1] in _NUMBERS:
        last = _NUMBERS[parts[-1]]
        first = _NUMBERS.get(parts[0], 0) if len(parts) == 2 else 0
        return first + last if first >= 20 and last < 10 else last
    return None


def trials_of(texts: Sequence[str]) -> str | None:
    """The class of the largest count of repeats, seeds or subjects that is said, or None."""
    counted = [
        number for text in texts for m in _COUNTED.finditer(spoken(text)) if (number := number_of(m[1])) is not None
    ]
    if not counted:
        return None
    return next((name for most, name in _TRIALS if max(counted) <= most), "100+")


def restart_of(texts: Sequence[str]) -> str | None:
    """`returns` or `no_effect` where a restart and what came of it are said in one breath, else None."""
    whole = " ".join(spoken(text) for text in texts)
    if _RETURNS.search(whole):
        return "returns"
    return "no_effect" if _NO_EFFECT.search(whole) else None


def versions_of(texts: Sequence[str], finder: TermFinder) -> dict[str, str]:
    """Major version said right after a term, the last one said, for at most two terms."""
    found: dict[str, str] = {}
    for text in texts:
        for mention in finder.find(text):
            word = mention.after
            stated = _VERSION.match(word)
            if stated:
                found[mention.term] = stated[1]
            elif word in _NUMBERS:
                found[mention.term] = str(_NUMBERS[word])
    return dict(sorted(found.items())[:2])
