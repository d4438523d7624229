"""What native search shares: topics as integer vectors, and which topics can still enter the first `top_k` cases.

A topic's score is a product: of its symptom's score, its problem's score (both spread over near ids by nearness grade) and the
weight of its usualness grade. In logarithms that is a sum, so an inner product can say it. A topic's vector marks its problem,
its symptom and its usualness grade; the query vector holds a logarithm for each of them, chosen so that the inner product is
never below the logarithm of the topic's score: a vector index can cut by it without ever losing a topic that counts. All values
are integers that 32-bit floats hold exactly.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from pipeline.packet.address import semantic_address
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.vocabulary import DOMAINS, Vocabulary
from pipeline.routing.cases import collect_cases
from pipeline.routing.enumerate import USUAL_WEIGHT
from pipeline.routing.keys import current_epoch
from pipeline.routing.nearness import Nearness
from pipeline.routing.protocol import Deposit, Scored
from pipeline.routing.rank import LEAST_POINTS, MOST_POINTS, fading

NEWEST = 200
"""How many deposits of each kind a search reads at an address: what `get` reads."""
HEAD = 8
"""How many of the best topics are read first, to learn what the others have to beat."""
UNIT = 100
"""Logarithms are to base 2, in hundredths."""
_NOT_ASKED = -100 * UNIT
_MOST_CHECKS = 4


@dataclass(frozen=True, slots=True)
class TopicVectors:
    """The topics of one vocabulary: address to (problem, symptom), and their vectors."""

    vocabulary: Vocabulary
    nearness: Nearness
    topics: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, vocabulary: Vocabulary, nearness: Nearness) -> TopicVectors:
        """All topics of a vocabulary by address."""
        pairs = [pair for domain in DOMAINS for pair in vocabulary.topics(domain)]
        return cls(vocabulary, nearness, {semantic_address(*pair): pair for pair in pairs})

    @property
    def size(self) -> int:
        """Length of every vector."""
        return len(self.vocabulary.problem_types) + len(self.vocabulary.symptoms) + len(USUAL_WEIGHT)

    def vector(self, address: str) -> list[int]:
        """The vector of a known topic. Raises KeyError for an address that this vocabulary does not know."""
        problem, symptom = self.topics[address]
        usual = self.nearness.usual(symptom, problem)
        marks = [int(name == problem) for name in self.vocabulary.problem_types]
        marks += [int(name == symptom) for name in self.vocabulary.symptoms]
        return marks + [int(grade == usual) for grade in range(len(USUAL_WEIGHT))]

    def query(self, topics: Sequence[Scored]) -> list[int]:
        """The query vector of scored topics."""
        grades = [_log(weight) for weight in USUAL_WEIGHT]
        rest = {
            (t.problem_type, t.symptom_pattern): _log(t.score)
            - grades[self.nearness.usual(t.symptom_pattern, t.problem_type)]
            for t in topics
        }
        symptoms: dict[str, int] = {}
        for (_, symptom), value in rest.items():
            symptoms[symptom] = max(symptoms.get(symptom, value), value)
        problems: dict[str, int] = {}
        for (problem, symptom), value in rest.items():
            above = value - symptoms[symptom]
            problems[problem] = max(problems.get(problem, above), above)
        weights = [problems.get(name, _NOT_ASKED) for name in self.vocabulary.problem_types]
        return weights + [symptoms.get(name, _NOT_ASKED) for name in self.vocabulary.symptoms] + grades


def best_first(topics: Sequence[Scored]) -> list[Scored]:
    """Topics by score, best first."""
    return sorted(topics, key=attrgetter("score"), reverse=True)


def least_score(
    head: Iterable[Deposit], topics: Sequence[Scored], top_k: int, known: tuple[Vocabulary, Lexicon]
) -> int:
    """The score below which a topic's cases can no longer rank among the first `top_k`; 0 where that is not certain.

    `head`: what lies at the HEAD best topics, up to NEWEST of each kind. Certain to be ranked are genuine packets with a source
    that has no other packet there; what the `top_k`-th of them is worth at the very least has to be reached by the best that
    a case of another topic could be worth.
    """
    scores = {topic.address: topic.score for topic in topics}
    today = current_epoch()
    certain: dict[str, int] = {}
    candidates = sorted(_loyal(head, scores, today), key=lambda item: -item[0])
    # Strangers may fill a topic with forgeries; beyond so many signatures, reading everything is cheaper.
    for worth, deposit in candidates[: _MOST_CHECKS * top_k]:
        if deposit.packet_id not in certain and collect_cases([deposit], *known):
            certain[deposit.packet_id] = worth
            if len(certain) == top_k:
                return worth // MOST_POINTS
    return 0


def least_product(
    head: Iterable[Deposit], topics: Sequence[Scored], top_k: int, known: tuple[Vocabulary, Lexicon]
) -> int:
    """The inner product of a topic whose score is the least (see `least_score`)."""
    least = least_score(head, topics, top_k, known)
    return _log(least) - 1 if least else _NOT_ASKED  # 1 for the rounding up


def _loyal(head: Iterable[Deposit], scores: dict[str, int], today: str) -> list[tuple[int, Deposit]]:
    """Deposits of sources with one packet there each, with the least score the rerank can give them.

    Nobody else can have used such a source's vote, so its packet is ranked by its score.
    """
    deposits = list(head)
    withdrawn = {(d.packet_id, d.source_tag) for d in deposits if d.kind == "tombstone"}
    packets = [d for d in deposits if d.kind == "packet" and (d.packet_id, d.source_tag) not in withdrawn]
    packets_of = Counter(d.source_tag for d in packets)
    return [
        (scores[d.address] * LEAST_POINTS * fading(d.epoch, today) // 1000, d)
        for d in packets
        if packets_of[d.source_tag] == 1
    ]


def _log(score: int) -> int:
    """Rounded up; nothing lies below a score of 1."""
    return math.ceil(UNIT * math.log2(max(1, score)))
