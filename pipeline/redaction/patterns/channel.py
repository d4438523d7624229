"""Chat channels: `#inc-payments`, and read aloud ("inc payments channel", "the hash ops dash alerts channel")."""

from __future__ import annotations

import re

from pipeline.redaction.patterns.speech import FUNCTION_WORDS, Words, chain_forward, lowered, word_set, words_of
from pipeline.redaction.span import Span

NAME = "channel"
_TAG = re.compile(r"(?<![\w&#/'\"(\[])#[a-z][a-z0-9_-]{1,79}")
_HEX_COLOUR = re.compile(r"#(?:[a-f]{3}|[a-f0-9]{6}|[a-f0-9]{8})")
_DIRECTIVES = word_set(
    "#define #include #if #ifdef #ifndef #else #elif #endif #pragma #region #endregion #undef #error #warning #line #import"
)
_PREFIXES = word_set(
    "inc incident proj project team ops alert alerts ask help ext war tmp feat squad announce dev eng suggest talk"
)
_HASH_TERMS = word_set("""map maps table tables join joins function functions ring key keys keyed value values of collision collisions set
    code codes partition partitioned index mismatch algorithm based tag tags is was and mark sign order bucket buckets
    check match matches matched password passwords mode slot slots slash""")
_ASKING = frozenset({"ask", "help", "suggest", "talk"})
_CHAT = word_set(
    "channel channels slack post posted posting thread pinned teams discord mattermost chat message messaged"
)
_NOT_NAME = FUNCTION_WORDS | _CHAT | word_set("private public main general slack-channel marketing sales side input")
_WRITING = word_set(
    "write writes wrote written post posts posted ask asks asked shout shouted pages paged ping pinged announced"
)
_PLAINLY = word_set(
    "plain capital capitals english small big red black good bad block real time production prod staging python java code front two three"
)
_PLACED = word_set("in into to on from over see watch")
# What "hash" stands behind when it is read out before a name: "so it was so quiet and hash shop fires went quiet".
_ANNOUNCING = word_set("and in into on to from via watch see check going left joined join ask tell")
# What makes it a channel of another kind: "over a secure communication channel".
_KINDS = word_set(
    "communication secure release stable beta notification payment sales color colour data control covert event "
    "message pub redis grpc ion go delay radio audio video left right single dual dead letter"
)
_JOINS = frozenset({"dash", "hyphen", "underscore"})


def find(text: str) -> list[Span]:
    """Spans of chat channels, `CHANNEL`; the word "channel" itself stays."""
    low = lowered(text)
    spans: list[Span] = []
    if "#" in low:
        spans += [
            Span(m.start(), m.end(), "CHANNEL", 0.9, NAME)
            for m in _TAG.finditer(low)
            if m.group() not in _DIRECTIVES and not _HEX_COLOUR.fullmatch(m.group())
        ]
    words = words_of(text)
    ranges = [
        *_hashed(words),
        *_incidents(words),
        *_addressed(words),
        *_written_in(words),
        *_before_cue(words),
        *_in_named(words),
        *_after_cue(words),
    ]
    spans += [
        Span(words.starts[first], words.ends[last - 1], "CHANNEL", 0.8, NAME) for first, last in ranges if last > first
    ]
    return _outermost(spans)


def _hashed(words: Words) -> list[tuple[int, int]]:
    """Such as "hash ops dash alerts", beside a word of chatting."""
    found: list[tuple[int, int]] = []
    for place in words.at("hash", "hashtag", "pound"):
        if words.word(place + 1) in _HASH_TERMS | FUNCTION_WORDS | {""} or not words.adjoins(place):
            continue
        near = words.words[max(0, place - 8) : place + 9]
        joined = words.word(place + 2) in _JOINS
        in_chat = words.word(place - 1) in {"in", "into", "on", "the", "from", "over", "channel"} and any(
            w in _CHAT for w in near
        )
        named = words.word(place - 1) in {"in", "into"} and words.word(place + 2) not in FUNCTION_WORDS | {""}
        announced = words.word(place - 1) in _ANNOUNCING | {""} or not words.adjoins(place - 1)
        if joined or in_chat or named or announced or words.word(place + 1) == "inc":
            found.append((place, _name_end(words, place + 1)))
    return found


def _name_end(words: Words, first: int) -> int:
    end = chain_forward(words, first, _JOINS)
    while end - first < 6 and words.word(end) not in _NOT_NAME | {""} and words.adjoins(end - 1):
        if words.word(end) not in _CHAT and end - first >= 2 and words.word(end + 1) not in _CHAT:
            break
        end = chain_forward(words, end, _JOINS)
    return end


