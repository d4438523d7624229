"""Web addresses: with a scheme, bare domains, session parameters, Loom share ids, and addresses read aloud."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.domains import PRODUCTS_BEFORE_DOT, PUBLIC_ENDS, PUBLIC_NAMES
from pipeline.redaction.patterns.speech import FUNCTION_WORDS, Words, chain_forward, lowered, solid, word_set, words_of
from pipeline.redaction.span import Span

NAME = "url"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s<>\"'`\]}|]{2,2000}")
_SCHEME_BACK = re.compile(r"[a-z0-9+.-]{2,20}")
_WWW = re.compile(r"\bwww\.[^\s<>\"'`\]}|]{2,2000}")
_BARE = re.compile(
    r"(?<![\w@.\-/\\$])(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,6}([a-z]{2,12})(?![\w(-])(?!\.[a-z0-9])(:\d{2,5})?([/?#][^\s<>\"'`]{0,2000})?"
)
_SESSION = re.compile(r"(?:[?&]|\b)sid=[\w%.-]{6,200}")
_SHARE_ID = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])")
_CODE_NAMES = word_set("self this app settings config process module obj object window document os sys env req res")
_API_GROUPS = (".k8s.io", ".kubernetes.io", ".istio.io", ".cert-manager.io", ".fluxcd.io", ".argoproj.io")
_TRAILING = ".,;:!?)'\""
_SPOKEN_ENDS = PUBLIC_ENDS - {"de", "es", "global", "page", "link", "works", "health", "software", "network", "digital"}
_TECHNICAL_ENDS = frozenset(
    {"net", "io", "app", "dev", "ai", "cloud", "link", "page", "chat", "shop", "store", "works"}
)
_VISIT_CUES = word_set(
    """at to www visit site url domain website hit open curl on address called from slash""",
)
_NOT_LABEL = (
    FUNCTION_WORDS
    | _VISIT_CUES
    | word_set(
        """dot com http https open click browse browser page portal login wiki dashboard link ping reach resolve resolves
    check checked test tested load loads hosted pointing points pointed server company customer client""",
    )
)


def find(text: str) -> list[Span]:
    """Spans of web addresses, `URL`."""
    low = lowered(text)
    spans = [*_schemes(low), *_matches(_WWW, low, "www.", 0.95), *_bare(low)]
    spans += _matches(_SESSION, low, "sid=", 0.95)
    for start, end in solid(text):
        spans += [Span(m.start(), m.end(), "URL", 0.8, NAME) for m in _SHARE_ID.finditer(low, start, end)]
    words = words_of(text)
    for dot in words.at("dot"):
        place = _spoken(words, dot)
        if place is not None:
            spans.append(Span(words.starts[place[0]], words.ends[place[1] - 1], "URL", 0.85, NAME))
    return _outermost(spans)


def _span(match: re.Match[str], score: float) -> Span:
    end = match.start() + len(match.group().rstrip(_TRAILING))
    return Span(match.start(), end, "URL", score, NAME)


def _matches(pattern: re.Pattern[str], low: str, gate: str, score: float) -> list[Span]:
    return [_span(match, score) for match in pattern.finditer(low)] if gate in low else []


def _schemes(low: str) -> list[Span]:
    spans: list[Span] = []
    mark = low.find("://")
    while mark >= 0:
        scheme = _SCHEME_BACK.match(low[max(0, mark - 20) : mark][::-1])
        match = _SCHEME.match(low, mark - len(scheme.group())) if scheme else None
        if match:
            spans.append(_span(match, 1.0))
        mark = low.find("://", match.end() if match else mark + 3)
    return spans


def _bare(low: str) -> list[Span]:
    spans: list[Span] = []
    if "." not in low:
        return spans
    for match in _BARE.finditer(low):
        name, _, _ = match.group().partition("/")
        domain = name.partition("?")[0].partition(":")[0]
        known = match.group(1) in PUBLIC_ENDS
        labels = domain.split(".")
        bare = not (match.group(3) or "").strip("/")
        if domain.endswith(_API_GROUPS) or (bare and domain.removeprefix("www.") in PUBLIC_NAMES):
            continue
        wordy = len(labels) == 2 and not match.group(3) and (len(labels[0]) < 3 or labels[0] in _CODE_NAMES)
        if (known and not wordy) or (match.group(2) and match.group(3) and len(labels) > 2):
            spans.append(_span(match, 0.85))
    return spans


def _spoken(words: Words, dot: int) -> tuple[int, int] | None:
    """A domain read aloud around the "dot" at `dot`: its first dot only, the rest is read from there."""
    if words.word(dot - 2) == "dot" or not words.adjoins(dot - 1):
        return None
    label = words.word(dot - 1)
    end, known = dot, ""
    while words.word(end) == "dot" and words.adjoins(end) and end - dot < 12:
        known = words.word(end + 1) if words.word(end + 1) in _SPOKEN_ENDS else known if end > dot else ""
        end += 2
    if not known or label in FUNCTION_WORDS or label in PRODUCTS_BEFORE_DOT:
        return None
    path = words.word(end) == "slash"
    before = words.word(dot - 2)
    if known in _TECHNICAL_ENDS and end - dot == 2 and not path and before not in _VISIT_CUES:
        return None
    if f"{label}.{words.word(dot + 1)}" in PUBLIC_NAMES and not path:
        return None
    return _label_start(words, dot - 1), _path_end(words, end)


def _label_start(words: Words, place: int) -> int:
    """First word of the domain: back over "dash", spelled letters and one more word ("bright noodle dot com")."""
    start = place
    while (
        start >= 2 and place - start < 10 and words.word(start - 1) in {"dash", "hyphen"} and words.adjoins(start - 1)
    ):
        start -= 2
    if start > 0 and words.adjoins(start - 1) and words.word(start - 1) not in _NOT_LABEL:
        start -= 1
    while start >= 2 and words.word(start - 1) == "dot" and words.adjoins(start - 1) and place - start < 10:
        start -= 2
    return start


def _path_end(words: Words, end: int) -> int:
    start = end
    while words.word(end) == "slash" and words.adjoins(end - 1) and words.adjoins(end) and end - start < 20:
        end = chain_forward(words, end + 1, frozenset({"dash", "hyphen", "underscore", "dot"}))
    return end


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept
