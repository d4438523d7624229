"""Packets: always at most 512 bytes, canonical, the same finding the same bytes, and nothing but vocabulary in them."""

import hashlib
import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import resources
from pipeline.errors import PacketRefusedError
from pipeline.packet.address import semantic_address
from pipeline.packet.outcome import CONDITION_ENUMS, FIX_SCOPES, OUTCOMES, Conditions, Outcome
from pipeline.packet.packet import pack
from pipeline.packet.validate import MAX_BYTES, validate

VOCABULARY, LEXICON = resources.vocabulary(), resources.lexicon()
TERMS = sorted(LEXICON.terms)
PROBLEMS = sorted(VOCABULARY.problem_types)
RESOLUTIONS = sorted(VOCABULARY.resolutions)


@st.composite
def outcomes(draw):
    problem = draw(st.sampled_from(PROBLEMS))
    domain = VOCABULARY.domain(problem)
    symptoms = sorted(t.id for t in VOCABULARY.symptoms.values() if t.domain == domain)
    enums = {name: st.sampled_from(values) for name, values in CONDITION_ENUMS[domain].items()}
    stack = draw(st.lists(st.sampled_from(TERMS), max_size=5))
    versions = draw(st.dictionaries(st.sampled_from(TERMS), st.from_regex(r"[0-9]{1,4}", fullmatch=True), max_size=3))
    return Outcome(
        problem_type=problem,
        symptom_pattern=draw(st.sampled_from(symptoms)),
        resolution_pattern=draw(st.none() | st.sampled_from(RESOLUTIONS)),
        secondary_problem_type=draw(st.none() | st.sampled_from(PROBLEMS)),
        outcome=draw(st.sampled_from(OUTCOMES)),
        fix_scope=draw(st.sampled_from(FIX_SCOPES)),
        ruled_out=tuple(draw(st.lists(st.sampled_from(PROBLEMS), max_size=4))),
        tried=tuple(draw(st.lists(st.sampled_from(RESOLUTIONS), max_size=3))),
        conditions=Conditions(tuple(stack), versions, **{name: draw(values) for name, values in enums.items()}),
        confidence=draw(st.floats(0, 1)),
    )


@settings(max_examples=400, deadline=None)
@given(outcomes())
def test_every_finding_fits_is_canonical_and_round_trips(outcome):
    packet = pack(outcome, VOCABULARY, LEXICON)
    assert len(packet.body) <= MAX_BYTES
    assert rfc8785.dumps(json.loads(packet.body)) == packet.body
    assert validate(packet.body, VOCABULARY, LEXICON) == json.loads(packet.body)
    assert packet.packet_id == hashlib.sha256(packet.body).hexdigest()
    assert packet.address == semantic_address(outcome.problem_type, outcome.symptom_pattern)


@settings(max_examples=100, deadline=None)
@given(outcomes(), st.randoms())
def test_the_order_in_which_things_were_found_changes_no_byte(outcome, random):
    def shuffled(items):
        items = list(items)
        random.shuffle(items)
        return tuple(items)

    # Beyond the limits of a list the first in order are kept, so only lists within them may be permuted.
    outcome = replace(
        outcome, ruled_out=tuple(sorted(set(outcome.ruled_out)))[:3], tried=tuple(sorted(set(outcome.tried)))[:2]
    )
    other = replace(
        outcome,
        ruled_out=shuffled(outcome.ruled_out),
        tried=shuffled(outcome.tried),
        conditions=replace(outcome.conditions, stack=shuffled(outcome.conditions.stack)),
    )
    assert pack(outcome, VOCABULARY, LEXICON).body == pack(other, VOCABULARY, LEXICON).body


def founding(**changes):
    base = Outcome(
        problem_type="connection_pool_exhaustion",
        symptom_pattern="intermittent_503_under_load",
        resolution_pattern="orm_timeout_alignment",
        outcome="resolved",
        confidence=0.93,
        secondary_problem_type="timeout_mismatch",
        fix_scope="config",
        ruled_out=("memory_exhaustion", "network_connectivity_fault"),
        tried=("service_restart",),
        conditions=Conditions(("sqlalchemy", "postgresql"), {}, "peak", "unspecified", "returns"),
    )
    return replace(base, **changes)


def test_the_founding_story_fits_with_nothing_shed():
    packet = pack(founding(), VOCABULARY, LEXICON)
    assert packet.fields["ruled_out"] == ["memory_exhaustion", "network_connectivity_fault"]
    assert packet.fields["conditions"]["stack"] == ["postgresql", "sqlalchemy"]
    assert len(packet.body) <= MAX_BYTES


