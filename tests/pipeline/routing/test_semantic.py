"""Native search may leave topics out only where no case of theirs could rank: bounds, vectors and what they prune."""

import dataclasses
import math
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.packet.address import semantic_address
from pipeline.routing.cases import collect_cases
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.protocol import Scored
from pipeline.routing.rank import Circumstances, points_of
from pipeline.routing.semantic import (
    LEAST_POINTS,
    MOST_POINTS,
    UNIT,
    TopicVectors,
    best_first,
    least_product,
)
from tests.pipeline.routing import samples

CONTEXT = samples.context(None)
KNOWN = (CONTEXT.vocabulary, CONTEXT.lexicon)
VECTORS = TopicVectors.of(CONTEXT.vocabulary, CONTEXT.nearness)
SYMPTOMS, PROBLEMS = {"intermittent_503_under_load": 0.7, "elevated_latency": 0.2}, {"connection_pool_exhaustion": 0.8}


def product(address, query):
    return sum(one * other for one, other in zip(VECTORS.vector(address), query, strict=True))


@given(st.lists(st.tuples(st.sampled_from(samples.topics()), st.integers(0, 10**7)), min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_the_inner_product_is_never_below_the_topics_own_score(pairs):
    topics = [Scored(*pair, semantic_address(*pair), score) for pair, score in dict(pairs).items()]
    query = VECTORS.query(topics)
    for topic in topics:
        assert product(topic.address, query) >= UNIT * math.log2(max(1, topic.score)) - 1e-9
    assert sum(map(abs, query)) < 2**24, "32-bit floats would round"


def test_the_inner_product_of_an_enumerated_topic_is_its_score():
    topics = enumerate_topics(SYMPTOMS, PROBLEMS, CONTEXT.vocabulary, CONTEXT.nearness)
    query = VECTORS.query(topics)
    assert all(product(t.address, query) <= UNIT * math.log2(max(1, t.score)) + 5 for t in topics[:20])


def test_points_stay_between_the_bounds_whatever_is_asked():
    chance = random.Random(3)
    values = ("peak", "steady", "unspecified", "time", "clears")
    for number in range(150):
        deposits = [samples.packet_deposit(number, f"org{name}") for name in range(chance.choice((1, 2, 9)))]
        for name in range(chance.choice((0, 0, 9))):
            verdict = chance.choice((b'{"verdict":"worked"}', b'{"verdict":"did_not"}'))
            deposits.append(samples.about(deposits[0], "sighting", f"seen{name}", verdict))
        asked = Circumstances(
            tuple(chance.sample(sorted(CONTEXT.lexicon.terms), 40)),
            {name: chance.choice(values) for name in ("load_profile", "onset", "restart")},
        )
        cases = collect_cases(deposits, *KNOWN, verify=lambda _: True)
        for case in cases:
            points, _ = points_of(case, asked, CONTEXT.lexicon)
            assert LEAST_POINTS <= points <= MOST_POINTS


def test_far_topics_are_left_out_once_the_head_holds_enough():
    topics = enumerate_topics(SYMPTOMS, PROBLEMS, CONTEXT.vocabulary, CONTEXT.nearness)
    best = best_first(topics)[0]
    pair = (best.problem_type, best.symptom_pattern)
    head = [samples.packet_deposit(number, f"org{number}", pair) for number in range(20)]
    query = VECTORS.query(topics)

    def kept(deposits, top_k):
        least = least_product(deposits, topics, top_k, KNOWN)
        return [topic for topic in topics if product(topic.address, query) >= least]

    assert best in kept(head, 5)
    assert len(kept(head, 5)) < 100
    assert kept(head, 21) == topics


def test_what_is_forged_withdrawn_or_copied_supports_nothing():
    topics = enumerate_topics(SYMPTOMS, PROBLEMS, CONTEXT.vocabulary, CONTEXT.nearness)
    pair = (topics[0].problem_type, topics[0].symptom_pattern)
    honest = [samples.packet_deposit(number, f"org{number}", pair) for number in range(3)]
    assert least_product(honest, topics, 3, KNOWN) > 0
    flood = [samples.packet_deposit(number, "org0", pair) for number in range(3)]
    withdrawn = [*honest, samples.about(honest[0], "tombstone", "org0")]
    copies = [samples.packet_deposit(1, f"org{number}", pair) for number in range(5)]
    forged = [*honest[:2], dataclasses.replace(honest[2], signature=bytes(64))]
    for deposits in (flood, withdrawn, copies, forged):
        assert least_product(deposits, topics, 3, KNOWN) < 0
