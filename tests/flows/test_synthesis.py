"""Synthesis: distinct sources rather than claims, one vote each, negatives counted with the same care."""

import hashlib

from classifiers import resources
from flows.synthesis import synthesize
from pipeline.packet.outcome import Outcome
from pipeline.packet.packet import pack
from pipeline.routing.cases import collect_cases
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.keys import sign
from pipeline.routing.rank import Circumstances, rank_cases

VOCABULARY, LEXICON, NEARNESS = resources.vocabulary(), resources.lexicon(), resources.nearness()
NOW = "2026-Q4"


def deposit(source, resolution, outcome="resolved", confidence=0.9, epoch=NOW, **fields):
    p = pack(Outcome("cache_failure", "stale_data", resolution, outcome, confidence, **fields), VOCABULARY, LEXICON)
    return sign(hashlib.sha256(source.encode()).digest(), "packet", p.address, p.packet_id, p.body, epoch)


def synthesis_of(*deposits):
    topics = enumerate_topics({"stale_data": 1.0}, {}, VOCABULARY, NEARNESS)
    cases = collect_cases(deposits, VOCABULARY, LEXICON)
    return synthesize(rank_cases(cases, topics, Circumstances(), LEXICON, epoch=NOW), NOW)


def by_resolution(synthesis):
    return {f.resolution_pattern: f for f in synthesis.findings}


def test_one_source_with_many_packets_is_one_case():
    many = [deposit("loud", "cache_rebuild", confidence=c / 100) for c in range(50)]
    finding = by_resolution(synthesis_of(*many))["cache_rebuild"]
    assert (finding.cases, finding.worked, finding.did_not) == (1, 1, 0)
    assert finding.confidence < 0.7


def test_two_organisations_are_two_cases_and_more_evidence_is_more_confidence():
    two = by_resolution(synthesis_of(*(deposit(f"o{i}", "cache_rebuild") for i in range(2))))["cache_rebuild"]
    ten = by_resolution(synthesis_of(*(deposit(f"o{i}", "cache_rebuild") for i in range(10))))["cache_rebuild"]
    assert (two.cases, ten.cases) == (2, 10)
    assert 0.5 < two.confidence < ten.confidence < 1


def test_what_did_not_help_counts_against_it():
    synthesis = synthesis_of(
        deposit("a", "config_correction", tried=("cache_rebuild",)),
        deposit("b", "cache_rebuild"),
        deposit("c", "cache_rebuild", "unresolved"),
    )
    rebuild = by_resolution(synthesis)["cache_rebuild"]
    assert (rebuild.cases, rebuild.worked, rebuild.did_not) == (3, 1, 2)
    assert rebuild.confidence < 0.5
    assert synthesis.findings[0].resolution_pattern == "config_correction"


def test_a_contradicting_source_has_its_latest_vote_only():
    synthesis = synthesis_of(
        deposit("a", "cache_rebuild", "resolved", epoch="2025-Q1"), deposit("b", "cache_rebuild", "unresolved")
    )
    finding = by_resolution(synthesis)["cache_rebuild"]
    assert (finding.worked, finding.did_not) == (1, 1)
    flipped = by_resolution(
        synthesis_of(deposit("a", "cache_rebuild", "resolved"), deposit("a", "cache_rebuild", "unresolved"))
    )["cache_rebuild"]
    assert flipped.cases == 1


def test_ruled_out_causes_are_counted_by_source_and_the_summary_says_how_many_match():
    synthesis = synthesis_of(
        deposit("a", "cache_rebuild", ruled_out=("dns_failure",)),
        deposit("b", "cache_rebuild", ruled_out=("dns_failure",)),
    )
    assert synthesis.ruled_out == {"dns_failure": 2}
    assert "2 cases resolved, of 2 cases like yours" in synthesis.summary
    assert "cache_rebuild (2 of 2)" in synthesis.summary


def test_nothing_found_is_said_plainly():
    assert synthesis_of().summary == "No case matches these symptoms yet."
