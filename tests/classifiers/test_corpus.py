from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import resources
from classifiers.corpus import (
    LOOKS,
    load_passages,
    load_questions,
    load_recordings,
    parse_passages,
    parse_questions,
    parse_recordings,
    raw,
    scrubbed,
)
from pipeline.errors import ConfigurationError
from pipeline.packet.outcome import OUTCOMES
from pipeline.packet.vocabulary import AXES

BLOCK = """=== recording
family: kettle
look: lower
problem_type: dns_failure
symptom_pattern: full_outage
outcome: resolved
question: nothing resolves
title: "for [[PERSON:Ode]]"
---
symptom: it was all gone said [[PERSON:ode]]
false_lead[operator_error]: we blamed [[PERSON:tobias]] first
"""


@pytest.fixture(scope="module")
def recordings():
    return load_recordings()


@pytest.fixture(scope="module")
def passages():
    return load_passages()


def test_a_recording_is_read_with_roles_ids_and_metadata():
    (one,) = parse_recordings(BLOCK, "a99")
    assert [(s.role, s.id) for s in one.segments] == [("symptom", None), ("false_lead", "operator_error")]
    assert one.metadata == {"title": "for [[PERSON:Ode]]"}
    assert scrubbed(one.text).startswith("it was all gone said <PERSON>")
    assert raw(one.segments[0].text) == "it was all gone said ode"


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (BLOCK.replace("---\n", ""), "no line"),
        (BLOCK.replace("look: lower\n", ""), "lacks look"),
        (BLOCK.replace("symptom: it", "gossip: it"), "segment"),
        (BLOCK.replace("PERSON:ode", "WIZARD:ode"), "unknown type"),
        (BLOCK.replace("[[PERSON:tobias]]", "[[PERSON:tobias"), "unbalanced"),
        (BLOCK.replace("family: kettle", "family: [kettle"), "no YAML"),
    ],
)
def test_a_broken_recording_is_refused_by_place(broken, named):
    with pytest.raises(ConfigurationError, match=rf"a99.*recording 1.*{named}"):
        parse_recordings(broken, "a99")


@given(st.text(max_size=200))
def test_passages_are_read_or_refused_and_nothing_else(text):
    try:
        found = parse_passages(text, "a99")
    except ConfigurationError as error:
        assert "a99" in str(error)
    else:
        assert len(found) <= len(text.splitlines())


@given(st.text(max_size=200))
def test_questions_are_read_or_refused_and_nothing_else(text):
    try:
        found = parse_questions(text, "a99")
    except ConfigurationError as error:
        assert "a99" in str(error)
    else:
        assert len(found) <= len(text.splitlines())


def test_every_problem_and_symptom_is_asked_about_within_one_domain():
    vocabulary, questions = resources.vocabulary(), load_questions()
    asked = Counter(q.problem_type for q in questions)
    assert min(asked[name] for name in vocabulary.problem_types) >= 20
    assert {q.symptom_pattern for q in questions} == set(vocabulary.symptoms)
    crossing = [
        q.text
        for q in questions
        if vocabulary.symptoms[q.symptom_pattern].domain not in (vocabulary.domain(q.problem_type), "any")
    ]
    assert crossing == []


def test_every_id_has_twelve_passages(passages):
    counted = Counter((p.axis, p.id) for p in passages)
    vocabulary = resources.vocabulary()
    assert not [(a, i, counted[a, i]) for a in AXES for i in vocabulary.axis(a) if counted[a, i] < 12]


def test_gold_is_in_the_vocabulary_and_counts_hold(recordings):
    vocabulary = resources.vocabulary()
    assert len(recordings) >= 250
    assert {r.gold["problem_type"] for r in recordings} <= set(vocabulary.problem_types)
    assert {r.gold["symptom_pattern"] for r in recordings} <= {*vocabulary.symptoms, None}
    assert {r.gold["resolution_pattern"] for r in recordings} <= {*vocabulary.resolutions, None}
    assert {r.gold["outcome"] for r in recordings} <= set(OUTCOMES)
    assert {r.look for r in recordings} == set(LOOKS)


def test_a_third_is_lower_case_half_has_long_false_leads_a_fifth_ends_badly(recordings):
    def misled(r):
        words = Counter()
        for s in r.segments:
            words[s.role in ("false_lead", "tried")] += len(s.text.split()) * (
                s.role in ("false_lead", "tried", "diagnosis")
            )
        return words[True] > words[False]

    share = 1 / len(recordings)
    assert sum(r.look == "lower" for r in recordings) * share >= 0.3
    assert sum(map(misled, recordings)) * share >= 0.5
    assert sum(r.gold["outcome"] != "resolved" for r in recordings) * share >= 0.19


def test_lower_case_recordings_are_lower_case(recordings):
    shouted = [r.family for r in recordings if r.look == "lower" and raw(r.text) != raw(r.text).lower()]
    assert len(shouted) <= 0.02 * len(recordings), shouted
