"""A mask takes what is left of its name: numbers, spelled letters, capitals, and what signs join to it.

Such as "<ID> node eleven", "<ID> slash tools", "<ID>-entry", and the usual end of a name of its kind ("<ID> foods").
"""

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
_ENDINGS: dict[str, frozenset[str]] = {
    "ORGANIZATION": word_set("""software systems labs lab group holdings foods bank services partners logistics industries solutions devices
        mutual health hosting genomics peptides storage acquiring biobank brewing water credit college works distribution
        freight insurance energy pharma biotech hardware mobile telecom clinics pharmacy schedules response controls stays
        robotics analytics instruments diagnostics airlines rail ferries motors textiles seeds dairy books games studios
        university hospital institute council"""),
    "LOCATION": word_set("""office shed lab site base building city conference depot warehouse kitchen room hall corridor street road
        lane house wharf campus annex clinic clinics square"""),
}
_STORES = word_set("db prod staging broker brokers redis")
_SIGNS = word_set("slash dash dot underscore hyphen")
_STRETCH = re.compile(r"\w+(?:[-_/.+@](?=\w)\w+)*")
_CODE = re.compile(r"[A-Z]{2,5}")
_FIGURES = re.compile(r"(?: \d{2,9}){1,3}(?![\w%]|[.,:]\d)")
_LONGEST_CHAIN = 12
_NAMED = NAMES | {"HOST"}
_GAP = re.compile(r"[ \-]")


def adjoining(
    masks: list[Span], tokens: Tokens, breaks: frozenset[int], terms: set[int], plain: set[int]
) -> list[Span]:
    """Spans beside the disjoint `masks` that belong to them; `terms` of the lexicon stay, and capitals on `plain` words. Linear."""
    cased = looks(tokens, breaks)
    found = [
        span for mask in masks for span in (_stretched(mask, tokens, terms), _figures(mask, tokens)) if span is not None
    ]
    for mask in masks:
        chained = _chained(mask, tokens, terms)
        if chained is not None:
            found.append(chained)
        if mask.type not in _NAMED:
            continue
        first = bisect_left(tokens.starts, mask.start)
        last = bisect_left(tokens.starts, mask.end) - 1
        if first >= len(tokens) or last < first:
            continue
        end = _numbered(tokens, last, terms, person=mask.type == "PERSON")
        role = end > last and _before(tokens, first) in ROLES
        end = max(end, _spelled(tokens, last, terms), _ending(tokens, last, mask.type))
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


def _ending(tokens: Tokens, last: int, kind: str) -> int:
    """The usual end of a name of this kind."""
    at = last + 1
    if not _joined(tokens, at):
        return last
    word = tokens.words[at]
    company = kind in NAMES and word in _ENDINGS["ORGANIZATION"] and tokens.text[tokens.starts[at]].isupper()
    return at if company or word in _STORES or word in _ENDINGS.get(kind, ()) else last


def _extended(mask: Span, start: int, end: int) -> Span | None:
    if start >= mask.start and end <= mask.end:
        return None
    return Span(min(start, mask.start), max(end, mask.end), mask.type, mask.score, mask.recognizer)


def _stretched(mask: Span, tokens: Tokens, terms: set[int]) -> Span | None:
    """The mask with the rest of the written words it ends in, terms aside: "<ID>-entry", "lab-results-<ID>"."""
    text = tokens.text
    start, end = mask.start, mask.end
    floor = max(start - 80, 0)
    before = max(text.rfind(blank, floor, start) for blank in ' \n\t"(,')
    for stretch in _STRETCH.finditer(text, max(before + 1, floor), min(end + 80, len(text))):
        if stretch.start() >= end:
            break
        if stretch.end() > mask.start:
            start, end = min(start, stretch.start()), max(end, stretch.end())
    around = range(bisect_left(tokens.starts, start), bisect_left(tokens.starts, end))
    plain = terms.isdisjoint(at for at in around if not mask.start <= tokens.starts[at] < mask.end)
    return _extended(mask, start, end) if plain else None


def _figures(mask: Span, tokens: Tokens) -> Span | None:
    """The mask with the figures behind a code of capitals: "<ID> 20771"."""
    if not _CODE.fullmatch(tokens.text, mask.start, mask.end):
        return None
    figures = _FIGURES.match(tokens.text, mask.end)
    long_enough = figures is not None and sum(char.isdigit() for char in figures.group()) >= 4
    return _extended(mask, mask.start, figures.end()) if figures is not None and long_enough else None


def _chained(mask: Span, tokens: Tokens, terms: set[int]) -> Span | None:
    """The mask with what spoken signs join to it: "<ID> slash deploy", "a s g dash <ID>"."""
    words = tokens.words
    first = bisect_left(tokens.starts, mask.start)
    last = bisect_left(tokens.starts, mask.end) - 1
    start, end = first, last
    while end - last < _LONGEST_CHAIN and _sign(tokens, end + 1) and _part(tokens, end + 2, terms):
        end += 2
    while first - start < _LONGEST_CHAIN and start > 1 and _joined(tokens, start) and _sign(tokens, start - 1):
        if not _joined(tokens, start - 1) or words[start - 2] in FUNCTION_WORDS or start - 2 in terms:
            break
        start -= 2
    if start == first and end == last:
        return None
    return _extended(mask, tokens.starts[start], tokens.ends[end])


def _sign(tokens: Tokens, at: int) -> bool:
    return _joined(tokens, at) and tokens.words[at] in _SIGNS


def _part(tokens: Tokens, at: int, terms: set[int]) -> bool:
    return _joined(tokens, at) and tokens.words[at] not in FUNCTION_WORDS and at not in terms


def _capital(tokens: Tokens, at: int, cased: list[str], safe: set[int], *, after: bool = False) -> bool:
    """Whether the word is capitalised where that says something, and is no term."""
    if at < 0 or at in safe or cased[at] != "cap" or not _joined(tokens, at if after else at + 1):
        return False
    return tokens.words[at] not in FUNCTION_WORDS and len(tokens.words[at]) > 2
