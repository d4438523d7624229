"""Tickets, incidents and pull requests: keys with numbers, `#4412` beside a cue, and both read aloud."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import (
    FUNCTION_WORDS,
    MULTIPLIERS,
    NumberRun,
    Words,
    is_number,
    lowered,
    solid,
    word_set,
    words_of,
)
from pipeline.redaction.span import Span

NAME = "ticket"
_KEY = re.compile(r"(?<![\w\-./])([A-Za-z][A-Za-z0-9]{1,9})-(\d{1,7})(?![\w-])(?!\.\d)")
_SERVICE = re.compile(r"(?<![\w-])(?:inc|chg|ritm|prb|sctask|task|req|rfa|cs|kb|chgr|case)-?\d{5,10}(?!\w)")
_HASH = re.compile(r"[#!](?<![\w&/][#!])\d{2,7}(?!\w)")
_HASH_CUE = re.compile(
    r"(?:ticket|issue|pr|mr|pull|merge|request|bug|case|incident|jira|fix(?:es|ed)?|clos(?:es|ed?)|resolv(?:es|ed?)|refs?"
    r"|see|change|task|story|zendesk|github|gitlab)s?\W{0,3}(?:\w{1,8}\W{1,2}){0,2}$",
)
# Public names of the same shape: standards, advisories, ciphers, status codes, reagents, models.
_PUBLIC = word_set("""http https sha utf rfc cve iso gpt covid il cd mcf hek tls aes rsa ecdsa ipv ieee ansi en bs din pep jep kip kep cwe
    ghsa md ssl des usb ntp ip x us eu ap ca sa me af bert gpt2 gpt3 llama claude gemini yolo vgg resnet glp pd pdl tnf tgf
    brca hla sars mers car pm ctla jurkat u2os sox hba mol log type model fp bf int uint win ubuntu java jdk jsr node
    python php perl es ecma cis nist fips soc pci gdpr hipaa saml oauth dsm icd loinc snomed astm usp gmp ich level step
    phase top tier port error status code version mid late early pre post non sub multi semi page figure fig table
    section chapter vitamin omega base cat dec jan feb mar apr jun jul aug sep oct nov room layer stage day week year
    windows php7 v rev rtx gtx tpu gpu cpu ddr mil iec itu bm25 top sub the over under about around nearly
    inv po acc acct cust ord pol con pa cid mem ref eur usd gbp""")
_KEYS = word_set(
    """ops inc sec plat dev eng infra sre net bug chg qa rel sup pay dba pltf platform core data ml web api mob ios jira prb req chore task"""
)
_STRONG = frozenset({"ticket", "jira", "zendesk", "pr"})
_WEAK = frozenset({"issue", "case", "incident", "bug", "change", "task", "story", "request", "mr", "problem", "defect"})
_NUMBER_WORDS = frozenset({"number", "no", "num", "id", "hash", "pound"})
# What a number read digit by digit may follow without being a ticket.
_NOT_KEY = FUNCTION_WORDS | word_set("""error errors status code codes http https port ports rfc version versions returns return returned returning equals
    number numbers extension ext phone mobile cell call line lines year in count counting check mic zero point minus plus
    dash dot slash underscore hyphen colon equal approximately nearly roughly exactly only least page chapter figure
    section room area build exit killed id star signal zip postcode account invoice policy order contract customer member pin passcode password otp code
    ip address version model iso sha utf windows gpt claude llama python java node nodes replica replicas postgres plus
    thousand hundred million dollars pounds fax text ring dial bus route flight highway interstate scale ratio double
    triple digit digits serial reference threw throws throwing gave gives giving hits hit saw seeing response responses
    log logs lot batch iban card vat tax oh""")
_STATUS = re.compile(r"20[0146]|30[123478]|4(?:0[0-9]|1[0-35]|2[259]|31|51|99)|50[0-478]|511|52\d")
_VERSIONED = frozenset({"ssl", "tls"})  # a protocol has a version of one or two digits, its team has tickets
_UNITS = word_set(
    "minutes seconds hours days times errors requests milliseconds ms percent users rows people of a per million"
)


def find(text: str) -> list[Span]:
    """Spans of tickets, issues, incidents and pull requests, `TICKET`."""
    low = lowered(text)
    spans: list[Span] = []
    for start, end in solid(text):
        spans += [_span(m.start(), m.end(), 0.9) for m in _SERVICE.finditer(low, start, end)]
        spans += [_span(m.start(), m.end(), 0.85) for m in _KEY.finditer(text, start, end) if _is_key(low, m)]
    if "#" in text or "!" in text:
        spans += [
            _span(m.start(), m.end(), 0.85)
            for m in _HASH.finditer(low)
            if _HASH_CUE.search(low[max(0, m.start() - 30) : m.start()])
        ]
    words = words_of(text)
    for run in words.runs.values():
        place = _cued(words, run) or _keyed(words, run)
        if place is not None:
            spans.append(_span(words.starts[place], words.ends[_over_dash(words, run.last) - 1], 0.8))
    return _united(spans)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "TICKET", score, NAME)


def _is_key(low: str, match: re.Match[str]) -> bool:
    key, number = match.groups()
    team = key.lower() in _VERSIONED and len(number) >= 3
    if (key.lower() in _PUBLIC and not team) or (key[-1].isdigit() and len(key) < 4):
        return False
    if key.isupper():
        cued = any(
            cue in low[max(0, match.start() - 24) : match.start()]
            for cue in ("ticket", "jira", "issue", "incident", "see ")
        )
        return len(number) >= 3 or (len(number) == 2 and len(key) >= 3) or cued
    return 3 <= len(number) <= 6 and len(key) <= 6


def _cued(words: Words, run: NumberRun) -> int | None:
    """First word of a number beside "ticket", "case number", "pull request": enough digits that it is no count."""
    place, numbered = run.first - 1, False
    while words.word(place) in _NUMBER_WORDS and run.first - place <= 2:
        place, numbered = place - 1, True
    cue = words.word(place)
    if words.word(run.last) in _UNITS or not words.adjoins(run.first - 1):
        return None
    if cue == "request" and words.word(place - 1) in {"pull", "merge", "change", "service", "feature"}:
        return run.first if run.digits >= 2 else None
    if cue in _STRONG:
        return run.first if run.digits >= (2 if numbered else 3) else None
    if cue in _WEAK and words.word(place - 1) != "in":
        return run.first if run.digits >= (2 if numbered else 4) else None
    return None


def _keyed(words: Words, run: NumberRun) -> int | None:
    """First word of a project key with its number: "ops four four one two", "inc double oh one", "pump dash 4412"."""
    key = run.first - 1
    if words.word(key) in {"dash", "hyphen"}:
        key -= 1
    name = words.word(key)
    counted = any(word in MULTIPLIERS for word in words.words[run.first : run.last]) or words.word(run.last) in _UNITS
    if key < 0 or counted or run.digits > 7 or not words.closely(run.first - 1) or is_number(name):
        return None
    spelled = len(name) == 1 and len(words.word(key - 1)) == 1 and words.adjoins(key - 1)
    while spelled and len(words.word(key - 1)) == 1 and words.adjoins(key - 1):
        key -= 1
    introduced = key - 1 - (words.word(key - 1) in {"is", "was"})
    cued = words.word(introduced) in _STRONG | _WEAK
    if words.word(introduced) in _STRONG and len(run.said) == run.digits >= 2 and not is_number(name):
        return key
    if name in _KEYS and (run.digits >= 3 or (cued and run.digits >= 2)):
        return None if _STATUS.fullmatch(run.said) and not cued else key
    if cued and run.digits >= 3 and name not in FUNCTION_WORDS:
        return key
    return key if _read_out(run) and (spelled or _may_be_key(words, key, name)) else None


def _over_dash(words: Words, last: int) -> int:
    further = words.runs.get(last + 1)
    return further.last if words.word(last) in {"dash", "hyphen"} and further is not None else last


def _may_be_key(words: Words, key: int, name: str) -> bool:
    public = name in _NOT_KEY or (name in _PUBLIC and name not in _VERSIONED)
    return 2 <= len(name) <= 9 and not public and words.word(key - 1) != "point"


def _read_out(run: NumberRun) -> bool:
    """Whether digits were read one by one as an identifier: three to six, no status code, not "one two three"."""
    said = run.said
    if not 3 <= len(said) <= 6 or len(said) != run.digits or run.last - run.first < 2:
        return False
    return not _STATUS.fullmatch(said) and len(set(said)) > 1 and said not in "0123456789" and said not in "9876543210"


def _united(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            kept[-1] = _span(kept[-1].start, span.end, max(kept[-1].score, span.score))
    return kept
