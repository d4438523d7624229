"""Telephone numbers in digits of any grouping and in words, and extensions beside their cue."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import MULTIPLIERS, NumberRun, Words, word_set, words_of
from pipeline.redaction.span import Span

NAME = "phone"
_WRITTEN = re.compile(
    r"(?<![\w.#@/:=+-])\+?\(?\d[\d .()/-]{5,24}\d(?!\w)(?:,?\s?(?:extension|ext\.?|x)\s?\d{1,6}\b)?", re.IGNORECASE
)
_NOT_PHONE = re.compile(
    r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}(?:\s.*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s.*)?|\d{1,3}(?:\.\d{1,3}){3}(?:/\d+)?"
    r"|\d{3}-\d{2}-\d{4}|\d{4}(?:[ -]\d{4}){2,3}(?:[ -]\d{1,4})?|\d{1,3}(?:[ .]\d{3})*(?:[ .]000)+|(?:[12]\d{3}[ /-]?)+|[\d.]+|.*(?:^|\s)\d\.\d.*",
)
_PAIRED = re.compile(r"0\d{1,3}[ /-]\d{2,4}(?:[ .-]\d{2,4}){0,2}(?:[ .-]\d\d){1,2}")
_TRIPLES = re.compile(r"[1-9]\d\d[ .-]\d{3}[ .-](?!000)\d{3}")
_CUES = word_set(
    """phone telephone mobile cell call ring rang dial dialled dialed text texted fax extension ext extensions
    hotline landline whatsapp sms voicemail pager""",
)
_EXTENSION = frozenset({"extension", "ext", "extensions"})
_BETWEEN = word_set(
    """number numbers is on at me us her him them it's its s line desk the my our your for direct was to um uh""",
)
_YEARS = frozenset({("twenty", "twenty"), ("twenty", "nineteen"), ("nineteen", "ninety"), ("twenty", "eighteen")})
_UNITS = word_set(
    """rows row bytes requests request records milliseconds ms seconds second minutes minute hours hour days weeks
    users events messages times lines tokens dollars euros pounds percent items keys files entries orders million
    calls""",
)
_COUNTERS = word_set(
    """port ports error status version versions code pid line lines row account invoice policy order ticket
    case card iban id contract customer reference password pin passcode to from""",
)


def find(text: str) -> list[Span]:
    """Spans of telephone numbers and extensions, `PHONE_NUMBER`."""
    words = words_of(text)
    if not words.runs:
        return []
    spans = _written(text, words)
    for run in words.runs.values():
        score = _spoken_score(words, run)
        if score:
            first = run.first - (words.word(run.first - 1) == "plus")
            spans.append(Span(words.starts[first], words.ends[run.last - 1], "PHONE_NUMBER", score, NAME))
    return _merged(spans)


def _written(text: str, words: Words) -> list[Span]:
    spans: list[Span] = []
    cued = {words.starts[place] for place in words.runs if _cued(words, place)}
    for match in _WRITTEN.finditer(text):
        written = match.group()
        digits = sum(char.isdigit() for char in written)
        first = match.start() + (len(written) - len(written.lstrip("+(")))
        marked = written.startswith(("+", "(", "00"))
        threes = _TRIPLES.fullmatch(written) is not None and text[: match.start()].rstrip().lower().endswith(
            (" on", " at")
        )
        if not 7 <= digits <= 21 or (not marked and first not in cued and not threes and not _grouped(written)):
            continue
        spans.append(Span(match.start(), match.end(), "PHONE_NUMBER", 0.85, NAME))
    return spans


def _grouped(written: str) -> bool:
    """Whether bare digits are grouped as a telephone number: not a date, an address, a version, a sum or a card."""
    if _NOT_PHONE.fullmatch(written):
        return False
    groups = re.split(r"[^\d]+", written)
    if _PAIRED.fullmatch(written) and sum(map(len, groups)) >= 9:
        return True
    return (
        len(groups) > 1 and len(groups[-1]) >= 3 and ("-" in written or written.startswith("0") or len(groups[-1]) == 4)
    )


def _spoken_score(words: Words, run: NumberRun) -> float:
    """How surely a run of number words is a telephone number: long and read digit by digit, or beside its cue."""
    cue = _cued(words, run.first)
    if cue in _EXTENSION and 2 <= run.digits <= 7:
        return 0.85
    if words.word(run.last) in _UNITS:
        return 0.0
    if any(word in MULTIPLIERS for word in words.words[run.first : run.last]) and not _national(words, run):
        return 0.0
    if cue and run.digits >= 4 and (run.digits >= 6 or run.last - run.first >= 3 or len(run.said) >= 4):
        return 0.85
    spoken = words.words[run.first : run.last]
    noughts = any(word in {"oh", "zero", "o", "double", "triple"} for word in spoken)
    paired = run.last - run.first >= 5 and noughts and spoken[:2] not in _YEARS
    read_aloud = (len(run.said) >= 6 or paired) and 7 <= run.digits <= 16
    counter = words.word(run.first - (2 if words.word(run.first - 1) in {"number", "id", "is"} else 1))
    return 0.7 if read_aloud and counter not in _COUNTERS else 0.0


def _national(words: Words, run: NumberRun) -> bool:
    """Such as "oh seven seven double oh nine hundred ...": a leading nought makes hundreds a part of the number."""
    return words.word(run.first) in {"oh", "zero", "o"} and "thousand" not in words.words[run.first : run.last]


def _cued(words: Words, place: int) -> str:
    """The cue up to five words before `place`, over "me on", "number is" and the like, or ""."""
    for back in range(1, 7):
        word = words.word(place - back)
        if word in _CUES:
            return word
        if word not in _BETWEEN:
            return ""
    return ""


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
        else:
            last = merged[-1]
            score = max(last.score, span.score)
            merged[-1] = Span(last.start, max(last.end, span.end), "PHONE_NUMBER", score, NAME)
    return merged
