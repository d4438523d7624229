"""People called like a modal verb, a month or a weekday: told by what they do and by how they are spoken to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.redaction.patterns.speech import is_number, word_set
from pipeline.redaction.tokens import Tokens
from pipeline.redaction.words import WordBook

_MODALS = frozenset({"may"})
_CALENDAR = word_set(
    "january february august september october november december autumn monday tuesday wednesday thursday friday saturday sunday"
)
_DATED = word_set(
    """in of since until till from by before after during through for every last next this early mid late each around about past end
    january february march april june july august september october november december and or a the every on"""
)
_ADDRESS = word_set(
    "thanks thank hello hi hey bye morning dear cheers called named told asked tell ask with missus mister miss mrs mr ms sorry even"
)
_TITLES = word_set(
    "professor prof doctor dr sister brother aunt uncle captain chef frau herr madame senator colleague congratulations"
)
_OF_WHOM = word_set("of by for")
# Before these words' "of", "by" and "for" a month is meant: "the end of may", "the figures for may", "done by may".
_PART_OF = word_set(
    """end start beginning middle rest most half part month week weeks days day first second third last fourth fifth out all much
    figures numbers report budget invoice invoices forecast target plan planned scheduled due ready done finished sometime
    early late mid back live ship shipped expected promised quota bill bills statement set""",
)
_MEETS = word_set("thanks thank hello hi hey dear cheers called named missus mister miss mrs mr ms told asked")
_NOT_AFTER = word_set("can could will would shall should did does had has is was were")
_ADVERBS = word_set("just also now only really still never always already even")
_EITHER = frozenset({"put", "set", "let"})  # past and plain form alike
_STARTS = word_set("so because then when but if") | {""}
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)|[a-z]+(?:rst|cond|ird|th)")
_ACTS = frozenset({"saying", "doing"})
_PAST = word_set("ran went said told saw got wrote took did came left cried has had was put let set")


def find_calendar_names(tokens: Tokens, book: WordBook) -> Iterator[int]:
    """Places of words that are people here. A weekday or month once told for a person is one wherever no date is meant."""
    sure: set[str] = set()
    for at, word in enumerate(tokens.words):
        base = word.removesuffix("'s")
        if (base in _MODALS and _modal_name(tokens, book, at)) or (
            base in _CALENDAR and _calendar_name(tokens, book, at)
        ):
            sure.add(base)
            yield at
    for at, word in enumerate(tokens.words):
        base = word.removesuffix("'s")
        if (
            base in sure
            and _word(tokens, at - 1) not in _DATED
            and (base not in _MODALS or not _base_verb(tokens, book, at + 1))
        ):
            yield at


def _word(tokens: Tokens, at: int) -> str:
    return tokens.words[at] if 0 <= at < len(tokens) else ""


def _gap(tokens: Tokens, at: int) -> str:
    """What stands between the word at `at` and the next one."""
    return tokens.text[tokens.ends[at] : tokens.starts[at + 1]].strip() if at + 1 < len(tokens) else "."


def _base_verb(tokens: Tokens, book: WordBook, at: int) -> bool:
    """Whether a word can follow a modal: a verb in its plain form, or a word that goes before one."""
    word = _word(tokens, at)
    parts = book.part_of_speech(word).split("+")
    return word in {
        "not",
        "be",
        "have",
        "now",
        "also",
        "or",
        "only",
        "still",
        "never",
        "well",
        "as",
        "at",
        "already",
    } or ("verb" in parts and word not in _PAST)


def _acts(tokens: Tokens, book: WordBook, at: int) -> bool:
    """Whether the word is a verb that somebody does, in the past or the third person."""
    word = _word(tokens, at)
    parts = book.part_of_speech(word).split("+")
    inflected = "verb*" in parts and "verb" not in parts and not word.endswith("ing")
    return word in _PAST or word in _NOT_AFTER or inflected or (book[word].group in _ACTS and "verb" not in parts)


def _modal_name(tokens: Tokens, book: WordBook, at: int) -> bool:
    before, after = _word(tokens, at - 1) if at and not _gap(tokens, at - 1) else "", _word(tokens, at + 1)
    gap = _gap(tokens, at)
    if is_number(after) or (is_number(before) and before != "one") or _ORDINAL.fullmatch(after):
        return False
    if before in {"to", "if"}:
        return True
    if before in _TITLES:
        return True
    if before in _DATED - {"with", "and", "after", "for", "by", "from", "before", "of"}:
        return False
    verb = at + 2 if after in _ADVERBS and not gap else at + 1
    plain = _base_verb(tokens, book, verb) and not gap
    if not gap and _acts(tokens, book, verb) and before not in {"from", "by", "before", "after", "for", "of"}:
        return _word(tokens, verb) not in _EITHER or before in _STARTS
    if before in _OF_WHOM and not plain and _word(tokens, at - 2) not in _PART_OF:
        return True
    written = tokens.text[tokens.starts[at]].isupper() and at > 0 and _gap(tokens, at - 1) in ("", ",")
    if before in _ADDRESS and not (plain and not written):
        return True
    introduced = before in {"its", "it's", "im", "i'm"} and after in {"from", "here", "again", "speaking"}
    if introduced or (after == "may" and not gap and before != "and"):
        return True
    return written and before not in _DATED and not plain


def _calendar_name(tokens: Tokens, book: WordBook, at: int) -> bool:
    before, after = _word(tokens, at - 1), _word(tokens, at + 1)
    if is_number(after):
        return False
    if before in _MEETS:
        return True
    starts = (
        before == "" or before in {"so", "then", "because", "when", "but"} or _gap(tokens, at - 1) in {".", "!", "?"}
    )
    person = book[after].group in _ACTS and "verb*" in book.part_of_speech(after).split("+")
    return starts and person and not _gap(tokens, at)
