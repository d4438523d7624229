"""Open words that their neighbours show to be plain ones: "on port 8080", "page two", "the build went green"."""

from __future__ import annotations

from pipeline.redaction.patterns.speech import FUNCTION_WORDS, is_number, word_set
from pipeline.redaction.tokens import Tokens

_COUNTED = word_set("page line port step row column version level day week phase slide chapter section epoch number")
_COLOURS = word_set("green red amber grey gray black blue white")
_BECOMES = word_set("went goes go going gone turned turns turn stays stayed stay became is was are were be been all")
_AFTER = FUNCTION_WORDS | word_set("again today yesterday everywhere light since tests builds") | {""}
_NAMING = word_set("this name called named it's its here")


def plain_uses(tokens: Tokens) -> list[int]:
    """Places of words that count or colour something and so name nobody. Linear."""
    words = tokens.words
    found: list[int] = []
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in _COUNTED:
            if is_number(after):
                found.append(at)
        elif word in _COLOURS and before in _BECOMES and after in _AFTER:
            said = words[at - 2] if at > 1 else ""
            if said not in _NAMING:
                found.append(at)
    return found
