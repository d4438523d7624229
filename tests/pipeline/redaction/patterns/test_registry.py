from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.redaction.patterns import speech
from pipeline.redaction.patterns.registry import PATTERNS
from pipeline.redaction.patterns.secret_families import FAMILIES
from pipeline.redaction.span import ENTITY_TYPES

PIECES = [
    "at",
    "dot",
    "com",
    "slash",
    "dash",
    "hyphen",
    "underscore",
    "oh",
    "zero",
    "one",
    "four",
    "nineteen",
    "hundred",
    "thousand",
    "and",
    "double",
    "prod",
    "eu",
    "web",
    "db",
    "ticket\njira",
    "inc",
    "account",
    "number",
    "the",
    "password",
    "is",
    "capital",
    "x",
    "nine",
    "march",
    "may",
    "fourteenth",
    "june",
    "first",
    "hash",
    "channel",
    "inc",
    "repo",
    "called",
    "user",
    "name\ngithub",
    ".",
    ",",
    "-",
    "_",
    "@",
    "#",
    "/",
    ":",
    "=",
    "://",
    "10.2.3.4",
    "a1b2c3d4",
    "AKIA",
    "eyJ",
    "-----BEGIN",
    "PRIVATE",
    "KEY-----",
    "#4412",
    "İ",
    "ß",
    "ﬁ",
    "\u2028",
    "\x00",
    "\n",
    "😀",
    "é\ninternal",
    "acme",
    "plus",
    "extension",
    "call",
    "me",
    "on",
    "555",
    "0142",
    "4111",
    "1111",
    "i-0abc1234",
    "sk-",
    "ghp_",
    "password=",
    "s3://",
    "OPS-4412",
    "on",
    "since",
    "by",
]
HOSTILE = (
    "a", "0", " ", "a.", "-a", "0 ", "oh ", "a@", "@a", "://a", "dot a ", "at a dot ", "1-", "eyJ.", "password is a ", "token=",
    "-----BEGIN PRIVATE KEY-----", "in hash a ", "a slash b ", "a dash b ", "deadbeef1", "2026-03-", "may first ", "#1 ", "::1",
    "user name a ", "1.", "a_1", "aA1", "prod one ", "one dot ", "account number a ", "the third of ", "double ", "a-1 ", "\n",
)  # fmt: skip


def scan(text: str) -> None:
    for _, find in PATTERNS:
        find(text)


def test_every_finder_is_registered_once() -> None:
    names = [name for name, _ in PATTERNS]
    assert len(set(names)) == len(names) == 13


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)))
def test_spans_lie_inside_the_text_in_order(text: str) -> None:
    for name, find in PATTERNS:
        spans = find(text)
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert all(span.type in ENTITY_TYPES and span.recognizer == name for span in spans)
        assert spans == sorted(spans, key=lambda span: span.start)
        assert spans == find(text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("abİ oh14-.@"), max_size=80))
def test_lower_case_keeps_every_offset(text: str) -> None:
    assert len(speech.lowered(text)) == len(text)
    words = speech.words_of(text)
    assert all(
        speech.lowered(text)[start:end] == word
        for word, start, end in zip(words.words, words.starts, words.ends, strict=True)
    )


@pytest.mark.parametrize("seed", HOSTILE)
def test_time_grows_with_the_length_only(seed: str) -> None:
    def cost(size: int) -> float:
        text = (seed * (size // len(seed) + 1))[:size]
        started = time.process_time()
        scan(text)
        return time.process_time() - started

    small = min(cost(20_000) for _ in range(2))
    assert cost(200_000) < 10 * max(small, 0.05) * 3


def test_at_least_sixty_token_families() -> None:
    assert len({family for family, *_ in FAMILIES}) >= 60


@pytest.mark.parametrize(("family", "prefix", "least"), [(f, p, n) for f, p, _, n in FAMILIES])
def test_a_token_of_every_family_is_found_whole(family: str, prefix: str, least: int) -> None:
    token = prefix + ("a1b2C3d4e5f6" * 5)[: least + 2]
    text = f"the key {token} leaked"
    (span,) = dict(PATTERNS)["secret"](text)
    assert text[span.start : span.end] == token, family


@pytest.mark.parametrize(
    ("spoken", "digits", "said"),
    [
        ("five five five oh one four two", 7, "5550142"),
        ("double seven oh", 3, "770"),
        ("four thousand and twelve", 4, "4"),
        ("twenty one", 2, ""),
        ("forty four twelve", 4, ""),
        ("9 9 oh", 3, "990"),
    ],
)
def test_numbers_in_words(spoken: str, digits: int, said: str) -> None:
    run = speech.words_of(spoken).runs[0]
    assert (run.first, run.last, run.digits, run.said) == (0, len(spoken.split()), digits, said)
