"""Speech as a list of words, and the numbers said in it: what every finder of spoken identifiers starts from.

A transcript often has no casing and no punctuation, and its digits come as words ("oh one four two", "double seven",
"four thousand and twelve"). Finders look up their cue words in `Words.places` and read a bounded stretch from there, so
each is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


def word_set(listed: str) -> frozenset[str]:
    """The words of a list written as one string."""
    return frozenset(listed.split())


DIGITS: dict[str, str] = {
    "zero": "0",
    "oh": "0",
    "o": "0",
    "nought": "0",
    "naught": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "niner": "9",
}
TEENS: dict[str, int] = {
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS: dict[str, int] = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fourty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
REPEATS: dict[str, int] = {"double": 2, "triple": 3, "treble": 3}
MULTIPLIERS: dict[str, int] = {"hundred": 2, "thousand": 3}
SEPARATORS = frozenset({"dot", "dash", "hyphen", "underscore", "slash", "minus", "plus"})
FUNCTION_WORDS = word_set(
    """a about after again against all also always am an and another any anyway are around as at back be because been
    before being below between both but by can cannot could did do does doing done down during each either else
    even ever every few for from further gets go goes going gonna got had has have having he her here hers him his
    how i if in into is it its just kind know like look looks made make many maybe me mean might mine more most
    much must my never no nor not now of off okay ok on once one only onto or other our ours out over own please
    quite really right same say says see she should since so some something sort still such sure than that the
    their theirs them then there these they thing things this those through till to too uh um under until up upon
    us use used uses using very via want wants was we well went were what when where whether which while who whom
    whose why will with within without would yeah yep yes yet you your yours""",
)
_WORD = re.compile(r"[^\W_]+")
_SOLID = re.compile(r"\S{4,}")
_DIGIT = re.compile(r"[0-9-]")
_SOFT_GAPS = frozenset({"", ",", "-", "'", "’", "–"})
_NUMERIC = frozenset({*DIGITS, *TEENS, *TENS, *REPEATS})
_LONGEST_RUN = 40


@dataclass(frozen=True, slots=True)
class NumberRun:
    """Number words `first` to `last` (exclusive). `digits` is the written length, `said` the digits said one by one."""

    first: int
    last: int
    digits: int
    said: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in lower case, with their code point offsets, positions by word and number runs by first word."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    places: dict[str, list[int]]
    runs: dict[int, NumberRun]

    def at(self, *cues: str) -> list[int]:
        """Positions of any of the `cues`, in order."""
        return sorted(place for cue in cues for place in self.places.get(cue, ()))

    def word(self, place: int) -> str:
        """The word at `place`, or "" outside the text."""
        return self.words[place] if 0 <= place < len(self.words) else ""

    def adjoins(self, place: int) -> bool:
        """Whether nothing but a space, comma or hyphen stands between the words `place` and `place + 1`."""
        return 0 <= place < len(self.words) - 1 and _soft(self.text, self.ends[place], self.starts[place + 1])

    def closely(self, place: int) -> bool:
        """Whether nothing but spaces or a hyphen stands between the words `place` and `place + 1`."""
        return self.adjoins(place) and "," not in self.text[self.ends[place] : self.starts[place + 1]]

    def follows(self, place: int, phrase: tuple[str, ...]) -> bool:
        """Whether `phrase` stands at `place`, word for word."""
        return self.words[place : place + len(phrase)] == phrase

    def run_ending(self, place: int, longest: int = 6) -> NumberRun | None:
        """The number run whose last word is `place`, if it has at most `longest` words."""
        for first in range(place, max(-1, place - longest), -1):
            run = self.runs.get(first)
            if run is not None:
                return run if run.last == place + 1 else None
        return None


def _soft(text: str, end: int, start: int) -> bool:
    return start - end <= 4 and text[end:start].strip() in _SOFT_GAPS


def lowered(text: str) -> str:
    """`text` in lower case with every code point where it was (`str.lower` lengthens a few characters)."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


@lru_cache(maxsize=2)
def words_of(text: str) -> Words:
    """Split `text` once for all finders."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    places: dict[str, list[int]] = {}
    for place, match in enumerate(_WORD.finditer(lowered(text))):
        word = match.group()
        words.append(word)
        starts.append(match.start())
        ends.append(match.end())
        places.setdefault(word, []).append(place)
    return Words(text, tuple(words), tuple(starts), tuple(ends), places, _runs(text, words, starts, ends))


@lru_cache(maxsize=2)
def solid(text: str) -> tuple[tuple[int, int], ...]:
    """Stretches of four or more characters without a space that hold a digit or a hyphen: where codes and tokens stand."""
    return tuple(match.span() for match in _SOLID.finditer(text) if _DIGIT.search(match.group()))


def is_number(word: str) -> bool:
    """Whether a word is a digit, teen or ten in words, or written digits."""
    return word in DIGITS or word in TEENS or word in TENS or (word.isascii() and word.isdigit())


def _runs(text: str, words: list[str], starts: list[int], ends: list[int]) -> dict[int, NumberRun]:
    runs: dict[int, NumberRun] = {}
    free_from = 0
    for place, word in enumerate(words):
        if place >= free_from and (word in _NUMERIC or word[0] in "0123456789"):
            run = _read_run(text, words, starts, ends, place)
            if run is not None:
                runs[place] = run
                free_from = run.last
    return runs


def _read_run(text: str, words: list[str], starts: list[int], ends: list[int], first: int) -> NumberRun | None:
    place, digits, said, scaled, ten = first, 0, "", False, False
    limit = min(len(words), first + _LONGEST_RUN)
    while place < limit and (place == first or _soft(text, ends[place - 1], starts[place])):
        word, following = words[place], words[place + 1] if place + 1 < limit else ""
        count, step = 0, 1
        if word in DIGITS:
            count = 0 if ten and word not in {"zero", "oh", "o"} else 1
            said += "" if count == 0 else DIGITS[word]
        elif word in REPEATS and following in DIGITS:
            count, step = REPEATS[word], 2
            said += DIGITS[following] * count
        elif word in TEENS or word in TENS:
            count = 2
        elif word.isascii() and word.isdigit():
            count = len(word)
            said += word if count == 1 else ""
        elif word in MULTIPLIERS and place > first:
            digits, scaled = digits + MULTIPLIERS[word], True
        elif not (word == "and" and scaled and is_number(following)):
            break
        digits += 0 if scaled else count
        ten = word in TENS
        place += step
    if place - first <= 2 and words[place - 1] in {"o", "oh"} and place > first:
        place, digits, said = place - 1, digits - 1, said[:-1]
    if place == first or (place == first + 1 and words[first] in {"o", "oh"}):
        return None
    return NumberRun(first, place, digits, said)


def chain_forward(words: Words, place: int, separators: frozenset[str] = SEPARATORS, longest: int = 12) -> int:
    """End (exclusive) of the spoken chain "word dash word dash word" that begins at `place`.

    A part may be followed by a number run or by further spelled letters; nothing is read over a sentence end.
    """
    end = _part_end(words, place)
    while end - place < longest and words.word(end) in separators and words.adjoins(end - 1) and words.adjoins(end):
        end = _part_end(words, end + 1)
    return end


def _part_end(words: Words, place: int) -> int:
    run = words.runs.get(place)
    if run is not None:
        return run.last
    end = place + 1
    if len(words.word(place)) == 1:
        while len(words.word(end)) == 1 and end - place < 12 and words.adjoins(end - 1):
            end += 1
    follower = words.runs.get(end)
    if follower is not None and words.adjoins(end - 1) and follower.digits <= 4:
        return follower.last
    return min(end, len(words.words))
