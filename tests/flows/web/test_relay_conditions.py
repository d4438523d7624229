"""What a relay releases of a packet's conditions, and when."""

import itertools
import json

import hypothesis
import hypothesis.strategies as st
import pytest

from classifiers import resources
from flows.web.relay.conditions import Generaliser, Support, values_of
from pipeline.packet.outcome import CONDITION_ENUMS, Conditions, Outcome
from pipeline.packet.packet import pack
from pipeline.packet.validate import validate
from pipeline.routing.keys import verify
from tests.flows.web.samples import finding, packet, sighting, tombstone

LEXICON = resources.lexicon()


def conditions(deposit):
    return json.loads(deposit.payload)["conditions"]


def test_topic_resolution_and_outcome_go_out_at_once_with_broader_terms_only(exchange):
    here = exchange(k=5)
    made = finding(stack=("postgresql", "sqlalchemy"), versions={"sqlalchemy": "2"})
    here.put("alder", packet("alder", made))
    (released,) = here.get(made.address)
    fields = json.loads(released.payload)
    assert {name: fields[name] for name in ("problem_type", "symptom_pattern", "resolution_pattern", "outcome")} == {
        name: made.fields[name] for name in ("problem_type", "symptom_pattern", "resolution_pattern", "outcome")
    }
    assert sorted(fields["conditions"].pop("stack")) == ["orm", "relational_database"]
    assert fields["conditions"] == {
        "versions": {},
        "load_profile": "unspecified",
        "onset": "unspecified",
        "restart": "unspecified",
    }
    assert verify(released)
    assert b"sqlalchemy" not in b"".join(deposit.payload for deposit in here.everything())


def test_the_fifth_source_releases_what_all_five_share_for_all_of_them(exchange):
    here = exchange(k=5)
    names = ("alder", "birch", "cedar", "elm", "fir")
    for number, name in enumerate(names):
        # Everybody has PostgreSQL under peak load; the ORM of each is another.
        orm = ("sqlalchemy", "hibernate", "django_orm", "sequelize", "prisma_orm")[number]
        made = finding(stack=("postgresql", orm if orm in LEXICON.terms else "kafka"), confidence=0.5 + number / 10)
        here.put(name, packet(name, made))
    before = [conditions(deposit)["stack"] for deposit in here.packets(made.address)]
    assert sum("postgresql" in stack for stack in before) == 1
    here.relay.desk.release_shared()
    after = [conditions(deposit) for deposit in here.packets(made.address)]
    assert len(after) == 5
    assert all("postgresql" in shown["stack"] and shown["load_profile"] == "peak" for shown in after)
    assert not any({"sqlalchemy", "hibernate", "sequelize"} & set(shown["stack"]) for shown in after)
    assert sum(len(case.sources) for case in here.cases(made.address)) == 5


def test_five_packets_of_one_source_are_one_source(exchange):
    here = exchange(k=5)
    for number in range(5):
        here.put("alder", packet(f"tag{number}", finding(confidence=number / 10, resolution=None)))
    here.relay.desk.release_shared()
    assert all("postgresql" not in conditions(d)["stack"] for d in here.packets(finding().address))


def test_values_that_are_common_one_by_one_but_not_together_stay_back(exchange):
    here = exchange(k=2)
    address = finding().address
    here.put("alder", packet("alder", finding(stack=("postgresql", "kafka"), load="idle")))
    here.put("birch", packet("birch", finding(stack=("postgresql",), load="idle")))
    here.put("cedar", packet("cedar", finding(stack=("kafka",), load="idle", confidence=0.1)))
    here.relay.desk.release_shared()
    stacks = [set(conditions(deposit)["stack"]) for deposit in here.packets(address)]
    # The two of them have Kafka, and two have PostgreSQL, but only one has both.
    assert all(len(stack & {"postgresql", "kafka"}) == 1 for stack in stacks)


def test_k_of_one_switches_it_off(exchange):
    here = exchange(k=1)
    made = finding()
    here.put("alder", packet("alder", made))
    assert [deposit.payload for deposit in here.packets(made.address)] == [made.body]


