"""Numbers as they are said: in digits or in words, up to the thousands."""

from __future__ import annotations

import re

_UNITS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000}
_WORD = "|".join((*_UNITS, *_SCALES))
NUMBER = rf"(?:\d{{1,3}}(?: \d{{3}})+|\d+|(?:a )?(?:{_WORD})(?: (?:and )?(?:{_WORD}))*)"
"""What a number looks like in spoken text; `1,140` has become `1 140` there."""


def number_of(words: str) -> int | None:
    """The last number said in a few words ("the twenty four", "eleven hundred and six"), or None."""
    if re.fullmatch(r"\d+(?: \d{3})*", words):
        return int(words.replace(" ", ""))
    found = re.search(rf"(?:{_WORD})(?: (?:and )?(?:{_WORD}))*$", words)
    return _value(found[0].split()) if found else None


def _value(words: list[str]) -> int:
    total = part = 0
    for word in words:
        if word == "thousand":
            total, part = total + max(part, 1) * 1000, 0
        elif word in _SCALES:
            part = max(part, 1) * _SCALES[word]
        elif word in _UNITS:
            unit = _UNITS[word]
            # "seven eight" and "twenty twenty two" are several numbers, of which the last counts.
            joins = part % 100 == 0 or (part % 100 >= 20 and part % 10 == 0 and unit < 10)
            total, part = (total, part + unit) if joins else (0, unit)
    return total + part
