"""Dates precise to the day, written and said. A month, a weekday or "last week" alone is kept."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import Words, lowered, word_set, words_of
from pipeline.redaction.span import Span

NAME = "date"
_MONTH = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_ONES = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_ORDINAL_WORD = (
    f"(?:twenty|thirty)[ -](?:{_ONES})|{_ONES}|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth"
    "|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_CARDINAL_WORD = (
    "(?:twenty|thirty)[ -](?:one|two|three|four|five|six|seven|eight|nine)|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty"
)
_AFTER_DATE = "and|we|i|it|so|but|because|the|that|when|then|to|at|they|he|she|a|if|in|with|um|uh|which|until|for|my|our|you|around|is|was|or|back|ten|nine|eight|about|evening|morning|today"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TENS = "thirty|forty|fifty|sixty|seventy|eighty|ninety|twenty"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_YEAR = (
    rf"(?:(?:19|20)\d\d(?!\d)|(?:twenty|nineteen)[ -](?:(?:{_TENS})(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
    rf"|{_TEENS}|oh[ -]\w{{3,5}})|two thousand(?: and)? (?:{_TENS})?(?:[ -]?\w{{3,8}})?)"
)
_TAIL = rf"(?:,? (?:of )?{_YEAR}\b)?"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
_DAY_ALONE = re.compile(rf"the (?:{_DAY}(?:st|nd|rd|th)|(?!first|second|third)(?:{_ORDINAL_WORD}))\b")
_AFTER = re.compile(rf"[.,;?!\n]|$| (?:{_AFTER_DATE})\b")
_RANKED = re.compile(
    r" (?:floor|try|attempt|time|run|row|line|node|shard|partition|retry|request|iteration|epoch|step|percentile|century|host|page"
    r"|column|call|hop|visit|one|customer|person|replica|release|version|build|plate|sample|round|street|avenue|birthday)s?\b"
)
_MONTHS = tuple(_MONTH.split("|"))
_WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
_BEFORE_DAY = word_set("on since until till by from before after between")
_ISO = re.compile(
    r"(?<![\d.-])(?:19|20)\d\d([-/.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?![\d.-]*\d)(?:t(?=\d))?"
)
_NUMERIC = re.compile(
    r"(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|[12]\d|3[01])\1(?:(?:19|20)\d\d|(?<=[/-])\d\d)(?![\d/-]|\.\d)",
)
_MONTH_FIRST = re.compile(
    rf"\b{_WEEKDAY}(?P<month>{_MONTH})\b(?:\.|,)? (?:the )?(?P<day>{_DAY}(?:st|nd|rd|th)|{_DAY}(?![\d%]|[.:]\d)|{_ORDINAL_WORD}|{_CARDINAL_WORD})\b{_TAIL}",
)
_DAY_FIRST = re.compile(
    rf"\b{_WEEKDAY}(?:the )?(?:(?P<day>{_DAY}(?:st|nd|rd|th)?|{_ORDINAL_WORD})(?P<of> of)?|last(?: day)? of)[ -](?P<month>{_MONTH})\b{_TAIL}(?:\.?[ -](?:19|20)\d\d\b)?",
)
_BEFORE_DATE = word_set("on since until till by from before after of around to through was is and the")
_NOT_A_DAY = re.compile(
    r" (?:percent|%|times?|days?|weeks?|hours?|people|customers|users|more|of|or|minutes|seconds|thousand|hundred|million|\w+s)\b",
)
_YEAR_WORDS = re.compile(rf" (?:{_TENS}|ten|eleven|twelve|\w+teen|oh)\b")
_MODAL_DAYS = frozenset({"first", "second", "third"})


def find(text: str) -> list[Span]:
    """Spans of dates precise to the day, `DATE`."""
    low = lowered(text)
    spans: list[Span] = []
    if any(digit in low for digit in "0123"):
        spans += [_span(m.start(), m.end() - m.group().endswith("t"), 0.95) for m in _ISO.finditer(low)]
        spans += [_span(m.start(), m.end(), 0.9) for m in _NUMERIC.finditer(low)]
    words = words_of(text)
    for place in words.at(*_MONTHS):
        spans += _at_month(words, low, place)
    spans += [_span(*_with_weekday(low, m), 0.7) for m in _DAY_ALONE.finditer(low) if _introduced(low, m)]
    return _outermost(spans)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "DATE", score, NAME)


def _at_month(words: Words, low: str, place: int) -> list[Span]:
    """Dates that name the month at `place`: "march 14th" from there, "the 14th of march" from up to five words before."""
    start = words.starts[place]
    weekday = words.word(place - 1) in _WEEKDAYS and words.adjoins(place - 1)
    match = _MONTH_FIRST.match(low, words.starts[place - 1] if weekday else start)
    spans = [_span(match.start(), match.end(), 0.85)] if match and _month_first(words.text, low, match) else []
    for back in range(min(5, place), 0, -1):
        match = _DAY_FIRST.match(low, words.starts[place - back])
        if match and match.start("month") == start and _day_first(words.text, match):
            return [*spans, _span(match.start(), match.end(), 0.85)]
    return spans


def _introduced(low: str, match: re.Match[str]) -> bool:
    """Whether "the fifth" stands behind "on", "since" or a weekday, so that it is a day and not a rank."""
    before = _word_before(low, match.start()).rstrip(",")
    if before in _WEEKDAYS:
        return True
    late = (
        match.group().endswith(("eenth", "twelfth", "eleventh")) or "twent" in match.group() or "thirt" in match.group()
    )
    sure = late or match.group()[4].isdigit()
    if before in _BEFORE_DAY | {"for"} and sure:
        return _RANKED.match(low, match.end()) is None
    if match.group()[4].isdigit() and before not in {"in", "at"} and _AFTER.match(low, match.end()):
        return True
    return (before in _BEFORE_DAY or (sure and before in {"is", "was", "it's", "its"})) and _AFTER.match(
        low, match.end()
    ) is not None


def _with_weekday(low: str, match: re.Match[str]) -> tuple[int, int]:
    before = _word_before(low, match.start())
    return match.start() - (len(before) + 1 if before.rstrip(",") in _WEEKDAYS else 0), match.end()


def _month_first(text: str, low: str, match: re.Match[str]) -> bool:
    month, day = match.group("month"), match.group("day")
    dated = _word_before(low, match.start()) in _BEFORE_DATE
    if month == "may" and (day in _MODAL_DAYS or day.isdigit() or day in _CARDINALS):
        return dated or (day.isdigit() and text[match.start()] == "M")
    if day in _CARDINALS:
        if day == "twenty" and _YEAR_WORDS.match(low, match.end("day")):
            return False
        return dated and not _NOT_A_DAY.match(low, match.end())
    return not (day.isdigit() and _NOT_A_DAY.match(low, match.end()))


def _day_first(text: str, match: re.Match[str]) -> bool:
    day = match.group("day") or "last"
    if not day.isdigit() or match.group("month") not in {"may", "march", "mar"}:
        return True
    return text[match.start("month")].isupper() or match.group("of") is not None


def _word_before(low: str, start: int) -> str:
    words = low[max(0, start - 12) : start].split()
    return words[-1] if words else ""


_CARDINALS = frozenset(
    f"{ten}{gap}{one}"
    for ten in ("twenty", "thirty")
    for gap in " -"
    for one in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
) | word_set(
    """ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty""",
)


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            kept[-1] = _span(kept[-1].start, span.end, max(kept[-1].score, span.score))
    return kept
