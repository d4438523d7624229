"""Internal hosts, environments and pods, written ("kiosk-db-2") and read aloud ("ledger oh four", "staging eu two")."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.domains import INTERNAL_ENDS, PUBLIC_NAMES
from pipeline.redaction.patterns.speech import DIGITS, FUNCTION_WORDS, NumberRun, Words, is_number, lowered, words_of
from pipeline.redaction.span import Span

NAME = "host"
_INTERNAL = re.compile(
    r"(?<![\w@.\-/])(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.){1,7}(?:internal|corp|local|lan|intranet|intra|localdomain|private|consul)"
    r"(?![\w-])(?!\.\w)(?::\d{2,5})?",
)
_HYPHENATED = re.compile(r"(?<![\w\-./@#])[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,31}){1,8}(?![\w-])(?!\.\w)")
_NUMBERED = re.compile(r"(?<![\w\-./@#])(?:[a-z]{3,20}0\d{1,2}|(?:srv|svr|vm|esx|esxi|wks|prod|stg|bastion|host|box)\d{1,3})(?![\w-])(?!\.\d)")
_POD = re.compile(r"[a-z0-9-]+-[0-9a-f]{8,10}-[a-z0-9]{5}")
_REGION = re.compile(
    r"(?:us|eu|ap|sa|ca|me|af|il|cn|mx)-(?:gov-)?(?:east|west|north|south|central|northeast|southeast|northwest|southwest)-\d[a-f]?"
    r"|(?:us|europe|asia|australia|northamerica|southamerica|me|africa)-[a-z]+\d(?:-[a-f])?",
)
_ENVIRONMENTS = frozenset("prod production preprod staging stage stg uat qa sandbox canary dev test perf dr live".split())
_ROLES = frozenset(
    """db database web app api node host worker server cache queue proxy gw gateway lb edge core nas san vm box pod master
    replica primary secondary broker runner agent build bastion jump vpn dns mail smtp ftp nfs log logs metrics mon
    monitor backup etl batch job cron search index auth sso ldap pg sql mysql redis kafka mongo es k8s kube cluster render
    print scan kiosk pos till wms erp crm hpc gpu train db1 db2 fw sw rtr switch router""".split(),
)
_MACHINE_ROLES = frozenset({"db", "nas", "san", "vm", "gw", "lb", "srv", "svr", "esx", "bastion"})
_REGIONS = frozenset(
    """eu us uk ap apac emea na latam east west north south central euw use usw apne sg syd fra lon dub nyc sfo iad gru
    ams blr bom""".split(),
)
_SITES = frozenset("eu apac emea na latam euw use usw apne sg syd fra lon dub nyc sfo iad gru ams blr bom".split())
# Hyphenated words and numbers that are ordinary or public: "step-3", "sha-256", "gpt-4", "top-5".
_ORDINARY = frozenset(
    """step phase top level version layer tier stage port type model part section chapter table figure fig page day week
    month year quarter round version release wave batch class group grade category option priority severity sev p point
    item line row column col question q h v r x y n k t s m l i e d b a c step1 task utf sha md aes rsa tls ssl http https
    ipv oauth es iso rfc cve gpt claude llama gemini bert resnet yolo vgg python java jdk node php ruby go rust vue react
    angular spark ubuntu debian fedora centos rhel windows ios android postgres postgresql mysql redis mongo mongodb kafka
    elasticsearch covid sars omega vitamin il cd mcf hek pd glp tnf tgf caspase interleukin pm usb cat base int float
    fp bf uint mid late early pre post non sub semi multi co re un anti all zero one two three four five six seven eight
    nine ten twenty thirty forty fifty sixty seventy eighty ninety hundred sixty log top-k around nearly about over under""".split(),
)
_COMPOUND_WORDS = FUNCTION_WORDS | frozenset(
    """non pre post like only read write ready ish free based side level wide grade like-for end day time scale style
    ops multi semi single specific facing related quality safe tenant memory vector graph value series document sharing""".split(),
)
_UNITS = frozenset(
    """percent hundred thousand million billion of or more less day days week weeks month months year years hour hours
    minute minutes second seconds ms times time people person things thing bit point at to by star way another last first
    zero gigs gig gigabytes megs millis milliseconds pm am o oh different new old other big small each""".split(),
)
_BEFORE_OH = FUNCTION_WORDS | frozenset(
    """wait said yes fine great sure hey hi and point status error code http version port zero number page equals
    three-oh minus under point-oh room building floor chapter dated level layer section exactly nearly roughly""".split(),
)
_COMMANDS = frozenset("kill ls grep rm git tar curl chmod chown python xargs head tail set nice ping em en n utf sha gpt covid".split())
_CODE_NAMES = frozenset("settings config application appsettings env docker compose this self svc cluster thread".split())
_CALLED = frozenset({"called", "named"})
_MACHINES = frozenset(
    "box server host hostname machine vm cluster node instance pod bastion jumpbox namespace environment env".split(),
)


def find(text: str) -> list[Span]:
    """Spans of internal hosts, clusters and environments with names of their own, `HOST`."""
    low = lowered(text)
    words = words_of(text)
    spans: list[Span] = []
    if "." in low:
        spans += [_span(m.start(), m.end(), 0.95) for m in _INTERNAL.finditer(low) if _is_internal(m.group())]
    if "-" in low:
        spans += [_span(m.start(), m.end(), 0.75) for m in _HYPHENATED.finditer(low) if _is_host(m.group())]
    spans += [_span(m.start(), m.end(), 0.7) for m in _NUMBERED.finditer(low)]
    ranges = [*_dotted(words), *_numbered(words), *_environments(words), *_regional(words), *_dashed(words), *_called(words)]
    spans += [_span(words.starts[first], words.ends[last - 1], 0.75) for first, last in ranges if last > first]
    return _united(spans)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "HOST", score, NAME)


def _is_internal(name: str) -> bool:
    return name not in PUBLIC_NAMES and not (name.count(".") == 1 and name.split(".")[0] in _CODE_NAMES)


def _is_host(name: str) -> bool:
    parts = name.split("-")
    if _POD.fullmatch(name) and any(c.isdigit() for c in "".join(parts[-2:])):
        return True
    marked = any(part in _ENVIRONMENTS or part in _ROLES for part in parts)
    if _REGION.fullmatch(name) or (parts[0] in _ORDINARY and (len(parts) == 2 or not marked)):
        return False
    if parts[-1].isdigit() and len(parts[-1]) <= 4:
        return len(parts) > 2 or marked or parts[-1].startswith("0") or len(parts[-1]) <= 2
    if any(part in _COMPOUND_WORDS for part in parts):
        return False
    numbered = re.search(r"[a-z]\d{1,3}$", parts[-1]) is not None
    environment = any(part in _ENVIRONMENTS for part in parts)
    return len(parts) > 2 and (environment or (marked and (numbered or any(part in _MACHINE_ROLES for part in parts))))


def _dotted(words: Words) -> list[tuple[int, int]]:
    """ "node fourteen dot internal", "ledger oh four dot tallowmere dot internal"."""
    found: list[tuple[int, int]] = []
    for end in words.at(*INTERNAL_ENDS - {"localhost", "home", "int"}):
        if words.word(end - 1) != "dot" or words.word(end + 1) in {"dot", "env"}:
            continue
        start = _label_start(words, end - 2)
        while words.word(start - 1) == "dot" and start > 1 and end - start < 20:
            start = _label_start(words, start - 2)
        if words.word(start) not in FUNCTION_WORDS or end - start > 2:
            found.append((start, end + 1))
    return found


def _label_start(words: Words, last: int) -> int:
    run = words.run_ending(last)
    start = last if run is None else run.first - 1
    if words.word(start) in {"dash", "hyphen"}:
        start -= 1
    while words.word(start - 1) in {"dash", "hyphen"} and last - start < 12:
        start -= 2
    return max(start, 0)


def _numbered(words: Words) -> list[tuple[int, int]]:
    """ "ledger oh four": a number that begins with a nought stands behind a name."""
    found: list[tuple[int, int]] = []
    for place in words.at("oh", "zero", "o"):
        run = words.runs.get(place)
        before = words.word(place - 1)
        fits = run is not None and 2 <= run.digits <= 3 and len(run.said) == run.digits and words.adjoins(place - 1)
        if run is None or not fits or before in _BEFORE_OH or is_number(before) or len(before) < 2:
            continue
        if words.word(run.last) in _UNITS or before in DIGITS or before.endswith("ly"):
            continue
        if before in {"dash", "hyphen"}:
            continue
        found.append((_name_start(words, place - 1), run.last))
    return found


def _name_start(words: Words, last: int) -> int:
    """Back over one more word where the last two read as a name: a role, a region or a short prefix."""
    before = words.word(last - 1)
    known = words.word(last) in _ROLES | _REGIONS | _ENVIRONMENTS or before in _ROLES | _REGIONS | _ENVIRONMENTS
    joined = last > 0 and words.adjoins(last - 1) and before not in FUNCTION_WORDS and not is_number(before)
    return last - 1 if joined and known and len(before) > 1 else last


def _environments(words: Words) -> list[tuple[int, int]]:
    """ "staging eu two", "db prod seven", "prod eu web oh three"."""
    found: list[tuple[int, int]] = []
    for place in words.at("prod", "production", "preprod", "staging", "stage", "stg", "uat", "qa", "sandbox", "canary", "dev", "dr"):
        end = place + 1
        while end < place + 4 and words.adjoins(end - 1) and words.word(end) in _REGIONS | _ROLES | {"dash", "hyphen"}:
            end += 1
        run = words.runs.get(end)
        if run is None or run.digits > 3 or run.last - run.first > 3 or not words.adjoins(end - 1) or not _ends_name(words, run):
            continue
        before = words.word(place - 1)
        named = before not in FUNCTION_WORDS and not is_number(before) and place > 0 and words.adjoins(place - 1)
        if end > place + 1 or named or words.word(place) in {"prod", "stg", "staging"}:
            found.append((place - 1 if named and _short_name(words, place - 1) else place, run.last))
    return found


def _regional(words: Words) -> list[tuple[int, int]]:
    """ "edge gru one": a role, a region that is no English word, and a number."""
    found: list[tuple[int, int]] = []
    for place in words.at(*_SITES):
        run = words.runs.get(place + 1)
        joined = place > 0 and words.adjoins(place - 1) and words.adjoins(place)
        if run is not None and joined and run.digits <= 3 and _ends_name(words, run) and words.word(place - 1) in _ROLES:
            found.append((place - 1, run.last))
    return found


def _short_name(words: Words, place: int) -> bool:
    return words.word(place) in _ROLES | _REGIONS or words.word(place - 1) in FUNCTION_WORDS | {""}


def _ends_name(words: Words, run: NumberRun) -> bool:
    """Whether a number closes a name rather than counting what follows ("prod two days ago", "staging three times")."""
    after = words.word(run.last)
    counted = after in _UNITS or (after.endswith("s") and after not in {"is", "was", "has", "does", "as", "its", "s"})
    return not (counted and words.adjoins(run.last - 1))


def _dashed(words: Words) -> list[tuple[int, int]]:
    """ "web dash three", "kiosk dash db dash two": a chain of dashes that ends in a number or names an environment."""
    found: list[tuple[int, int]] = []
    free_from = 0
    for dash in words.at("dash", "hyphen"):
        first = dash - 1
        if dash < free_from or first < 0 or is_number(words.word(first)) or words.word(first) in FUNCTION_WORDS | _COMMANDS:
            continue
        if words.word(first - 1) in {"slash", "dot", "hash"} or words.word(first) in {"dash", "hyphen", "slash"}:
            continue
        end, last = _dash_chain(words, dash)
        free_from = end
        if (last is not None and last.digits <= 4) or _names_environment(words, first, end):
            found.append((_spelled_start(words, first), end))
    return found


def _dash_chain(words: Words, dash: int) -> tuple[int, NumberRun | None]:
    end, last = dash, None
    while words.word(end) in {"dash", "hyphen"} and words.adjoins(end) and end - dash < 14:
        last = words.runs.get(end + 1)
        end = last.last if last is not None else end + 2
        while last is None and len(words.word(end - 1)) == 1 and len(words.word(end)) == 1:
            end += 1
    trailing = words.runs.get(end)
    if last is None and trailing is not None and trailing.digits <= 3 and words.adjoins(end - 1):
        return (trailing.last, trailing) if _ends_name(words, trailing) else (end, None)
    return min(end, len(words.words)), last


def _names_environment(words: Words, first: int, end: int) -> bool:
    chain = words.words[first:end]
    return end - first >= 5 and any(word in _ENVIRONMENTS for word in chain) and not any(w in _COMPOUND_WORDS for w in chain)


def _spelled_start(words: Words, first: int) -> int:
    while len(words.word(first)) == 1 and len(words.word(first - 1)) == 1 and words.adjoins(first - 1):
        first -= 1
    return max(first, 0)


def _called(words: Words) -> list[tuple[int, int]]:
    """ "the box called marrow seven": up to three words behind the cue."""
    found: list[tuple[int, int]] = []
    for place in words.at(*_CALLED):
        if words.word(place - 1) not in _MACHINES:
            continue
        end = place + 1
        while end < place + 4 and words.word(end) not in FUNCTION_WORDS | {""} and words.adjoins(end - 1):
            end += 1
        found.append((place + 1, end))
    return found


def _united(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            kept[-1] = _span(kept[-1].start, span.end, max(kept[-1].score, span.score))
    return kept
