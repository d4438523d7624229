"""Source repositories: git addresses, `org/repo` paths, and both read aloud ("the payments dash core repo")."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import (
    FUNCTION_WORDS,
    Words,
    chain_forward,
    is_number,
    lowered,
    word_set,
    words_of,
)
from pipeline.redaction.span import Span

NAME = "repository"
_GIT = re.compile(r"git@[\w.-]{1,100}:[\w.~/-]{1,200}")
_FORGE = re.compile(r"(?:github|gitlab|bitbucket|codeberg)\.(?:com|org)[/:][\w.-]{1,100}(?:/[\w.-]{1,100}){0,4}")
_PATH = re.compile(r"(?<![\w./@:<\\~$-])([a-z][a-z0-9_-]{1,38})/([a-z][a-z0-9_.-]{1,60})(?![\w/(:*])")
_CUE = re.compile(
    r"\b(?:repo|repos|repository|repositories|fork|forked|clone|cloned|upstream|monorepo|github|gitlab|bitbucket|codebase)\b"
)
_FOLDERS = word_set("""src lib app apps usr etc var tmp opt home bin docs doc test tests config configs internal pkg cmd pkgs packages dev
    proc sys mnt root include vendor scripts script assets static public api and or he she his her read input output client
    request success true on yes in up node_modules components modules text application image audio video multipart actions
    refs origin feature bugfix hotfix release chore fix feat dist build data model models views templates k8s helm charts
    deploy infra terraform environments envs n km mg ml start enter push left right day pass push""")
_CUES = frozenset({"repo", "repos", "repository", "repositories", "monorepo", "codebase", "fork"})
_FORGES = frozenset({"github", "gitlab", "bitbucket", "codeberg"})
_JOINS = frozenset({"dash", "hyphen", "underscore", "slash", "dot"})
_PLACES = frozenset({"in", "at", "from", "into", "on", "to"})
_NOT_NAME = FUNCTION_WORDS | word_set("""and or api etc src lib usr var tmp home read write client input forward back slash health login status com org io v1
    star proc dev""")


def find(text: str) -> list[Span]:
    """Spans of repositories with their organisation, `REPOSITORY`."""
    low = lowered(text)
    spans: list[Span] = []
    if "git@" in low:
        spans += [_span(m.start(), m.start() + len(m.group().rstrip("./")), 0.95) for m in _GIT.finditer(low)]
    if "/" in low:
        spans += [
            _span(m.start(), m.start() + len(m.group().rstrip(".-")), 0.7)
            for m in _PATH.finditer(low)
            if _is_repository(low, m)
        ]
    words = words_of(text)
    for place in words.at(*_FORGES):
        forge = _FORGE.match(low, words.starts[place])
        spans += [_span(forge.start(), forge.start() + len(forge.group().rstrip("./")), 0.95)] if forge else []
    ranges = [*_forges(words), *_named(words), *_slashed(words)]
    spans += [_span(words.starts[first], words.ends[last - 1], 0.75) for first, last in ranges if last > first]
    return _outermost(spans)


def _span(start: int, end: int, score: float) -> Span:
    return Span(start, end, "REPOSITORY", score, NAME)


def _is_repository(low: str, match: re.Match[str]) -> bool:
    owner, name = match.groups()
    if owner in _FOLDERS or re.search(r"\.(?!git$)\w{1,5}$", name):
        return False
    placed = re.search(
        r"\b(?:code|checked|branch|commit|merge|diff|blame|lives|stays|deployed|reviewed|review|opened|pushed)\b[^.]{0,40} (?:in|at|against|to) $",
        low[max(0, match.start() - 60) : match.start()],
    )
    if placed and len(owner) > 3 and len(name) > 3:
        return True
    around = low[max(0, match.start() - 30) : match.end() + 20]
    if "-" in owner and not any(
        part in FUNCTION_WORDS | {"pre", "post", "non", "e", "re"} for part in owner.split("-")
    ):
        return True
    compound = "-" in name and not name.startswith(("non-", "pre-", "post-", "re-", "de-"))
    return compound or _CUE.search(around) is not None


def _forges(words: Words) -> list[tuple[int, int]]:
    """Such as "github dot com slash tallow slash ledger dash core"."""
    found: list[tuple[int, int]] = []
    for place in words.at(*_FORGES):
        end = place + 3 if words.word(place + 1) == "dot" else place + 1
        start = end + 1
        while words.word(end) == "slash" and words.adjoins(end) and end - place < 16:
            end = chain_forward(words, end + 1, _JOINS - {"slash"})
        if end > start:
            found.append((place, min(end, len(words.words))))
    return found


def _named(words: Words) -> list[tuple[int, int]]:
    """Such as "the payments dash core repo" and "a repo called core dash ledger"."""
    found: list[tuple[int, int]] = []
    for place in words.at(*_CUES):
        start = _chain_start(words, place - 1)
        if start < place - 1:
            found.append((start, place))
        if words.word(place + 1) in {"called", "named"} and words.word(place + 2) not in FUNCTION_WORDS | {""}:
            found.append((place + 2, chain_forward(words, place + 2, _JOINS)))
    return found


def _chain_start(words: Words, last: int) -> int:
    """Back from the cue over "core dash payments" or "db checks slash kestrel"."""
    start = last
    while start >= 2 and last - start < 14 and words.adjoins(start - 1):
        if words.word(start - 1) in _JOINS:
            start -= 2
        elif words.word(start - 2) in _JOINS and words.word(start - 1) not in FUNCTION_WORDS and start > 2:
            start -= 3
        else:
            break
    return start if start >= 0 and words.word(start) not in _NOT_NAME else last


def _slashed(words: Words) -> list[tuple[int, int]]:
    """Such as "corvane slash pump dash firmware", beside a cue within eight words."""
    found: list[tuple[int, int]] = []
    for slash in words.at("slash"):
        owner, name = words.word(slash - 1), words.word(slash + 1)
        if owner in _NOT_NAME or name in _NOT_NAME or is_number(owner) or is_number(name) or not name or slash == 0:
            continue
        if words.word(slash - 2) in {"dot", "slash"} or words.word(slash + 2) == "slash":
            continue
        start = _owner_start(words, slash - 1)
        placed = words.word(start - 1) in _PLACES and owner not in _FOLDERS and name not in _FOLDERS
        near = words.words[max(0, slash - 8) : slash + 9]
        if placed or any(word in _CUES or word in _FORGES or word in {"clone", "cloned", "forked"} for word in near):
            end = chain_forward(words, slash + 1, _JOINS - {"slash"})
            found.append((start, _until_cue(words, end)))
    return found


def _owner_start(words: Words, owner: int) -> int:
    """An organisation of two words begins behind the preposition: "in heron daq slash pulse fit"."""
    first = words.word(owner - 1)
    double = words.word(owner - 2) in _PLACES and first not in FUNCTION_WORDS and words.adjoins(owner - 1)
    return owner - 1 if double and not is_number(first) else owner


def _until_cue(words: Words, end: int) -> int:
    """A second plain word belongs to the name when the cue, a pause or a new clause follows it."""
    second, third = words.word(end), words.word(end + 1)
    plain = second and second not in FUNCTION_WORDS | _CUES and words.adjoins(end - 1)
    return end + 1 if plain and third in _CUES | FUNCTION_WORDS | {""} else end


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept
