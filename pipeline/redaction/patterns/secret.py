"""Secrets: tokens of known families, key blocks, credentials in settings and addresses, and strings of high entropy."""

from __future__ import annotations

import math
import re
from collections import Counter

from pipeline.redaction.patterns.secret_families import FAMILIES
from pipeline.redaction.patterns.secret_spoken import find_spoken
from pipeline.redaction.patterns.speech import lowered, solid, words_of
from pipeline.redaction.span import Span

NAME = "secret"
_PREFIXES = re.compile(
    "(?<![A-Za-z0-9_])(?:"
    + "|".join(re.escape(p) for p in sorted({f[1] for f in FAMILIES}, key=len, reverse=True))
    + ")",
)
_BODIES: dict[str, tuple[re.Pattern[str], int]] = {
    prefix: (re.compile(rf"[{body}_\-]{{{least},400}}"), least) for _, prefix, body, least in FAMILIES
}
_PLAIN_PREFIXES = frozenset(
    {"pat", "AKC", "EAA", "00", "AC", "SK", "key-", "secret_", "oy2", "md-", "ico-", "KEY0", "pul-", "sk-"}
)
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,2000}\.[\w-]{8,4000}(?:\.[\w-]{0,1000})?")
_WEBHOOK = re.compile(
    r"hooks\.slack\.com/(?:services|workflows)/[\w/+-]{10,200}|discord(?:app)?\.com/api/webhooks/[\w/-]{10,200}"
)
_SETTING = re.compile(
    r"(?:(?P<password>password|passwd|passphrase|passcode|pwd)|secret|token|api[_-]?key|access[_-]?key|account[_-]?key"
    r"|private[_-]?key|auth[_-]?key|sharedaccesskey|credentials?|signature|sig|authorization)"
    r"(?:[_-](?:id|key|value|prod|dev|base))?[\"']?\s{0,3}:?$",
)
_VALUE = re.compile(r">?\s{0,3}[\"']?(?:bearer |basic )?([^\s\"',;<>{}()]{3,300})", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"[:=]")
_AUTHORIZATION = re.compile(r"\s(?=[A-Za-z0-9._~+/=-]{0,40}\d)([A-Za-z0-9._~+/=-]{12,2000})")
_URL_LOGIN = re.compile(r"://([^\s/:@\"']{0,100}:[^\s/@\"']{1,200})@")
_PLACEHOLDER = re.compile(
    r"(?:null|none|true|false|undefined|required|optional|string|str|expired|invalid|missing|env|process\.env\S*|os\.\S*|\$\S*|%\S*|\*+|x{3,}"
    r"|\.{3,}|\[\w*\]|bearer|basic|the|it|we|is|was|not|and|redacted|changeme)[.,]?",
    re.IGNORECASE,
)
_BLOCK_OPEN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|PGP MESSAGE|CERTIFICATE)[A-Z ]{0,10}-----")
_LONGEST_BLOCK = 10_000
_DENSE = re.compile(r"(?<![A-Za-z0-9+/_=.~-])[A-Za-z0-9+/_=.~-]{16,512}")
_CHOSEN = re.compile(r"(?<![\w./:@#-])[A-Za-z0-9][\w!$^&*-]{8,63}(?![\w/(:=@-]|\.\w)")
_SEGMENT = re.compile(r"[A-Za-z0-9+/=]{14,}")
_TRANSITION = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")
_CASE_CHANGE = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")


def find(text: str) -> list[Span]:
    """Spans of secrets, `SECRET`."""
    spans: list[Span] = []
    if "eyJ" in text:
        spans += [_span(m.start(), m.end(), 1.0) for m in _JWT.finditer(text)]
    if ".com/" in text:
        spans += [_span(m.start(), m.end(), 1.0) for m in _WEBHOOK.finditer(text)]
    if "-----BEGIN " in text:
        spans += [_span(start, end, 1.0) for start, end in _blocks(text)]
    if ":" in text or "=" in text:
        spans += [_span(start, end, 0.9) for start, end in _assigned(text)]
        spans += [_span(m.start(1), m.end(1), 0.95) for m in _URL_LOGIN.finditer(text)]
    words = words_of(text)
    for place in words.at("bearer", "basic"):
        match = _AUTHORIZATION.match(text, words.ends[place])
        spans += [_span(match.start(1), match.end(1), 0.9)] if match else []
    for start, end in solid(text):
        spans += [_span(first, last, 1.0) for first, last in _families(text, start, end)]
        spans += [_span(m.start(), m.end(), 0.75) for m in _DENSE.finditer(text, start, end) if _is_random(m.group())]
        spans += [_span(m.start(), m.end(), 0.65) for m in _CHOSEN.finditer(text, start, end) if _is_chosen(m.group())]
    spans += [_span(start, end, 0.85) for start, end in find_spoken(text)]
    return _outermost(spans)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "SECRET", score, NAME)


