import pytest

from pipeline.redaction.readouts import find_readouts
from pipeline.redaction.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "call oh seven seven double oh nine hundred three one four okay",
            [("oh seven seven double oh nine hundred three one four", "PHONE_NUMBER")],
        ),
        ("the code is nine nine oh two one and so on", [("nine nine oh two one", "ACCOUNT_NUMBER")]),
        ("it is 5 5 5 0 1 4 2", [("5 5 5 0 1 4 2", "PHONE_NUMBER")]),
        ("from 198 51 100 77 it sends get", [("198 51 100 77", "IP_ADDRESS")]),
        ("bars at 10 20 30 40 and 300 200 100 100", []),
        ("one two three four five six testing", []),
        ("five four three two one go", []),
        ("from three to five of the nine", []),
        ("two hundred of four hundred", []),
        ("nine out of ten, eight. seven. six. five. four.", []),
        ("error five oh three", []),
        ("", []),
    ],
)
def test_digits_read_out(text, found):
    assert [(text[s.start : s.end], s.type) for s in find_readouts(tokenize(text))] == found
