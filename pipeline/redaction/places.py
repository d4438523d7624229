"""Rooms and streets told by their build: "room 3B", "gate twelve", "lab C 2.14", "214 Alder Row", "old quarry road".

Named places without such a build are left to the closed world.
"""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import word_set
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens

NAME = "places"
_ROOMS = word_set(
    "room desk gate hut suite terminal wing lab bench floor canteen building bay cubicle stairwell shed hangar booth barn warehouse"
)
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
_LETTERED = word_set("block wing hall bay building conference lab ward room stairwell")
_NAMED_ROOMS = word_set("room corridor gate desk corner kitchen lab")
_WHERE = word_set("in at from to by behind outside of on into near inside past through for with")
# What a room is, not what it is called.
_PLAIN_ROOMS = word_set("""fourth fifth sixth seventh eighth ninth tenth server meeting waiting next same other whole empty post crew more machine dressing living own different wrong new old computer
    staff remote technical writing office only left right front first second third last help service support ticket little small big
    rented tank chat main this that every any one some no enough much bed bath dining class control operating emergency break single
    clean dark changing locker mail delivery green standing head elbow street corner logic release payment reception
    each both reader booking boarding security coffee tea chain quality""")
_BETWEEN = frozenset(("point", "dot", "dash", "number"))
_COUNTED = word_set("of or and more at by time day hour minute people person")  # "room one of", "floor two people"
_CODE = re.compile(r"[a-z]?\d{1,4}[a-z]?")
_DOOR = re.compile(r"(?<![\w.-])[A-GJ-OQS-U]\d{1,2}\.\d{2}(?![\w.]|-\d)")
_GAP = re.compile(r"[ .\-/]{1,2}")
_LETTERS = word_set("b c d e f g h")
_LONGEST = 5  # words of a room number


def find_places(tokens: Tokens) -> list[Span]:
    """Spans of type LOCATION. Looks at a bounded number of words around each cue."""
    spans = [Span(m.start(), m.end(), "LOCATION", 0.7, NAME) for m in _DOOR.finditer(tokens.text)]
    for index, word in enumerate(tokens.words):
        if word in _ROOMS:
            last = max(_room(tokens, index), _lettered(tokens, index))
            first = _named_room(tokens, index)
            if last > index or first < index:
                spans.append(Span(tokens.starts[first], tokens.ends[last], "LOCATION", 0.8, NAME))
        elif word in _LETTERED or word in _NAMED_ROOMS:
            first, last = _named_room(tokens, index), _lettered(tokens, index)
            if last > index or first < index:
                spans.append(Span(tokens.starts[first], tokens.ends[last], "LOCATION", 0.8, NAME))
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


def _lettered(tokens: Tokens, index: int) -> int:
    """Last word of "block d", "conference b", or `index`."""
    letter = index + 1
    fits = (
        tokens.words[index] in _LETTERED
        and letter < len(tokens)
        and tokens.words[letter] in _LETTERS
        and _GAP.fullmatch(tokens.text, tokens.ends[index], tokens.starts[letter])
    )
    return letter if fits else index


def _named_room(tokens: Tokens, index: int) -> int:
    """First word of "the fish room" behind a preposition of place, or `index` where the room has no name."""
    words = tokens.words
    if index < 3 or words[index] not in _NAMED_ROOMS or words[index - 2] != "the" or words[index - 3] not in _WHERE:
        return index
    name = words[index - 1]
    named = len(name) > 2 and name.isalpha() and name not in _PLAIN_ROOMS and name not in _NO_NAME
    blank = tokens.text[tokens.ends[index - 1] : tokens.starts[index]] == " "
    return index - 1 if named and blank and not name.endswith("'s") else index


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
