"""Enumeration and the local rerank: constant reads, same ranking everywhere, one vote a source."""

import datetime as dt
import hashlib
import random

import pytest

from classifiers import resources
from pipeline.packet.address import semantic_address
from pipeline.packet.outcome import Conditions, Outcome
from pipeline.packet.packet import pack
from pipeline.routing.cases import collect_cases
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.keys import epoch_of, sign
from pipeline.routing.rank import Circumstances, fading, rank_cases

VOCABULARY, LEXICON, NEARNESS = resources.vocabulary(), resources.lexicon(), resources.nearness()
NOW = "2026-Q4"
SYMPTOMS = {"intermittent_503_under_load": 0.7, "elevated_latency": 0.2}


def packet(
    resolution="orm_timeout_alignment", outcome="resolved", confidence=0.9, stack=(), problem=None, symptom=None, **c
):
    return pack(
        Outcome(
            problem or "connection_pool_exhaustion",
            symptom or "intermittent_503_under_load",
            resolution,
            outcome,
            confidence,
            conditions=Conditions(tuple(stack), **c),
        ),
        VOCABULARY,
        LEXICON,
    )


def deposit(p, source="one", epoch=NOW, kind="packet", payload=None):
    secret = hashlib.sha256(source.encode()).digest()
    return sign(secret, kind, p.address, p.packet_id, p.body if payload is None else payload, epoch)


NOTHING_SAID = Circumstances()


def ranked(deposits, circumstances=NOTHING_SAID, problems=None):
    topics = enumerate_topics(SYMPTOMS, problems or {}, VOCABULARY, NEARNESS)
    cases = collect_cases(deposits, VOCABULARY, LEXICON)
    return rank_cases(cases, topics, circumstances, LEXICON, epoch=NOW)


def test_the_number_of_topics_read_does_not_depend_on_the_question():
    for beliefs in ({}, {"stale_data": 1.0}, dict.fromkeys(VOCABULARY.symptoms, 0.01)):
        assert len(enumerate_topics(beliefs, {}, VOCABULARY, NEARNESS)) == 128


def test_symptoms_lead_and_the_usual_problems_come_first():
    topics = enumerate_topics(SYMPTOMS, {}, VOCABULARY, NEARNESS)
    assert topics[0].symptom_pattern == "intermittent_503_under_load"
    assert NEARNESS.usual("intermittent_503_under_load", topics[0].problem_type) == 3
    assert [t.score for t in topics] == sorted((t.score for t in topics), reverse=True)
    assert all(t.address == semantic_address(t.problem_type, t.symptom_pattern) for t in topics)


def test_a_known_problem_moves_its_topics_to_the_front():
    topics = enumerate_topics(SYMPTOMS, {"dns_failure": 1.0}, VOCABULARY, NEARNESS)
    assert topics[0].problem_type == "dns_failure"


def test_two_organisations_with_the_same_finding_are_two_sources_of_one_case():
    p = packet()
    (case,) = collect_cases([deposit(p, "one"), deposit(p, "two")], VOCABULARY, LEXICON)
    assert len(case.sources) == 2


def test_forged_withdrawn_misplaced_and_foreign_deposits_do_not_count():
    p = packet()
    good = deposit(p, "one")
    forged = deposit(p, "two")
    forged = type(forged)(
        forged.kind, forged.address, forged.packet_id, forged.payload, forged.source_tag, "2020-Q1", forged.signature
    )
    withdrawn, tombstone = deposit(p, "three"), deposit(p, "three", kind="tombstone", payload=b"")
    others_tombstone = deposit(p, "four", kind="tombstone", payload=b"")
    misplaced = sign(b"5" * 32, "packet", "f" * 16, p.packet_id, p.body, NOW)
    body = b'{"v":2}'
    newer = sign(b"6" * 32, "packet", p.address, hashlib.sha256(body).hexdigest(), body, NOW)
    deposits = [good, forged, withdrawn, tombstone, others_tombstone, misplaced, newer]
    (case,) = collect_cases(deposits, VOCABULARY, LEXICON)
    assert set(case.sources) == {good.source_tag}