def test_withdrawing_takes_every_released_form_away(exchange):
    here = exchange(k=2)
    mine = packet("alder", finding(confidence=0.3))
    here.put("alder", mine)
    general = here.packets(mine.address)[0]
    here.put("birch", packet("birch", finding(confidence=0.9)))
    here.relay.desk.release_shared()
    full = next(d for d in here.packets(mine.address) if json.loads(d.payload)["confidence"] == 0.3)
    assert (full.payload, full.source_tag) == (mine.payload, general.source_tag)
    here.put("alder", tombstone("alder", mine))
    assert [json.loads(d.payload)["confidence"] for d in here.packets(mine.address)] == [0.9]
    gone = {(d.packet_id, d.source_tag) for d in here.everything() if d.kind == "tombstone"}
    assert gone == {(d.packet_id, d.source_tag) for d in (general, full)}


def test_a_sighting_of_the_general_form_holds_for_the_form_that_follows(exchange):
    here = exchange(k=2)
    mine = packet("alder", finding(confidence=0.3))
    here.put("alder", mine)
    here.put("elm", sighting("elm", here.packets(mine.address)[0], "did_not"))
    here.put("birch", packet("birch", finding(confidence=0.9)))
    here.relay.desk.release_shared()
    case = next(case for case in here.cases(mine.address) if case.packet_id == mine.packet_id)
    assert list(case.verdicts.values()) == ["did_not"]


def test_releases_go_on_after_a_restart(exchange):
    here = exchange(k=2)
    for name in ("alder", "birch"):
        here.put(name, packet(name, finding(confidence=0.3 if name == "alder" else 0.9)))
    here.reopen()
    here.relay.desk.release_shared()
    assert all("sqlalchemy" in conditions(d)["stack"] for d in here.packets(finding().address))


@st.composite
def outcomes(draw):
    vocabulary = resources.vocabulary()
    problem, symptom = draw(
        st.sampled_from([topic for domain in CONDITION_ENUMS for topic in vocabulary.topics(domain)])
    )
    terms = st.lists(st.sampled_from(sorted(LEXICON.terms)), max_size=3)
    enums = {
        name: draw(st.sampled_from(values))
        for name, values in itertools.chain(*(enum.items() for enum in CONDITION_ENUMS.values()))
    }
    versions = draw(st.dictionaries(st.sampled_from(sorted(LEXICON.terms)), st.sampled_from(("2", "17")), max_size=2))
    confidence = draw(st.integers(0, 100)) / 100
    made = Conditions(tuple(draw(terms)), versions, **enums)
    return Outcome(problem, symptom, None, "resolved", confidence, conditions=made)


@hypothesis.given(outcome=outcomes(), data=st.data())
@hypothesis.settings(max_examples=150, deadline=None)
def test_a_generalised_packet_is_a_packet_and_shows_nothing_that_was_not_released(outcome, data):
    made = pack(outcome, resources.vocabulary(), LEXICON)
    values = values_of(made.fields)
    released = data.draw(st.lists(st.sampled_from(values), unique=True) if values else st.just([]))
    body = Generaliser(LEXICON).generalise(json.loads(made.body), released)
    fields = validate(body, resources.vocabulary(), LEXICON)
    broader = {LEXICON.terms[term].parent or term for term in made.fields["conditions"]["stack"]}
    for name, value in values_of(fields):
        assert (name, value) in released or (name == "stack" and value in broader)
    without = {name: value for name, value in fields.items() if name != "conditions"}
    assert without == {name: value for name, value in made.fields.items() if name != "conditions"}
    if released == values:
        assert body == made.body


VALUES = [("stack", name) for name in "abcd"]


@hypothesis.given(
    packets=st.lists(st.tuples(st.sampled_from((b"1", b"2", b"3", b"4")), st.sets(st.sampled_from(VALUES)))),
    k=st.integers(1, 4),
)
@pytest.mark.parametrize("asked", [VALUES, VALUES[::-1]])
def test_what_is_shared_stands_together_with_k_voters_and_cannot_be_added_to(asked, packets, k):
    support = Support()
    for voter, values in packets:
        support.add(voter, sorted(values))

    def voters(values):
        return {voter for voter, own in packets if set(values) <= own}

    taken = support.shared(asked, k)
    if k > 1:
        assert not taken or len(voters(taken)) >= k
        assert all(len(voters([*taken, value])) < k for value in asked if value not in taken)
    else:
        assert taken == asked
