"""Cloud resources: ARNs, accounts, instances, projects, subscriptions, buckets, UUIDs and long hexadecimal ids."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import (
    FUNCTION_WORDS,
    Words,
    chain_forward,
    is_number,
    lowered,
    solid,
    word_set,
    words_of,
)
from pipeline.redaction.span import Span

NAME = "cloud_id"
_ARN = re.compile(r"\barn:aws[\w-]{0,12}:[^\s\"'<>,;]{4,300}")
_RESOURCE = re.compile(
    r"(?<![\w-])(?:i|vpc|subnet|sg|ami|vol|snap|eni|rtb|igw|nat|acl|eipalloc|eipassoc|pcx|tgw|vpce|lt|fs|fsap|dopt|vgw|cgw|r|mi"
    r"|bak|rds|db|cluster|key|dxcon|lb|tgw-attach|subnetgroup|ocid1)-(?=[0-9a-f]{0,16}\d)[0-9a-f]{6,17}(?![\w-])",
)
_OCID = re.compile(r"\bocid1\.[a-z]{2,30}\.[\w.-]{8,200}")
_UUID = re.compile(r"(?<![0-9a-z-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z-])")
_HEX = re.compile(r"(?<![0-9a-z_/+=])(?:sha256:|0x)?[0-9a-f]{16,128}(?![0-9a-z_])")
_SHORT_HEX = re.compile(r"(?<![0-9a-z-])(?=[a-f]{0,14}\d)(?=\d{0,14}[a-f])[0-9a-f]{7,15}(?![0-9a-z-])")
_HEX_CUES = word_set("commit sha revision digest trace span container request build hash image deploy object id")
_NAME_CUES = word_set("project projects bucket resource key keyvault storage hosted distribution subscription tenant")
_HEX_CUE = re.compile(r"\W{1,3}(?:id\W{1,3}|is\W|at\W)?(?=[0-9a-f]{7})")
_BUCKET = re.compile(r"\b(?:s3a?|gs|gcs|wasbs?|abfss?|az|r2|b2|oss)://[^\s\"'<>,;)]{2,300}")
_OBJECT_ID = re.compile(
    r"(?<![a-z0-9_])(?:cus|req|pi|ch|sub|acct|evt|txn|ord|usr|user|org|team|proj|prj|inst|run|job|msg|conv|session|sess|dpl|srv"
    r"|prod|price|in|pm|tok|app|ws|wf|task|node|file|asst|thread|deploy|build|env|vs)_(?=[a-z]{0,40}\d)[a-z0-9]{8,64}(?![a-z0-9_])",
)
_UPPER_ID = re.compile(r"(?<![\w/+=-])[A-Z0-9]{12,32}(?![\w/+=-])")
_ACCOUNT = re.compile(r"\d(?<![\w.-]\d)(?:\d{11}|\d{3}([- ])\d{4}\1\d{4})(?![\w-]|\.\d)")
_ACCOUNT_CUE = re.compile(r"\b(?:account|accounts|acct|aws|role|org|organization|management|payer)\b[^.\n]{0,30}$")
_PROJECT = re.compile(
    r"(?:projects?/|project(?:[ _-]id)?[ =:]{1,3})([a-z][a-z0-9]{1,20}(?:-[a-z0-9]{1,20}){1,4})(?![\w-])"
)
_CUED_NAME = re.compile(
    r"(?:bucket|resource group|key ?vault|storage account|hosted zone|distribution|subscription|tenant)(?: (?:called|named|is|id))?[ :=]{1,3}"
    r"([a-z][a-z0-9]{1,30}(?:[-_.][a-z0-9]{1,30}){1,6})(?![\w-])",
)
_PLAIN_PROJECT = word_set("management wide level specific based related id number name")


def find(text: str) -> list[Span]:
    """Spans of cloud resources and machine-made ids, `CLOUD_ID`."""
    low = lowered(text)
    spans: list[Span] = []
    for pattern, gate, score in _GATED:
        if gate in low:
            spans += [_span(m.start(), m.start() + len(m.group().rstrip(".:)")), score) for m in pattern.finditer(low)]
    for start, end in solid(text):
        spans += [
            _span(m.start(), m.end(), score) for pattern, score in _SOLID for m in pattern.finditer(low, start, end)
        ]
        spans += [_span(m.start(), m.end(), 0.8) for m in _HEX.finditer(low, start, end) if _is_hex(m)]
        spans += [_span(m.start(), m.end(), 0.7) for m in _UPPER_ID.finditer(text, start, end) if _is_mixed(m.group())]
    spans += [_span(m.start(), m.end(), 0.85) for m in _ACCOUNT.finditer(low) if _is_account(low, m)]
    words = words_of(text)
    for place in words.at(*_HEX_CUES):
        cue = _HEX_CUE.match(low, words.ends[place])
        short = _SHORT_HEX.match(low, cue.end()) if cue else None
        spans += [_span(short.start(), short.end(), 0.75)] if short else []
    for place in words.at(*_NAME_CUES):
        named = _PROJECT.match(low, words.starts[place]) or _CUED_NAME.match(low, words.starts[place])
        spans += [_span(named.start(1), named.end(1), 0.75)] if named and _is_name(named.group(1)) else []
    spans += [
        _span(words.starts[first], words.ends[last - 1], 0.7) for first, last in [*_spelled(words), *_projects(words)]
    ]
    return _outermost(spans)


_GATED = ((_ARN, "arn:", 1.0), (_OCID, "ocid1.", 0.95), (_BUCKET, "://", 0.95))
_SOLID = ((_RESOURCE, 0.95), (_UUID, 0.9), (_OBJECT_ID, 0.8))


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "CLOUD_ID", score, NAME)


def _is_hex(match: re.Match[str]) -> bool:
    """Hexadecimal with both letters and digits, and not the 32 digits of a share id, which are an address."""
    written = match.group().removeprefix("sha256:").removeprefix("0x")
    return len(written) != 32 and not written.isdigit() and not written.isalpha()


def _is_mixed(written: str) -> bool:
    return sum(char.isdigit() for char in written) >= 2 and not written.isdigit()


def _is_account(low: str, match: re.Match[str]) -> bool:
    return _ACCOUNT_CUE.search(low[max(0, match.start() - 50) : match.start()]) is not None


def _is_name(name: str) -> bool:
    return not any(part in _PLAIN_PROJECT or part in FUNCTION_WORDS for part in name.split("-"))


def _spelled(words: Words) -> list[tuple[int, int]]:
    """Ids spelled out: eight or more single letters and digits in a row, at least two of them digits and two letters."""
    found: list[tuple[int, int]] = []
    free_from = 0
    for place in sorted(words.runs):
        if place < free_from:
            continue
        first = _back(words, place)
        public = ("c", "v", "e") in (words.words[first : first + 3], words.words[first + 1 : first + 4])
        last = _forward(words, place)
        free_from = max(last, place + 1)
        letters = sum(len(word) == 1 and word.isalpha() for word in words.words[first:last])
        if last - first >= 6 and letters >= 2 and last - first - letters >= 2 and not public:
            found.append((first, last))
    return found


def _back(words: Words, place: int) -> int:
    first = place
    while first > 0 and place - first < 40 and _is_sign(words.word(first - 1)) and words.adjoins(first - 1):
        first -= 1
    return first


def _forward(words: Words, place: int) -> int:
    last = place + 1
    while last - place < 40 and _is_sign(words.word(last)) and words.adjoins(last - 1):
        last += 1
    return last


def _is_sign(word: str) -> bool:
    return len(word) == 1 or is_number(word) or word == "dash"


def _projects(words: Words) -> list[tuple[int, int]]:
    """Such as "project id tallow dash prod dash three"."""
    found: list[tuple[int, int]] = []
    for place in words.at("project", "bucket", "subscription"):
        first = place + 1
        while words.word(first) in {"id", "is", "called", "named"} and first - place < 4:
            first += 1
        if (
            words.word(first + 1) in {"dash", "hyphen"}
            and words.word(first) not in FUNCTION_WORDS
            and words.adjoins(place)
        ):
            found.append((first, chain_forward(words, first, frozenset({"dash", "hyphen"}))))
    return found


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept
