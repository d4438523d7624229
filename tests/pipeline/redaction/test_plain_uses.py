import pytest

from pipeline.redaction.plain_uses import plain_uses
from pipeline.redaction.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("it listens on port 8080", ["port"]),
        ("on page two of it", ["page"]),
        ("builds went green again", ["green"]),
        ("the light is red and", ["red"]),
        ("this is green from the night shift", []),
        ("page looked at it", []),
        ("the blue broker is down", []),
        ("went green leaf hunting", []),
    ],
)
def test_words_that_count_or_colour(text, plain):
    tokens = tokenize(text)
    assert [tokens.words[at] for at in plain_uses(tokens)] == plain
