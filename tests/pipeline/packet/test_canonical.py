"""Only RFC 8785 bytes are a packet, although most are recognised without its implementation."""

import json

import hypothesis
import hypothesis.strategies as st
import pytest
import rfc8785

from classifiers import resources
from pipeline.errors import PacketRefusedError
from pipeline.packet.validate import validate

FIELDS = {
    "v": 1,
    "vocabulary": resources.vocabulary().version,
    "problem_type": "connection_pool_exhaustion",
    "symptom_pattern": "elevated_latency",
    "resolution_pattern": None,
    "secondary_problem_type": None,
    "outcome": "resolved",
    "fix_scope": "config",
    "ruled_out": [],
    "tried": [],
    "conditions": {
        "stack": ["postgresql"],
        "versions": {"postgresql": "16"},
        "load_profile": "peak",
        "onset": "time",
        "restart": "returns",
    },
    "confidence": 0.8,
}


def accepted(body):
    try:
        validate(body, resources.vocabulary(), resources.lexicon())
    except PacketRefusedError:
        return False
    return True


NUMBERS = [
    "0",
    "1",
    "0.5",
    "0.07",
    "0.7",
    "1.0",
    "0.0",
    "-0",
    "-0.0",
    "0.50",
    "5e-1",
    "50E-2",
    "1e0",
    "true",
    '"0.5"',
    "00",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_confidence_has_one_spelling(number):
    body = rfc8785.dumps(FIELDS | {"confidence": 0.8}).replace(b"0.8", number.encode())
    assert accepted(body) is (number in NUMBERS[:5])


@pytest.mark.parametrize("number", ["1.0", "1e0", "true", "01", "1"])
def test_the_version_has_one_spelling(number):
    assert accepted(rfc8785.dumps(FIELDS).replace(b'"v":1', b'"v":' + number.encode())) is (number == "1")


REWRITTEN = {
    "order": lambda text: json.dumps(dict(reversed(FIELDS.items())), separators=(",", ":")),
    "space": lambda text: text.replace(",", ", ", 1),
    "escape": lambda text: text.replace("postgresql", "p\\u006fstgresql", 1),
    "twice": lambda text: text.replace('"v":1', '"v":1,"v":1'),
    "surrogate": lambda text: text.replace("peak", "\\ud800"),
    "end": lambda text: text + "\n",
}


@pytest.mark.parametrize("how", REWRITTEN)
def test_other_spellings_of_a_packet_are_refused(how):
    text = rfc8785.dumps(FIELDS).decode()
    rewritten = REWRITTEN[how](text)
    assert rewritten != text
    assert not accepted(rewritten.encode())


@hypothesis.given(
    confidence=st.one_of(
        st.integers(-1, 2), st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 100).map(lambda n: n / 100)
    ),
    dump=st.sampled_from(
        (rfc8785.dumps, lambda fields: json.dumps(fields, sort_keys=True, separators=(",", ":")).encode())
    ),
)
def test_what_is_accepted_is_canonical(confidence, dump):
    fields = FIELDS | {"confidence": confidence}
    body = dump(fields)
    right = 0 <= confidence <= 1 and round(confidence, 2) == confidence
    assert accepted(body) is (right and body == rfc8785.dumps(json.loads(body)))
