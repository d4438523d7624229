"""Account numbers: IBAN and card numbers by checksum; customer, invoice, policy and order numbers beside their cue."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import (
    FUNCTION_WORDS,
    NumberRun,
    Words,
    is_number,
    lowered,
    solid,
    word_set,
    words_of,
)
from pipeline.redaction.span import Span

NAME = "account_number"
_IBAN = re.compile(r"[A-Z](?<!\w[A-Z])[A-Z]\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_CARD = re.compile(r"\d(?<![\w.-]\d)(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
_SOCIAL = re.compile(r"\d(?<![\w-]\d)\d\d-\d{2}-\d{4}(?![\w-])")
_PREFIXED = re.compile(
    r"(?<![\w-])(?:inv|po|acc|acct|cust|ord|pol|con|ctr|mem|clm|sub|cr|dr|so|rma|mrn|bkg|lic|ref|qte|quo)[-_]"
    r"(?=[a-z-]{0,6}\d)[a-z0-9]{2,12}(?:-[a-z0-9]{1,12}){0,3}(?![\w-])",
)
_CODED = re.compile(r"(?<![\w./-])[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,10}){2,4}(?![\w-])")
_CIPHERS = word_set(
    "AES RSA SHA SHA256 SHA384 GCM CBC CVE ECDHE TLS ISO RFC UTF GPT RTX ECDSA X509 PKCS IEEE ASTM NIST ANSI EN"
)
_BARE = re.compile(r"\d(?<![\w.,:/#=+-]\d)\d{7,17}(?![\w%:/-]|[.,]\d)")
_CUES = word_set("""customer account accounts acct invoice invoices policy order orders contract member membership subscription client
    claim patient mrn loyalty reference ref tracking serial licence license booking reservation confirmation meter merchant
    shipment iban sort routing vat quote passport nhs npi ein card purchase lot batch protocol study site asset badge
    employee cif po rma device shelf bottle""")
_OWNED = word_set("contract invoice policy account customer membership claim booking subscription")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER_WORDS = frozenset({"number", "numbers", "no", "num", "id", "ids", "code", "hash", "pound", "key", "ending"})
_FILLERS = frozenset({"is", "was", "it", "s", "in", "um", "uh", "the", "for", "that"})
_UNITS = word_set("""requests errors users customers rows percent times days months years hours minutes seconds units items orders
    accounts invoices records bytes milliseconds ms dollars euros pounds million thousand lines entries gigabytes docs
    events messages files tokens steps iterations cells reads samples calls""")
_CONSTANTS = frozenset(
    {"2147483647", "2147483648", "4294967295", "4294967296", "18446744073709551615", "1073741824", "16777216"}
)
_CODE = re.compile(r"(?=[a-z/-]{0,14}\d)[a-z0-9]{1,16}(?:[-/][a-z0-9]{1,16}){0,4}")


def find(text: str) -> list[Span]:
    """Spans of account, card, invoice and similar numbers, `ACCOUNT_NUMBER`."""
    words = words_of(text)
    low = lowered(text)
    spans: list[Span] = []
    for start, end in solid(text):
        spans += [_span(m.start(), m.end(), 0.8) for m in _PREFIXED.finditer(low, start, end)]
        spans += [_span(m.start(), m.end(), 0.5) for m in _CODED.finditer(text, start, end) if _is_coded(m.group())]
    if any(digit in low for digit in "0123456789"):
        spans += [_span(m.start(), m.end(), 0.95) for m in _IBAN.finditer(text) if _is_iban(text, m)]
        spans += [_span(m.start(), m.end(), 0.95) for m in _CARD.finditer(low) if _passes_luhn(m.group())]
        spans += [_span(m.start(), m.end(), 0.8) for m in _SOCIAL.finditer(low)]
        spans += [_span(m.start(), m.end(), 0.4) for m in _BARE.finditer(low) if _is_identifier(low, m)]
    spans += [_span(*ending, 0.8) for place in words.at("ending") if (ending := _last_digits(words, place)) is not None]
    for cue in words.at(*_CUES):
        span = _cued(low, words, cue)
        if span is not None:
            spans.append(_span(*span, 0.85))
    return _outermost(spans)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "ACCOUNT_NUMBER", score, NAME)


def _is_iban(text: str, match: re.Match[str]) -> bool:
    """Whether the letters and digits pass modulo 97 (ISO 13616), or the word IBAN stands in front."""
    code = match.group().replace(" ", "")
    if not 14 <= len(code) <= 34 or sum(char.isdigit() for char in code) < 8:
        return False
    number = int("".join(str(int(char, 36)) for char in code[4:] + code[:4]))
    return number % 97 == 1 or "iban" in text[max(0, match.start() - 20) : match.start()].lower()


def _passes_luhn(written: str) -> bool:
    digits = [int(char) for char in written if char.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_identifier(low: str, match: re.Match[str]) -> bool:
    """Whether a long bare number identifies: no round figure, no machine constant, nothing that is being counted."""
    number = match.group()
    after = low[match.end() : match.end() + 16].split()
    counted = bool(after) and after[0].strip(".,") in _UNITS
    return not (counted or number.endswith("000") or number in _CONSTANTS or len(set(number)) == 1)


def _is_coded(code: str) -> bool:
    """Whether a code of three parts or more mixes letters with enough digits, and names no cipher or standard."""
    parts = code.split("-")
    digits = sum(char.isdigit() for char in code)
    long_parts = all(len(part) > 1 for part in parts)
    return (
        digits >= (2 if long_parts else 3)
        and any(part.isalpha() for part in parts)
        and not any(part in _CIPHERS for part in parts)
    )


def _cued(low: str, words: Words, cue: int) -> tuple[int, int] | None:
    """Offsets of the value behind a cue: "account number nine nine oh two", "invoice INV-20418", "customer 26-999999"."""
    first, numbered = cue + 1, False
    while first - cue < 6 and words.adjoins(first - 1):
        word = words.word(first)
        if word in _NUMBER_WORDS:
            numbered = True
        elif word not in _CUES and (word not in _FILLERS or (word == "in" and words.word(first - 1) != "ending")):
            break
        first += 1
    if first >= len(words.words) or words.starts[first] - words.ends[first - 1] > 4:
        return None
    numbered = numbered or "#" in low[words.ends[first - 1] : words.starts[first]]
    return _written(low, words, first, numbered=numbered) or _said(words, first, numbered=numbered)


def _written(low: str, words: Words, first: int, *, numbered: bool) -> tuple[int, int] | None:
    match = _CODE.match(low, words.starts[first])
    if match is None or low[match.end() : match.end() + 1].isalnum():
        return None
    code = match.group()
    digits = sum(char.isdigit() for char in code)
    after = low[match.end() : match.end() + 16].split()
    if (after and after[0].strip(".,;") in _UNITS) or code.isalpha():
        return None
    mixed = not code.isdigit()
    short = words.word(first - 1) in _OWNED and not _YEAR.fullmatch(code)
    enough = 3 if numbered or (mixed and len(code) >= 5) else 4 if short else 5
    spoken_on = words.runs.get(first)
    if spoken_on is not None and spoken_on.last - spoken_on.first > 1 and not mixed:
        return None
    return (match.start(), match.end()) if digits >= enough else None


def _said(words: Words, first: int, *, numbered: bool) -> tuple[int, int] | None:
    """A number in words, with spelled letters or one short prefix in front ("inv two oh four one eight")."""
    start, place = first, first
    while (
        len(words.word(place)) == 1 and not is_number(words.word(place)) and place - first < 6 and words.adjoins(place)
    ):
        place += 1
    if place == first and first + 1 in words.runs and words.word(first) not in FUNCTION_WORDS and words.adjoins(first):
        place = first + 1
    place += words.word(place) in {"dash", "hyphen"}
    run = words.runs.get(place)
    if run is None or words.word(run.last) in _UNITS:
        return None
    end, digits, said = _over_dashes(words, run)
    lettered = place > first
    prefixed = lettered and len(words.word(first)) <= 3
    enough = digits >= (3 if numbered else 4 if lettered else 5)
    end += len(words.word(end)) == 1 and words.word(end) not in {"a", "i"} and words.closely(end - 1)
    return (words.starts[start], words.ends[end - 1]) if enough and (numbered or prefixed or said >= 3) else None


def _last_digits(words: Words, place: int) -> tuple[int, int] | None:
    """The last digits and letters of a card or wallet: "ending 4406", "ending in four f a seven"."""
    first = place + 1 + (words.word(place + 1) in {"in", "with"})
    end = first
    while end - first < 6 and words.adjoins(end - 1) and _figure(words.word(end)):
        end += 1
    digits = sum(len(word) if word.isdigit() else is_number(word) for word in words.words[first:end])
    fits = digits >= 2 and (digits >= 4 or end - first >= 4) and words.word(end) not in _UNITS
    return (words.starts[first], words.ends[end - 1]) if fits else None


def _figure(word: str) -> bool:
    return is_number(word) or (len(word) == 1 and word.isalpha()) or (word.isdigit() and len(word) <= 4)


def _over_dashes(words: Words, run: NumberRun) -> tuple[int, int, int]:
    """End, digits and digits said one by one of a number read over "dash"."""
    digits, said = run.digits, len(run.said)
    while words.word(run.last) in {"dash", "hyphen"} and run.last + 1 in words.runs and digits < 40:
        run = words.runs[run.last + 1]
        digits, said = digits + run.digits, said + len(run.said)
    return run.last, digits, said


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept
