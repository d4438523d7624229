"""Hosts and environments read aloud: "ledger oh four", "staging eu two", "node fourteen dot internal"."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.domains import INTERNAL_ENDS
from pipeline.redaction.patterns.host_words import COMPOUND_WORDS, ENVIRONMENTS, ORDINARY, ROLES, SITES
from pipeline.redaction.patterns.speech import DIGITS, FUNCTION_WORDS, NumberRun, Words, is_number, word_set
from pipeline.redaction.span import Span

_REGIONS = word_set("""eu us uk ap apac emea na latam east west north south central euw use usw apne sg syd fra lon dub nyc sfo iad gru
    ams blr bom""")
_UNITS = word_set("""percent hundred thousand million billion of or more less day days week weeks month months year years hour hours
    minute minutes second seconds ms times time people person things thing bit point at to by star way another last first
    zero gigs gig gigabytes megs millis milliseconds pm am o oh different new old other big small each""")
_BEFORE_OH = FUNCTION_WORDS | word_set("""wait said yes fine great sure hey hi and point status error code http version port zero number page equals
    three-oh minus under point-oh room building floor chapter dated level layer section exactly nearly roughly""")
_COMMANDS = word_set(
    "kill ls grep rm git tar curl chmod chown python xargs head tail set nice ping em en n utf sha gpt covid"
)
_STEM = re.compile(r"([a-z]{3,20})-\d{1,3}$")
_NUMBERED_ROLES = (
    "db",
    "cron",
    "relay",
    "app",
    "web",
    "gw",
    "api",
    "pg",
    "nas",
    "vm",
    "srv",
    "rds",
    "gpu",
    "fe",
    "runner",
    "mq",
    "gateway",
    "broker",
)
_PREFIX_ROLES = ("pg", "db", "gpu", "sql", "k8s", "mq", "lb", "gw", "esx", "srv", "nas", "vm")
_CALLED = frozenset({"called", "named"})
_MACHINES = word_set(
    "box server host hostname machine vm cluster node instance pod bastion jumpbox namespace environment env"
)


def find_spoken(words: Words, written: list[Span]) -> list[tuple[int, int]]:
    """Ranges of words that name a host; `written` are the hosts found in writing, whose siblings may be spoken."""
    return [
        *_siblings(words, written),
        *_dotted(words),
        *_numbered(words),
        *_environments(words),
        *_regional(words),
        *_roles(words),
        *_prefixed(words),
        *_role_environments(words),
        *_dashed(words),
        *_called(words),
    ]


def _dotted(words: Words) -> list[tuple[int, int]]:
    """Such as "node fourteen dot internal", "ledger oh four dot tallowmere dot internal"."""
    found: list[tuple[int, int]] = []
    for end in words.at(*INTERNAL_ENDS - {"localhost", "home", "int"}):
        if words.word(end - 1) != "dot" or words.word(end + 1) in {"dot", "env"} or words.word(end - 2) == "cluster":
            continue
        start = _label_start(words, end - 2)
        start -= words.word(start - 2) == "dot" and words.word(start - 1) not in FUNCTION_WORDS
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
    """Such as "ledger oh four": a number that begins with a nought stands behind a name."""
    found: list[tuple[int, int]] = []
    for place in words.at("oh", "zero", "o", *(f"0{digit}" for digit in range(1, 10))):
        run = words.runs.get(place)
        before = words.word(place - 1)
        fits = (
            run is not None
            and 2 <= run.digits <= 3
            and (len(run.said) == run.digits or run.last == place + 1)
            and words.adjoins(place - 1)
        )
        if run is None or not fits or before in _BEFORE_OH or is_number(before) or len(before) < 2:
            continue
        timed = words.text[words.ends[run.last - 1] : words.ends[run.last - 1] + 1] == ":" or not words.closely(
            place - 1
        )
        if timed or words.word(run.last) in _UNITS or before in DIGITS or before.endswith("ly"):
            continue
        if before in {"dash", "hyphen"}:
            continue
        found.append((_name_start(words, place - 1), run.last))
    return found


def _name_start(words: Words, last: int) -> int:
    """Back over one more word where the last two read as a name: a role, a region or a short prefix."""
    before = words.word(last - 1)
    known = words.word(last) in ROLES | _REGIONS | ENVIRONMENTS or before in ROLES | _REGIONS | ENVIRONMENTS
    joined = last > 0 and words.adjoins(last - 1) and before not in FUNCTION_WORDS and not is_number(before)
    return last - 1 if joined and known and len(before) > 1 else last


def _environments(words: Words) -> list[tuple[int, int]]:
    """Such as "staging eu two", "db prod seven", "prod eu web oh three"."""
    found: list[tuple[int, int]] = []
    for place in words.at(
        "prod", "production", "preprod", "staging", "stage", "stg", "uat", "qa", "sandbox", "canary", "dev", "dr"
    ):
        end = place + 1
        while end < place + 4 and words.adjoins(end - 1) and words.word(end) in _REGIONS | ROLES | {"dash", "hyphen"}:
            end += 1
        run = words.runs.get(end)
        if (
            run is None
            or run.digits > 4
            or run.last - run.first > 3
            or not words.adjoins(end - 1)
            or not _ends_name(words, run)
        ):
            continue
        before = words.word(place - 1)
        named = before not in FUNCTION_WORDS and not is_number(before) and place > 0 and words.adjoins(place - 1)
        if end > place + 1 or named or words.word(place) in {"prod", "stg", "staging"}:
            found.append((place - 1 if named and _short_name(words, place - 1) else place, run.last))
    return found


def _siblings(words: Words, spans: list[Span]) -> list[tuple[int, int]]:
    """Such as "relay five" in a text that also writes "hl7-relay-3"."""
    stems = {match.group(1) for span in spans if (match := _STEM.search(words.text[span.start : span.end].lower()))}
    found: list[tuple[int, int]] = []
    for place in words.at(*stems - ORDINARY):
        run = words.runs.get(place + 1)
        if run is not None and run.digits <= 3 and words.closely(place) and _ends_name(words, run):
            found.append((place, run.last))
    return found


def _roles(words: Words) -> list[tuple[int, int]]:
    """Such as "bag db two": a name, a role and a number."""
    found: list[tuple[int, int]] = []
    for place in words.at(*_NUMBERED_ROLES):
        run = words.runs.get(place + 1)
        before = words.word(place - 1)
        if (
            run is None
            or run.digits > 3
            or not words.closely(place)
            or not _ends_name(words, run)
            or not words.closely(place - 1)
        ):
            continue
        if before not in FUNCTION_WORDS and not is_number(before) and len(before) > 2 and before not in ORDINARY:
            found.append((place - 1, run.last))
    return found


def _prefixed(words: Words) -> list[tuple[int, int]]:
    """Such as "pg map one", "lf db read three", "raster node nine": a role, one more word and a small number, a name before or not."""
    found: list[tuple[int, int]] = []
    for place in words.at(*_PREFIX_ROLES):
        run, name = words.runs.get(place + 2), words.word(place + 1)
        fits = run is not None and run.digits <= 2 and words.closely(place) and words.closely(place + 1)
        if run is None or not fits or not _ends_name(words, run):
            continue
        if len(name) > 1 and name not in FUNCTION_WORDS | ORDINARY | _UNITS and not is_number(name):
            before = words.word(place - 1)
            short = 1 < len(before) <= 3 and before not in FUNCTION_WORDS and words.closely(place - 1)
            found.append((place - short, run.last))
    return found


def _role_environments(words: Words) -> list[tuple[int, int]]:
    """Such as "loy db prod": a name, a role and an environment."""
    found: list[tuple[int, int]] = []
    for place in words.at("prod", "uat", "stg", "preprod"):
        name = words.word(place - 2)
        joined = place > 1 and words.closely(place - 1) and words.closely(place - 2)
        if joined and words.word(place - 1) in ROLES and len(name) > 1 and name not in FUNCTION_WORDS | ORDINARY:
            found.append((place - 2, place + 1))
    return found


def _regional(words: Words) -> list[tuple[int, int]]:
    """Such as "edge gru one": a role, a region that is no English word, and a number."""
    found: list[tuple[int, int]] = []
    for place in words.at(*SITES):
        run = words.runs.get(place + 1)
        joined = place > 0 and words.adjoins(place - 1) and words.adjoins(place)
        if run is not None and joined and run.digits <= 3 and _ends_name(words, run) and words.word(place - 1) in ROLES:
            found.append((place - 1, run.last))
    return found


def _short_name(words: Words, place: int) -> bool:
    return words.word(place) in ROLES | _REGIONS or words.word(place - 1) in FUNCTION_WORDS | {""}


def _ends_name(words: Words, run: NumberRun) -> bool:
    """Whether a number closes a name rather than counting what follows ("prod two days ago", "staging three times")."""
    after = words.word(run.last)
    counted = after in _UNITS or (after.endswith("s") and after not in {"is", "was", "has", "does", "as", "its", "s"})
    return not (counted and words.adjoins(run.last - 1))


def _dashed(words: Words) -> list[tuple[int, int]]:
    """Such as "web dash three", "kiosk dash db dash two": a chain of dashes that ends in a number or names an environment."""
    found: list[tuple[int, int]] = []
    free_from = 0
    for dash in words.at("dash", "hyphen"):
        first = dash - 1
        if (
            dash < free_from
            or first < 0
            or is_number(words.word(first))
            or words.word(first) in FUNCTION_WORDS | _COMMANDS
        ):
            continue
        if words.word(first - 1) in {"slash", "dot", "hash"} or words.word(first) in {"dash", "hyphen", "slash"}:
            continue
        end, last = _dash_chain(words, dash)
        free_from = end
        holds_number = end - first >= 5 and any(place in words.runs for place in range(first + 1, end))
        if (last is not None and last.digits <= 4) or holds_number or _names_environment(words, first, end):
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
    return (
        end - first >= 5 and any(word in ENVIRONMENTS for word in chain) and not any(w in COMPOUND_WORDS for w in chain)
    )


def _spelled_start(words: Words, first: int) -> int:
    while len(words.word(first)) == 1 and len(words.word(first - 1)) == 1 and words.adjoins(first - 1):
        first -= 1
    return max(first, 0)


def _called(words: Words) -> list[tuple[int, int]]:
    """Such as "the box called marrow seven": up to three words behind the cue."""
    found: list[tuple[int, int]] = []
    for place in words.at(*_CALLED):
        if words.word(place - 1) not in _MACHINES:
            continue
        end = place + 1
        while end < place + 4 and words.word(end) not in FUNCTION_WORDS | {""} and words.adjoins(end - 1):
            end += 1
        found.append((place + 1, end))
    return found
