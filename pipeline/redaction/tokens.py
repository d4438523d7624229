"""Words of a text with their places, and a folding that keeps every offset."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.?!:\n]")
_LETTERS_WITHOUT_DECOMPOSITION = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ß": "s",
    "æ": "a",
    "œ": "o",
    "ð": "d",
    "þ": "t",
    "ı": "i",
    "’": "'",
}
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))


@cache
def _accents() -> dict[int, str]:
    """Translation of accented Latin letters to their plain ones, one character each."""
    table = {ord(letter): plain for letter, plain in _LETTERS_WITHOUT_DECOMPOSITION.items()}
    for code in _LATIN:
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base
    return table


def fold(text: str) -> str:
    """Lower-case and without accents, the same length as `text`, so that offsets in one hold in the other."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower()[:1] for c in text)
    return lowered if lowered.isascii() else lowered.translate(_accents())


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of one text as parallel lists: `starts`, `ends` (code points) and `words` (folded)."""

    text: str
    folded: str
    starts: list[int]
    ends: list[int]
    words: list[str]

    def __len__(self) -> int:
        return len(self.words)


def tokenize(text: str) -> Tokens:
    """Split into words: letters and digits, with apostrophes inside; `_`, `-`, `.` and `/` separate. Linear time."""
    folded = fold(text)
    starts: list[int] = []
    ends: list[int] = []
    for found in _WORD.finditer(folded):
        start, end = found.span()
        starts.append(start)
        ends.append(end)
    return Tokens(text, folded, starts, ends, [folded[s:e] for s, e in zip(starts, ends, strict=True)])


def looks(tokens: Tokens, breaks: frozenset[int]) -> list[str]:
    """How each word is cased, and whether its casing says anything.

    `lc` the text has no casing; else `title` (nearly every word is capitalised), `start` (capital where a sentence or a
    caption starts, `breaks` being caption starts), `cap`, `upper`, `low`.
    """
    text = tokens.text
    capitals = [text[s].isupper() for s in tokens.starts]
    share = sum(capitals) / len(capitals) if capitals else 0.0
    if share <= 0.004:
        return ["lc"] * len(capitals)
    titled = share > 0.6
    found: list[str] = []
    end = 0
    for index, start in enumerate(tokens.starts):
        if not capitals[index]:
            found.append("low")
        elif titled:
            found.append("title")
        elif index == 0 or start in breaks or _SENTENCE_END.search(text, end, start):
            found.append("start")
        elif tokens.ends[index] - start > 1 and text[start : tokens.ends[index]].isupper():
            found.append("upper")
        else:
            found.append("cap")
        end = tokens.ends[index]
    return found