def test_ranking_does_not_depend_on_the_order_in_which_deposits_arrive():
    deposits = [
        deposit(packet(r, stack=s, confidence=c), f"org{i}")
        for i, (r, s, c) in enumerate(
            [("retry_backoff", ("redis",), 0.5), ("code_fix", (), 0.7), ("service_restart", ("postgresql",), 0.9)] * 3
        )
    ]
    first = [item.case.packet_id for item in ranked(deposits)]
    for seed in range(5):
        random.Random(seed).shuffle(deposits)
        assert [item.case.packet_id for item in ranked(deposits)] == first


def test_conditions_that_agree_come_first_and_say_why():
    same = packet(stack=("sqlalchemy",), load_profile="peak", restart="returns")
    other = packet("capacity_increase", stack=("kafka",), load_profile="idle")
    result = ranked(
        [deposit(other, "a"), deposit(same, "b")],
        Circumstances(("sqlalchemy",), {"load_profile": "peak", "restart": "returns"}),
    )
    assert [item.case.packet_id for item in result] == [same.packet_id, other.packet_id]
    assert {"stack:sqlalchemy", "load_profile:peak", "restart:returns"} <= set(result[0].why)


def test_ten_thousand_copies_of_one_source_move_nobody_past_one_vote():
    honest = [
        deposit(packet("retry_backoff", confidence=0.3), "honest"),
        deposit(packet("code_fix", confidence=0.3), "other"),
    ]
    flood = [
        deposit(packet("service_restart", outcome, confidence / 100, stack=stack), "flooder")
        for outcome in ("resolved", "unresolved", "workaround")
        for confidence in range(101)
        for stack in ((), ("redis",), ("postgresql",))
    ]
    result = ranked(honest + flood)
    positions = [i for i, item in enumerate(result) if item.case.packet["resolution_pattern"] != "service_restart"]
    assert max(positions) <= 2, "the flooder's one vote may stand before the honest ones, its copies may not"


def test_confirmation_lifts_and_refutation_lowers():
    one, two = packet("retry_backoff"), packet("code_fix")
    votes = [deposit(one, f"v{i}", kind="sighting", payload=b'{"verdict":"did_not"}') for i in range(3)]
    votes += [deposit(two, f"w{i}", kind="sighting", payload=b'{"verdict":"worked"}') for i in range(3)]
    result = ranked([deposit(one, "a"), deposit(two, "b"), *votes])
    assert result[0].case.packet_id == two.packet_id


def test_old_cases_fade_by_the_documented_half_life_and_a_confirmation_renews_them():
    assert fading("2024-Q4", "2026-Q4") == 500
    assert fading("2026-Q4", "2026-Q4") == fading("2027-Q1", "2026-Q4") == 1000
    old, new = packet("retry_backoff"), packet("code_fix")
    deposits = [deposit(old, "a", epoch="2020-Q1"), deposit(new, "b")]
    assert ranked(deposits)[0].case.packet_id == new.packet_id
    renewed = deposit(old, "c", kind="sighting", payload=b'{"verdict":"worked"}')
    scores = {item.case.packet_id: item.similarity for item in ranked([*deposits, renewed])}
    assert scores[old.packet_id] >= scores[new.packet_id]


@pytest.mark.parametrize(
    ("day", "epoch"), [("2026-01-01", "2026-Q1"), ("2026-06-30", "2026-Q2"), ("2026-12-31", "2026-Q4")]
)
def test_epochs_are_quarters(day, epoch):
    assert epoch_of(dt.date.fromisoformat(day)) == epoch


def test_the_published_sketch_cannot_meet_a_deposit():
    """A deposit hashed over three labels and a query hashed over two share no address, whatever the labels."""

    def sketch(*labels):
        return hashlib.sha256(":".join(labels).encode()).hexdigest()

    deposits = {
        sketch(p, s, r)
        for p in VOCABULARY.problem_types
        for s in VOCABULARY.symptoms
        for r in ("code_fix", "service_restart", "unresolved")
    }
    queries = {sketch(p, s) for p in VOCABULARY.problem_types for s in VOCABULARY.symptoms}
    assert not deposits & queries
