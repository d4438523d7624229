"""Internal hosts, environments and pods, written ("kiosk-db-2") and read aloud ("ledger oh four", "staging eu two")."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.domains import PUBLIC_NAMES
from pipeline.redaction.patterns.host_placed import find_placed, numbered_like
from pipeline.redaction.patterns.host_spoken import find_spoken
from pipeline.redaction.patterns.host_words import COMPOUND_WORDS, ENVIRONMENTS, ORDINARY, ROLES, SITES
from pipeline.redaction.patterns.speech import is_number, lowered, solid, word_set, words_of
from pipeline.redaction.span import Span

NAME = "host"
_INTERNAL_END = re.compile(
    r"\.(?:internal|corp|local|lan|intranet|intra|localdomain|private|consul)(?![\w-])(?!\.\w)(?::\d{2,5})?",
)
_LABELS_BACKWARD = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,6}(?![\w@.\-/])")
_HYPHENATED = re.compile(r"(?<![\w\-./@#])[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,31}){1,8}(?![\w-])(?!\.\w)")
_NUMBERED = re.compile(
    r"(?<![\w\-./@#])(?:[a-z]{3,20}0\d{1,2}|(?:srv|svr|vm|esx|esxi|wks|prod|stg|bastion|host|box)\d{1,3})(?![\w-])(?!\.\d)"
)
_STEM_NUMBER = re.compile(r"(?<![\w\-./@#])([a-z]{2,20})\d{1,3}(?![\w-]|\.\d)")
# What is written right behind a word for a machine: "the host msp4", "server qa12".
_HEADED = re.compile(
    r"(?<=\bhost )(?!ipv|http|php|java|node|python)[a-z]{2,6}\d{1,3}(?![\w-]|\.\d)"
    r"|(?<=\bserver )(?!ipv|http|php|java|node|python)[a-z]{2,6}\d{1,3}(?![\w-]|\.\d)"
    r"|(?<=\bmachine )(?!ipv|http|php|java|node|python)[a-z]{2,6}\d{1,3}(?![\w-]|\.\d)"
)
_SAID = word_set("one two three four five six seven eight nine")
_POD = re.compile(r"[a-z0-9-]+-[0-9a-f]{8,10}-[a-z0-9]{5}")
_REGION = re.compile(
    r"(?:us|eu|ap|sa|ca|me|af|il|cn|mx)-(?:gov-)?(?:east|west|north|south|central|northeast|southeast|northwest|southwest)-\d[a-f]?"
    r"|(?:us|europe|asia|australia|northamerica|southamerica|me|africa)-[a-z]+\d(?:-[a-f])?",
)
_NAMED_ENVIRONMENTS = frozenset({"prod", "uat", "stg", "staging", "preprod"})
_MACHINE_ROLES = frozenset({"db", "nas", "san", "vm", "gw", "lb", "srv", "svr", "esx", "bastion"})
_LETTERED = re.compile(r"(?<![\w.-])[a-z]{3,20}(?:-[a-z]{2,20}){0,3}-([a-z])\d{1,2}(?![\w.-])")
_SHORT = re.compile(r"(?<![\w.\-/])([a-z])\d{1,2}(?![\w-]|\.\d)")
_CODE_NAMES = word_set("settings config application appsettings env docker compose this self svc cluster thread")


def find(text: str) -> list[Span]:
    """Spans of internal hosts, clusters and environments with names of their own, `HOST`."""
    low = lowered(text)
    words = words_of(text)
    spans: list[Span] = []
    for suffix in _INTERNAL_END.finditer(low):
        labels = _LABELS_BACKWARD.match(low[max(0, suffix.start() - 250) : suffix.start()][::-1])
        if labels and _is_internal(low[suffix.start() - len(labels.group()) : suffix.end()]):
            spans.append(_span(suffix.start() - len(labels.group()), suffix.end(), 0.95))
    for start, end in solid(text):
        for match in _HYPHENATED.finditer(low, start, end):
            if (_is_host(match.group()) or _is_placed(low, match)) and not text[match.start() : match.end()].isupper():
                spans.append(_span(match.start(), match.end(), 0.75))
        spans += [_span(m.start(), m.end(), 0.7) for m in _NUMBERED.finditer(low, start, end)]
    ranges = [*find_spoken(words, list(spans)), *find_placed(words)]
    ranges += numbered_like(words, ranges)
    spans += [_span(words.starts[first], words.ends[last - 1], 0.75) for first, last in ranges if last > first]
    spans += [_span(m.start(), m.end(), 0.85) for m in _HEADED.finditer(low) if m.group() not in PUBLIC_NAMES]
    spans += [*_short_siblings(text), *_solid_siblings(low)]
    return _united(spans)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "HOST", score, NAME)


def _short_siblings(text: str) -> list[Span]:
    """Such as "then w5" in a text that also writes "helder-w3"."""
    letters = {match.group(1) for match in _LETTERED.finditer(text)}
    if not letters:
        return []
    return [_span(m.start(), m.end(), 0.6) for m in _SHORT.finditer(text) if m.group(1) in letters]


def _solid_siblings(low: str) -> list[Span]:
    """Such as "rex12" in a text that also writes "rex01"."""
    stems = {match.group().rstrip("0123456789") for match in _NUMBERED.finditer(low)}
    if not stems:
        return []
    return [_span(m.start(), m.end(), 0.7) for m in _STEM_NUMBER.finditer(low) if m.group(1) in stems]


def _is_internal(name: str) -> bool:
    return name not in PUBLIC_NAMES and not (name.count(".") == 1 and name.partition(".")[0] in _CODE_NAMES)


def _is_host(name: str) -> bool:
    parts = name.split("-")
    if _POD.fullmatch(name) and any(c.isdigit() for c in "".join(parts[-2:])):
        return True
    marked = any(part in ENVIRONMENTS or part in ROLES for part in parts)
    if _REGION.fullmatch(name) or (parts[0] in ORDINARY and (len(parts) == 2 or not marked)):
        return False
    if len(parts) == 2 and parts[0] not in COMPOUND_WORDS and parts[0] not in ORDINARY:
        numbered_role = parts[1].rstrip("0123456789") in ROLES | ENVIRONMENTS and parts[1][-1].isdigit()
        if parts[1] in _NAMED_ENVIRONMENTS or parts[0] in _MACHINE_ROLES or numbered_role:
            return True
    if parts[-1] in _SAID and len(parts) == 2 and parts[0] not in COMPOUND_WORDS | ORDINARY and not is_number(parts[0]):
        return True
    if parts[-1].isdigit() and len(parts[-1]) <= 4:
        return len(parts) > 2 or marked or parts[-1].startswith("0") or len(parts[-1]) <= 2
    lettered = len(parts[-1]) == 1 and parts[-1] in "abcdef"
    if any(part in COMPOUND_WORDS for part in (parts[:-1] if lettered else parts)):
        return False
    numbered = re.search(r"[a-z]\d{1,3}$", parts[-1]) is not None or lettered
    environment = any(part.rstrip("0123456789") in ENVIRONMENTS or part in SITES for part in parts)
    return len(parts) > 2 and (environment or (marked and (numbered or any(part in _MACHINE_ROLES for part in parts))))


def _is_placed(low: str, match: re.Match[str]) -> bool:
    """Whether "cron-old" or "assay-live" stands where a machine does: right behind "on", a role or environment in it."""
    parts = match.group().split("-")
    placed = low[max(0, match.start() - 3) : match.start()] == "on "
    telling = len(parts) == 2 and (parts[0] in ROLES or parts[1] in ENVIRONMENTS)
    return placed and telling and not (COMPOUND_WORDS | ORDINARY).intersection(parts)


def _united(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            kept[-1] = _span(kept[-1].start, span.end, max(kept[-1].score, span.score))
    return kept
