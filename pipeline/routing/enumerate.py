"""Which topics a query reads: a constant number, led by symptoms, scored in integers so that every machine agrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.packet.address import semantic_address
from pipeline.packet.vocabulary import DOMAINS, Vocabulary
from pipeline.routing.nearness import Nearness
from pipeline.routing.protocol import Scored

DEFAULT_TOPICS = 128

_SYMPTOM_WEIGHT = (0, 12, 35, 60)
"""Weight of a symptom that is graded 0-3 near a believed one, in hundredths; the believed symptom itself weighs 100."""
USUAL_WEIGHT = (6, 30, 60, 100)
"""Weight of a problem by how usual it is (0-3) for the symptom, in hundredths."""
_PROBLEM_WEIGHT = (0, 5, 15, 30)
"""Weight of a problem that is graded 0-3 near a believed one, in hundredths; the believed problem itself weighs 100."""
_FLOOR = 20
"""What a problem that the question says nothing for still counts, in thousandths: the writer does not know the cause."""

Beliefs = Mapping[str, float]
"""Ids of one axis with probabilities."""


def enumerate_topics(
    symptoms: Beliefs, problems: Beliefs, vocabulary: Vocabulary, nearness: Nearness, count: int = DEFAULT_TOPICS
) -> list[Scored]:
    """The `count` most promising topics, best first, ties by id.

    A topic's score is symptom belief x usualness of the problem for the symptom x problem belief, each spread over near ids by
    grade. Always returns `count` topics (as many as the vocabulary has, if fewer), so that the number of reads says nothing.
    """
    symptom_scores = _spread(symptoms, list(vocabulary.symptoms), nearness.symptom, _SYMPTOM_WEIGHT)
    problem_scores = _spread(problems, list(vocabulary.problem_types), nearness.problem, _PROBLEM_WEIGHT)
    scored = [
        (
            score_topic(symptom_scores[symptom], problem_scores[problem], nearness.usual(symptom, problem)),
            problem,
            symptom,
        )
        for domain in DOMAINS
        for problem, symptom in vocabulary.topics(domain)
    ]
    scored.sort(key=lambda item: (-item[0], item[1], item[2]))
    return [
        Scored(problem, symptom, semantic_address(problem, symptom), score)
        for score, problem, symptom in scored[:count]
    ]


def score_topic(symptom_score: int, problem_score: int, usual: int) -> int:
    """Score of a topic from its symptom's and problem's scores (thousandths) and the usualness grade 0-3."""
    return symptom_score * (problem_score + _FLOOR) * USUAL_WEIGHT[usual] // 100


def _spread(
    beliefs: Beliefs, ids: list[str], grade: Callable[[str, str], int], weights: tuple[int, ...]
) -> dict[str, int]:
    thousandths = {name: round(1000 * belief) for name, belief in beliefs.items()}
    scores: dict[str, int] = {}
    for name in ids:
        total = 0
        for believed, belief in thousandths.items():
            weight = 100 if believed == name else weights[grade(believed, name)]
            total += belief * weight
        scores[name] = total // 100
    return scores
