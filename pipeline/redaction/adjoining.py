"""A mask takes what is left of its name: numbers behind it ("<ID> node eleven"), spelled letters, capitals beside it."""

from __future__ import annotations

import re
from bisect import bisect_left

from pipeline.redaction.merging import NAMES
from pipeline.redaction.patterns.host_words import ROLES
from pipeline.redaction.patterns.speech import DIGITS, FUNCTION_WORDS, TEENS, word_set
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens, looks

NAME = "adjoining"
_COUNTED = word_set(
    "percent hundred thousand million of or more less time people thing point at to by am pm oh o another last first and"
)
_ENDINGS = word_set("software systems labs group holdings foods bank services partners logistics industries solutions")
_NAMED = NAMES | {"HOST"}
_GAP = re.compile(r"[ \-]")


def adjoining(
    masks: list[Span], tokens: Tokens, breaks: frozenset[int], terms: set[int], plain: set[int]
) -> list[Span]:
    """Spans beside the disjoint `masks` that belong to them; `terms` of the lexicon stay, and capitals on `plain` words. Linear."""
    cased = looks(tokens, breaks)
    found: list[Span] = []
    for mask in masks:
        if mask.type not in _NAMED:
            continue
        first = bisect_left(tokens.starts, mask.start)
        last = bisect_left(tokens.starts, mask.end) - 1
        if first >= len(tokens) or last < first:
            continue
        end = _numbered(tokens, last, terms, person=mask.type == "PERSON")
        role = end > last and _before(tokens, first) in ROLES
        end = max(end, _spelled(tokens, last, terms), _ending(tokens, last) if mask.type in NAMES else last)
        start = first - 1 if role or _capital(tokens, first - 1, cased, plain) else first
        if end < len(tokens) - 1 and _capital(tokens, end + 1, cased, plain, after=True):
            end += 1
        if start < first or end > last:
            found.append(Span(tokens.starts[start], tokens.ends[end], mask.type, mask.score, mask.recognizer))
    return found


def _joined(tokens: Tokens, at: int) -> bool:
    """Whether one blank or hyphen stands before the word at `at`."""
    return 0 < at < len(tokens) and _GAP.fullmatch(tokens.text, tokens.ends[at - 1], tokens.starts[at]) is not None


def _before(tokens: Tokens, first: int) -> str:
    return tokens.words[first - 1] if _joined(tokens, first) else ""


def _numbered(tokens: Tokens, last: int, terms: set[int], *, person: bool) -> int:
    """End of a number behind the mask, with a role between or not; `last` where the number counts something."""
    words = tokens.words
    at = last + 1
    at += _joined(tokens, at) and words[at] in ROLES
    if not _joined(tokens, at) or not (words[at] in DIGITS or words[at] in TEENS) or words[at] in ("o", "oh"):
        return last
    after = words[at + 1] if at + 1 < len(tokens) else ""
    ends = after not in _COUNTED and (after == "" or after in FUNCTION_WORDS or at > last + 1)
    return at if ends and at not in terms and not (person and at == last + 1) else last


def _spelled(tokens: Tokens, last: int, terms: set[int]) -> int:
    """End of letters and digits, at least two with a letter among them, that go on behind the mask."""
    words = tokens.words
    end = last
    while _joined(tokens, end + 1) and (
        words[end + 1] in DIGITS or (len(words[end + 1]) == 1 and words[end + 1] not in "ai")
    ):
        end += 1
    if not terms.isdisjoint(range(last + 1, end + 1)):
        return last
    lettered = any(len(word) == 1 and word.isalpha() for word in words[last + 1 : end + 1])
    return end if end - last >= 2 and lettered else last


def _ending(tokens: Tokens, last: int) -> int:
    """The usual end of a company's name."""
    at = last + 1
    return (
        at
        if _joined(tokens, at) and tokens.words[at] in _ENDINGS and tokens.text[tokens.starts[at]].isupper()
        else last
    )


def _capital(tokens: Tokens, at: int, cased: list[str], safe: set[int], *, after: bool = False) -> bool:
    """Whether the word is capitalised where that says something, and is no term."""
    if at < 0 or at in safe or cased[at] != "cap" or not _joined(tokens, at if after else at + 1):
        return False
    return tokens.words[at] not in FUNCTION_WORDS and len(tokens.words[at]) > 2