def test_shedding_goes_versions_then_ruled_out_then_tried_then_rare_stack():
    longest = sorted(TERMS, key=lambda t: (-len(t), t))[:3]
    problems = sorted(PROBLEMS, key=len)[-3:]
    outcome = founding(
        problem_type="dependency_upgrade_regression",
        secondary_problem_type=problems[0],
        ruled_out=tuple(problems),
        tried=tuple(sorted(RESOLUTIONS, key=len)[-2:]),
        conditions=Conditions(
            tuple(longest), dict.fromkeys(longest, "2024"), "unspecified", "unspecified", "unspecified"
        ),
    )
    fields = pack(outcome, VOCABULARY, LEXICON).fields
    assert fields["conditions"]["versions"] == {}
    assert fields["ruled_out"] == []
    assert len(pack(outcome, VOCABULARY, LEXICON).body) <= MAX_BYTES
    assert pack(replace(outcome, ruled_out=()), VOCABULARY, LEXICON).body == pack(outcome, VOCABULARY, LEXICON).body


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"problem_type": "acme_outage"}, "unknown_problem_type"),
        ({"symptom_pattern": "tallowmere_down"}, "unknown_symptom_pattern"),
        ({"symptom_pattern": "usage_decline"}, "two_domains"),
        ({"resolution_pattern": "call_joe"}, "unknown_resolution_pattern"),
        ({"secondary_problem_type": "x"}, "unknown_secondary_problem_type"),
        ({"outcome": "fine"}, "outcome"),
        ({"fix_scope": "prayer"}, "fix_scope"),
        ({"ruled_out": ("x",)}, "ruled_out"),
        ({"tried": ("x",)}, "tried"),
        ({"confidence": 1.2}, "confidence"),
        ({"conditions": Conditions(("ledger_04",))}, "unknown_term"),
        ({"conditions": Conditions(("postgresql",), {"postgresql": "16.2-acme"})}, "versions"),
        ({"conditions": Conditions(load_profile="tuesday")}, "load_profile"),
    ],
)
def test_what_is_not_in_the_vocabulary_is_refused_with_a_reason(changes, reason):
    with pytest.raises(PacketRefusedError) as refused:
        pack(founding(**changes), VOCABULARY, LEXICON)
    assert refused.value.reason == reason


def body_with(change):
    fields = json.loads(pack(founding(), VOCABULARY, LEXICON).body)
    change(fields)
    return rfc8785.dumps(fields)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"v":1}',
        b"[" * 400,
        body_with(lambda f: f.update(note="ask Ingrid")),
        body_with(lambda f: f.pop("tried")),
        body_with(lambda f: f.update(v=2)),
        body_with(lambda f: f.update(v=True)),
        body_with(lambda f: f.update(vocabulary="9.9")),
        body_with(lambda f: f.update(confidence=0.123)),
        body_with(lambda f: f.update(confidence="high")),
        body_with(lambda f: f.update(tried=["service_restart", "code_fix"])),
        body_with(lambda f: f.update(ruled_out=[["x"]])),
        body_with(lambda f: f["conditions"].update(stack=["sqlalchemy", "postgresql"])),
        body_with(lambda f: f["conditions"].update(host="ledger-04")),
        body_with(lambda f: f["conditions"].update(trials="5-9")),
        body_with(lambda f: f["conditions"].update(versions={"postgresql": 16})),
        pack(founding(), VOCABULARY, LEXICON).body + b" ",
        json.dumps(json.loads(pack(founding(), VOCABULARY, LEXICON).body)).encode(),
    ],
)
def test_bytes_that_are_not_exactly_a_packet_are_refused(body):
    with pytest.raises(PacketRefusedError):
        validate(body, VOCABULARY, LEXICON)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_arbitrary_bytes_never_pass_and_never_crash(body):
    with pytest.raises(PacketRefusedError):
        validate(body, VOCABULARY, LEXICON)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(outcomes(), st.sampled_from(sorted(json.loads(pack(founding(), VOCABULARY, LEXICON).body))), _JSON)
def test_a_value_changed_to_anything_passes_only_when_it_is_vocabulary(outcome, key, value):
    fields = json.loads(pack(outcome, VOCABULARY, LEXICON).body)
    fields[key] = value
    try:
        body = rfc8785.dumps(fields)
    except rfc8785.CanonicalizationError:
        return
    known = {*VOCABULARY.problem_types, *VOCABULARY.symptoms, *VOCABULARY.resolutions, *OUTCOMES, *FIX_SCOPES, "1.0"}
    legal = (
        value is None or value in ([], 1, 0) or (isinstance(value, str) and value in known) or isinstance(value, float)
    )
    if legal:
        return
    with pytest.raises(PacketRefusedError):
        validate(body, VOCABULARY, LEXICON)