def _families(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for match in _PREFIXES.finditer(text, start, stop):
        pattern, _ = _BODIES[match.group()]
        body = pattern.match(text, match.end())
        if body is None or not any(char.isdigit() for char in match.group() + body.group()):
            continue
        if match.group() in _PLAIN_PREFIXES and not any(char.isdigit() for char in body.group()):
            continue
        found.append((match.start(), match.start() + len((match.group() + body.group()).rstrip(".-_"))))
    return found


def _blocks(text: str) -> list[tuple[int, int]]:
    """Key blocks from BEGIN to the end of their END line; one that never ends is masked for a bounded stretch."""
    found: list[tuple[int, int]] = []
    place = 0
    while (opening := _BLOCK_OPEN.search(text, place)) is not None:
        limit = min(len(text), opening.end() + _LONGEST_BLOCK)
        closing = text.find("-----END ", opening.end(), limit)
        close = text.find("-----", closing + 9, min(limit, closing + 80)) if closing >= 0 else -1
        place = limit if close < 0 else close + 5
        found.append((opening.start(), place))
    return found


def _assigned(text: str) -> list[tuple[int, int]]:
    """Values behind `password=`, `token:` and the like."""
    low = lowered(text)
    found: list[tuple[int, int]] = []
    for sign in _ASSIGNMENT.finditer(text):
        setting = _SETTING.search(low, max(0, sign.start() - 40), sign.start())
        value = _VALUE.match(text, sign.end()) if setting else None
        if setting and value and _is_value(value.group(1), password=setting.group("password") is not None):
            found.append((value.start(1), value.start(1) + len(value.group(1).rstrip(".,"))))
    return found


def _is_value(value: str, *, password: bool) -> bool:
    if _PLACEHOLDER.fullmatch(value):
        return False
    return password or any(char.isdigit() for char in value) or (len(value) >= 20 and not value.isalpha())


def _is_random(token: str) -> bool:
    """Whether some segment looks drawn at random: mixed classes that change often, and more than 3.2 bits a character."""
    for segment in _SEGMENT.findall(token):
        digits = sum(char.isdigit() for char in segment)
        if digits < 2 or digits > 0.8 * len(segment) or _HEXADECIMAL.fullmatch(segment):
            continue
        changes = len(_TRANSITION.findall(segment)) + len(_CASE_CHANGE.findall(segment))
        if changes >= max(3, len(segment) // 8) and _entropy(segment) >= 3.2:
            return True
    return False


_MIXED = re.compile(r"(?=[^a-z]{0,20}[a-z])(?=[^A-Z]{0,20}[A-Z])(?=[^0-9]{0,20}[0-9])[A-Za-z0-9]{4,64}")
_NUMBERED_NAME = re.compile(r"[A-Z]?[a-z]+[A-Z]?[a-z]*\d+[a-z]?|\d+[a-z]+")
_HEXADECIMAL = re.compile(r"[0-9a-f]+|[0-9A-F]+")


def _is_chosen(token: str) -> bool:
    """Whether a token mixes classes as chosen passwords and keys do: "Marrow7!fox", "btk_9Qz7-hM2"."""
    if not any(char.isdigit() for char in token):
        return False
    if any(char in "!$^&*" for char in token[1:-1]) and token.replace("!", "").isalnum():
        return not token.isupper()
    segments = re.split(r"[_-]", token)
    if len(segments) >= 4 and len({len(part) for part in segments}) == 1 and 4 <= len(segments[0]) <= 6:
        return sum(any(c.isdigit() for c in part) and not part.isdigit() for part in segments) >= 3
    joined = [part for part in segments if len(part) >= 3 and any(c.isdigit() for c in part) and not part.isdigit()]
    if len(joined) >= 2 and not token.isupper() and not token.islower():
        return True
    return len(segments) > 1 and any(_MIXED.fullmatch(part) and not _NUMBERED_NAME.fullmatch(part) for part in segments)


def _entropy(token: str) -> float:
    """Shannon entropy in bits a character."""
    return -sum(n / len(token) * math.log2(n / len(token)) for n in Counter(token).values())


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            kept[-1] = _span(kept[-1].start, span.end, max(kept[-1].score, span.score))
    return kept
