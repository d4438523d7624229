"""Rooms and streets told by their build: "room 3B", "gate twelve", "lab C 2.14", "214 Alder Row", "old quarry road".

Named places without such a build are left to the closed world.
"""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import word_set
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens

NAME = "places"
_ROOMS = word_set("room desk gate hut suite terminal wing lab bench floor canteen building bay cubicle stairwell")
_STREETS = word_set("street road avenue boulevard crescent quay wharf strasse")
_NUMBERED_STREETS = word_set("row lane close drive terrace plaza square way")
_NO_NAME = word_set(
    "the a this that same down every cross whole of on in across main any another no long side wrong right next middle "
    "off by for and or each up our your their my one high dirt rail access public private"
)
_NUMBERS = word_set(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
)
_BETWEEN = frozenset(("point", "dot", "dash", "number"))
_COUNTED = word_set("of or and more at by time day hour minute people person")  # "room one of", "floor two people"
_CODE = re.compile(r"[a-z]?\d{1,4}[a-z]?")
_GAP = re.compile(r"[ .\-/]{1,2}")
_LONGEST = 5  # words of a room number


def find_places(tokens: Tokens) -> list[Span]:
    """Spans of type LOCATION. Looks at a bounded number of words around each cue."""
    spans: list[Span] = []
    for index, word in enumerate(tokens.words):
        if word in _ROOMS:
            last = _room(tokens, index)
            if last > index:
                spans.append(Span(tokens.starts[index], tokens.ends[last], "LOCATION", 0.8, NAME))
        elif word in _STREETS or word in _NUMBERED_STREETS:
            first = _street(tokens, index)
            if first < index:
                spans.append(Span(tokens.starts[first], tokens.ends[index], "LOCATION", 0.8, NAME))
    return spans


def _numeric(word: str) -> bool:
    return word in _NUMBERS or _CODE.fullmatch(word) is not None


def _room(tokens: Tokens, index: int) -> int:
    """Last word of the number that follows the room at `index`, or `index` when there is none."""
    last = index
    for at in range(index + 1, min(index + 1 + _LONGEST, len(tokens))):
        word = tokens.words[at]
        if not _GAP.fullmatch(tokens.text, tokens.ends[at - 1], tokens.starts[at]):
            break
        letter = len(word) == 1 and word.isalpha()
        if _numeric(word) or (letter and tokens.text[tokens.starts[at]].isupper() and word not in "ai"):
            last = at
        elif not letter and word not in _BETWEEN:
            break
    after = tokens.words[last + 1] if last + 1 < len(tokens) else ""
    return index if last == index + 1 and tokens.words[last] in _NUMBERS and after in _COUNTED else last


def _street(tokens: Tokens, index: int) -> int:
    """First word of the street name that ends at `index`, or `index` when it is no name."""
    words = tokens.words
    for back in (2, 3):
        at = index - back
        named = all(word.isalpha() and word not in _NO_NAME for word in words[max(at + 1, 0) : index])
        if at >= 0 and named and words[at].isdigit() and _capital(tokens, at + 1):
            return at
    if words[index] not in _STREETS or index == 0 or not words[index - 1].isalpha() or words[index - 1] in _NO_NAME:
        return index
    if not _GAP.fullmatch(tokens.text, tokens.ends[index - 1], tokens.starts[index]) or len(words[index - 1]) < 3:
        return index
    return index - 2 if index > 1 and words[index - 2] in {"old", "new", "upper", "lower", "saint", "st"} else index - 1


def _capital(tokens: Tokens, index: int) -> bool:
    """Whether a word is capitalised, or its text has no casing that could tell."""
    return tokens.text[tokens.starts[index]].isupper() or tokens.text.islower()
