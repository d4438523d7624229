"""Short codes of letters and digits that point at one person, vehicle or door: postcodes, plates, badges, seats."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.redaction.patterns.speech import DIGITS, REPEATS, TEENS, TENS, lowered, word_set
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens, tokenize

NAME = "short_codes"
_UK = re.compile(r"(?<![\w.-])[a-z]{1,2}\d[a-z\d]? \d(?P<end>[abd-hjlnp-uw-z]{2})(?![\w-])")
_UK_SOLID = re.compile(r"(?<![\w.-])[A-Z]{1,2}\d[A-Z\d]?\d[ABD-HJLNP-UW-Z]{2}(?![\w-])")
_CANADA = re.compile(r"(?<![\w.-])[a-z]\d[a-z][ -]\d[a-z]\d(?![\w-])")
_PLATE = re.compile(r"(?<![\w.-])(?:[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]{1,3}-[A-Z]{1,2} \d{1,4})(?![\w-])")
_DOOR = re.compile(
    r"(?<![\w.-])(?i:in|into|to|from|near|outside|inside|behind|next to|down to|up to|at|door of|room|office) "
    r"(?P<code>(?!(?:[HABV]\d00|[ALTKM]\d0|L4|E2E|R\d|V\d)(?!\d))[A-OR-Z]-?\d{2,3})(?![\w-]|\.\d)"
)
_ROOM = re.compile(r"(?<![\w.-])(?:office|room|lab|suite|bay) (?P<code>[a-z]?\d{1,3}\.\d{1,3})(?![\w-]|\.\d)")
_MATTER = re.compile(r"(?<![\w.-])[A-Z]-\d{4,7}(?![\w-]|\.\d)")
_VERSIONED = word_set("sha ipv http https tls ssl aes utf gpt usb mp rsa hls php cpp tcp udp hiv sars")
_UNITS = word_set("gb tb pb hz us ns db th st nd rd px pt ft lb hr bn")
_CUES: dict[str, str] = {
    **dict.fromkeys(word_set("postcode zip zipcode eircode seat desk locker pitch berth"), "LOCATION"),
    **dict.fromkeys(word_set("badge employee staff payroll plate plates registration rego"), "ACCOUNT_NUMBER"),
}
_FILLERS = word_set("number no id code is was it s plate the")
_COUNTED = word_set("percent times people seats hours minutes days of or and more attempts users")
_EVERYDAY = word_set("a i is was and or the to of in on at so it for by as but we he she if my not")
_TENS_TOO = frozenset({*TEENS, *TENS})
_MIXED = re.compile(r"(?=[a-z]*\d)[a-z\d]{1,8}")
_GAP = re.compile(r"[ ,\-.]{1,2}")
_LONGEST = 10


def find_codes(tokens: Tokens, safe: Phrases) -> list[Span]:
    """Spans of postcodes and places as LOCATION, of plates and badges as ACCOUNT_NUMBER; `safe` are terms that are spelled. Linear."""
    text, low = tokens.text, lowered(tokens.text)
    found = [(m.start(), m.end(), "LOCATION") for m in _UK.finditer(low) if m["end"] not in _UNITS]
    found += [(m.start(), m.end(), "LOCATION") for m in (*_UK_SOLID.finditer(text), *_CANADA.finditer(low))]
    found += [(m.start(), m.end(), "ACCOUNT_NUMBER") for m in (*_PLATE.finditer(text), *_MATTER.finditer(text))]
    found += [(*m.span("code"), "LOCATION") for m in (*_DOOR.finditer(text), *_ROOM.finditer(low))]
    # A term that is one letter (R, C) says nothing about a letter that is read out among others.
    terms = {index for first, last, _ in safe.find(tokens) if first < last for index in range(first, last + 1)}
    for first, last, kind in (*_cued(tokens), *_spelled(tokens, terms, safe)):
        found.append((tokens.starts[first], tokens.ends[last], kind))
    return [Span(start, end, kind, 0.75, NAME) for start, end, kind in found]


def _joined(tokens: Tokens, at: int) -> bool:
    return _GAP.fullmatch(tokens.text, tokens.ends[at - 1], tokens.starts[at]) is not None


def _digit(word: str) -> bool:
    return word in DIGITS or word in _TENS_TOO or word in REPEATS or word.isdecimal()


def _letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def _cued(tokens: Tokens) -> Iterator[tuple[int, int, str]]:
    """A code behind its cue: "badge number is nineteen", "postcode l s seven four q t", "plate kx six five abc"."""
    words = tokens.words
    for at, word in enumerate(words):
        kind = _CUES.get(word)
        first = at + 1
        while kind and first < min(at + 5, len(words)) and words[first] in _FILLERS and _joined(tokens, first):
            first += 1
        end, digits = first, 0
        while kind and end < min(first + _LONGEST, len(words)) and _joined(tokens, end):
            part = words[end]
            short = len(part) <= 3 and part.isalpha() and part not in _COUNTED and _near_digit(words, end)
            if not (_digit(part) or _letter(part) or _MIXED.fullmatch(part) or short):
                break
            digits += _digit(part) or any(c.isdigit() for c in part)
            end += 1
        after = words[end] if end < len(words) else ""
        if kind and digits and after not in _COUNTED:
            yield first, end - 1, kind


def _near_digit(words: list[str], at: int) -> bool:
    """Whether a short group of letters stands right beside a digit and is no everyday word."""
    if words[at] in _EVERYDAY:
        return False
    return _digit(words[at - 1]) or (at + 1 < len(words) and _digit(words[at + 1]))


def _spelled(tokens: Tokens, terms: set[int], safe: Phrases) -> Iterator[tuple[int, int, str]]:
    """Letters and digits read out one by one, at least two of each, without a cue; and words of four letters or more."""
    words = tokens.words
    first = 0
    for at in range(len(words) + 1):
        goes_on = at < len(words) and (_digit(words[at]) or _letter(words[at])) and (at == first or _joined(tokens, at))
        if goes_on:
            continue
        run = words[first:at]
        letters = sum(_letter(word) and word not in "ai" for word in run)
        outside = set(range(first, at)) - terms
        name = "".join(word for word in run if _letter(word))
        versioned = name in _VERSIONED and len(run) - len(name) <= 2
        if len(run) < 4 or letters < 2 or versioned:
            pass
        elif all(map(_letter, run)):
            if len(outside) >= 2 and not safe.find(tokenize(name)):
                yield first, at - 1, "UNKNOWN_TERM"
        elif len(run) == letters + 1 and _digit(run[-1]):
            if len(outside) == len(run) and not safe.find(tokenize(name)):
                yield first, at - 1, "UNKNOWN_TERM"
        elif len(run) - letters >= 2 and len(outside) == len(run):
            yield first, at - 1, "ACCOUNT_NUMBER"
        first = at if at < len(words) and (_digit(words[at]) or _letter(words[at])) else at + 1