def _incidents(words: Words) -> list[tuple[int, int]]:
    """Such as "in inc login": the usual prefix of incident channels behind a preposition."""
    found: list[tuple[int, int]] = []
    for place in words.at("inc", *_ASKING):
        first = place + 1
        named = words.word(first) not in _NOT_NAME | {""} and first not in words.runs and words.adjoins(place)
        before = {"in", "into"} if words.word(place) in _ASKING else {"in", "into", "to", "on", "the", "from"}
        if named and words.word(place - 1) in before:
            end = chain_forward(words, first, _JOINS)
            end += words.word(end) not in _NOT_NAME | {""} and words.adjoins(end - 1) and end == first + 1
            found.append((place, end))
    return found


def _addressed(words: Words) -> list[tuple[int, int]]:
    """Such as "it writes in loyalty dash pain": a chain of dashes that somebody writes to."""
    found: list[tuple[int, int]] = []
    for dash in words.at("dash", "hyphen"):
        before = words.words[max(0, dash - 4) : max(0, dash - 1)]
        chained = (
            words.adjoins(dash) and words.word(dash + 1) not in _NOT_NAME and words.word(dash - 1) not in _NOT_NAME
        )
        if dash > 0 and chained and any(word in _WRITING for word in before):
            found.append((dash - 1, chain_forward(words, dash - 1, _JOINS)))
    return found


def _written_in(words: Words) -> list[tuple[int, int]]:
    """Such as "i wrote in metering nights it is done": two bare words behind "in" that somebody writes in."""
    found: list[tuple[int, int]] = []
    for place in words.at("in", "into"):
        first, end = place + 1, place + 3
        writing = any(word in _WRITING for word in words.words[max(0, place - 4) : place])
        bare = all(
            words.word(at) not in _NOT_NAME | _PLAINLY | {""} and at not in words.runs and words.closely(at - 1)
            for at in (first, first + 1)
        )
        ends = words.word(end) in FUNCTION_WORDS | {""} or not words.closely(end - 1)
        if writing and bare and ends:
            found.append((first, end))
    return found


def _before_cue(words: Words) -> list[tuple[int, int]]:
    """Such as "inc payments channel", "ops dash alerts channel"."""
    found: list[tuple[int, int]] = []
    for cue in words.at("channel"):
        start = cue
        while start > 0 and cue - start < 6 and words.adjoins(start - 1) and words.word(start - 1) not in _NOT_NAME:
            start -= 1
        inside = words.words[start:cue]
        prefix = next((place for place in range(start, cue - 1) if words.word(place) in _PREFIXES), None)
        dash = next((place for place in range(start + 1, cue - 1) if words.word(place) in _JOINS), None)
        if prefix is not None and "hash" not in inside:
            found.append((start if words.word(prefix) == "war" else prefix, cue))
        elif dash is not None and "hash" not in inside:
            found.append((dash - 1, cue))
    return found


def _in_named(words: Words) -> list[tuple[int, int]]:
    """Such as "in the pipeline changes channel": two or three words behind a preposition."""
    found: list[tuple[int, int]] = []
    for cue in words.at("channel"):
        start = cue
        while start > 0 and cue - start < 4 and words.closely(start - 1) and words.word(start - 1) not in _NOT_NAME:
            start -= 1
        before = words.word(start - 1)
        placed = before in _PLACED or (before in {"the", "our"} and words.word(start - 2) in _PLACED)
        if 2 <= cue - start <= 3 and placed and not _KINDS.intersection(words.words[start:cue]):
            found.append((start, cue))
    return found


def _after_cue(words: Words) -> list[tuple[int, int]]:
    """Such as "the channel is called inc payments", "slack channel inc payments"."""
    found: list[tuple[int, int]] = []
    for cue in words.at("channel"):
        first = cue + 1
        while words.word(first) in {"is", "was", "s"} and first - cue < 3:
            first += 1
        named = words.word(first) in {"called", "named"}
        first += named
        if words.word(first) in _NOT_NAME | {"", "hash"} or not words.adjoins(first - 1):
            continue
        if named or (first == cue + 1 and words.word(first) in _PREFIXES):
            found.append((first, _name_end(words, first)))
        elif first > cue + 1 and words.word(first + 2) in {"bye", "thanks", "cheers"}:
            found.append((first, first + 2))
    return found


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept
