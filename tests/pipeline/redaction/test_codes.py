import pytest

from pipeline.redaction.codes import find_codes
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.tokens import tokenize

NOTHING = Phrases(())


def found(text, safe=NOTHING):
    return [text[s.start : s.end] for s in sorted(find_codes(tokenize(text), safe), key=lambda s: s.start)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the postcode is LS7 4QT", "LS7 4QT"),
        ("send it to sw1a 1aa today", "sw1a 1aa"),
        ("up to K1A 0B1 again", "K1A 0B1"),
        ("at EC1A1BB too", "EC1A1BB"),
        ("postcode l s seven four q t", "l s seven four q t"),
        ("badge number is nineteen", "nineteen"),
        ("my employee number is four one nine", "four one nine"),
        ("number plate kx six five abc", "kx six five abc"),
        ("the van AB12 CDE was there", "AB12 CDE"),
        ("seat is twelve b", "twelve b"),
        ("it says k x six five a b c", "k x six five a b c"),
        ("down to B02, on another phase", "B02"),
        ("the door of B12 now", "B12"),
        ("come by office B-214, but", "B-214"),
        ("into Office 3.07 again", "3.07"),
        ("for matter M-40917 in", "M-40917"),
        ("on s b p one now", "s b p one"),
        ("that is spelled t a m s i n by the way", "t a m s i n"),
    ],
)
def test_codes_are_found(text, code):
    assert code in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "p99 went to 800ms",
        "from s3 5gb came",
        "one two three four",
        "seat limit of twelve",
        "employee is two times as fast",
        "we pass two arguments over",
        "x eighty six sixty four",
        "badge two percent",
        "plan a or plan b or c",
        "from H100 to A100, in V100",
        "at P99 or in R2",
        "with s h a two and i p v six",
    ],
)
def test_other_numbers_are_kept(text):
    assert found(text) == []


def test_a_term_that_is_spelled_is_kept():
    assert found("c v e two one", Phrases([("c v e", "")])) == []
    assert found("over s m t p again", Phrases([("smtp", "")])) == []
