"""Digits read out one by one ("oh seven seven double oh nine hundred three one four"): a number nobody counts with.

Seven digits and more are masked as a phone number, five and six as an account number, whatever stands before them; four
numbers in a row that make an address ("198 51 100 77") as an IP address.
"""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import DIGITS, REPEATS
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens

NAME = "readouts"
_FEWEST = 5
_PHONE = 7
_COUNTING = ("onetwothreefour", "fivefourthreetwo")  # somebody counts up or down
_ADDRESS = re.compile(r"(?<![\w.])\d{2,3}(?: \d{1,3}){3}(?![\w.])")
_GAP = re.compile(r"[\s,\-]{1,2}")


def find_readouts(tokens: Tokens) -> list[Span]:
    """Spans of runs of single digits, in words or figures. One pass."""
    spans = _addresses(tokens.text)
    start = 0
    digits = 0
    words = tokens.words
    for index in range(len(words) + 1):
        more = _digits(words, index) if index < len(words) else 0
        joined = (
            index > start
            and index < len(words)
            and _GAP.fullmatch(tokens.text, tokens.ends[index - 1], tokens.starts[index])
        )
        if more and digits and joined:
            digits += more
            continue
        if digits >= _FEWEST and not any(run in "".join(words[start:index]) for run in _COUNTING):
            kind = "PHONE_NUMBER" if digits >= _PHONE else "ACCOUNT_NUMBER"
            spans.append(Span(tokens.starts[start], tokens.ends[index - 1], kind, 0.7, NAME))
        start, digits = index, more if more and index < len(words) and words[index] != "hundred" else 0
    return spans


def _addresses(text: str) -> list[Span]:
    """Four numbers up to 255, two of them with three digits."""
    found: list[Span] = []
    for match in _ADDRESS.finditer(text):
        parts = [int(part) for part in match.group().split()]
        if max(parts) <= 255 and sum(part >= 100 for part in parts) >= 2:
            found.append(Span(match.start(), match.end(), "IP_ADDRESS", 0.7, NAME))
    return found


def _digits(words: list[str], index: int) -> int:
    """How many digits the word stands for in a readout; 0 when it is none."""
    word = words[index]
    if word in DIGITS and word != "o":
        return 1
    if word in REPEATS and index + 1 < len(words) and words[index + 1] in DIGITS:
        return REPEATS[word] - 1
    if word == "hundred" and index and words[index - 1] in DIGITS:
        return 2
    return 1 if len(word) == 1 and word.isdecimal() else 0
