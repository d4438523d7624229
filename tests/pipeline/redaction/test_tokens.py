import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.redaction.tokens import fold, looks, tokenize


@given(st.text())
def test_folding_keeps_every_offset(text):
    assert len(fold(text)) == len(text)


@given(st.text())
def test_words_are_where_they_are_said_to_be(text):
    tokens = tokenize(text)
    assert tokens.words == [fold(text)[s:e] for s, e in zip(tokens.starts, tokens.ends, strict=True)]
    assert tokens.starts == sorted(tokens.starts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Łódź isn’t Siobhán's", ["lodz", "isn't", "siobhan's"]),
        ("kiosk-db-2 / pool_recycle", ["kiosk", "db", "2", "pool", "recycle"]),
        ("İstanbul STRASSE ß", ["istanbul", "strasse", "s"]),
        ("", []),
    ],
)
def test_words_are_folded(text, words):
    assert tokenize(text).words == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so joy said no", ["lc", "lc", "lc", "lc"]),
        ("So Joy said no. Then it broke", ["start", "cap", "low", "low", "start", "low", "low"]),
        ("Pool Dry At Joy", ["title", "title", "title", "title"]),
        ("the API of Joy is down", ["low", "upper", "low", "cap", "low", "low"]),
    ],
)
def test_casing_is_read_where_it_says_something(text, expected):
    assert looks(tokenize(text), frozenset()) == expected


def test_a_caption_may_start_with_a_capital():
    text = "and then it broke Frank said so"
    assert looks(tokenize(text), frozenset({18}))[4] == "start"
    assert looks(tokenize(text), frozenset())[4] == "cap"
