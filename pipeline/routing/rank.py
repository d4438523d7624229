"""The local rerank: which cases a person reads first. The same over every transport, because it happens here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.packet.lexicon import Lexicon
from pipeline.routing.cases import Case
from pipeline.routing.protocol import Scored

HALF_LIFE_EPOCHS = 8
"""After eight quarters (two years) without a confirmation a case counts half as much as a new one."""

_STACK, _MORE_STACK, _RELATED, _AGREES = 120, 40, 30, 40
"""Hundredths that agreement in a term, in each further term, in a term's parent and in a condition adds."""
_FIT = (100, 300)
_OUTCOME_POINTS = {"resolved": 10, "workaround": 5, "negative": 5, "unresolved": 0}
_EVIDENCE = (85, 150)
LEAST_POINTS, MOST_POINTS = (_EVIDENCE[0] * _FIT[0] // 100, _EVIDENCE[1] * _FIT[1] // 100)
"""Between these lie the points of any case, whatever is asked: native search must not cut closer than their ratio."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the asker says of the situation: lexicon ids and condition values, e.g. {"load_profile": "peak"}."""

    stack: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A case with its similarity (0 to 1, comparable within one query) and the reasons, as codes and ids only."""

    case: Case
    similarity: float
    why: tuple[str, ...]


def rank_cases(
    cases: Iterable[Case], topics: Iterable[Scored], asked: Circumstances, lexicon: Lexicon, *, epoch: str
) -> list[Ranked]:
    """Order cases by topic score, conditions, evidence and age; ties by packet id.

    `topics` are the scored topics the query read; `epoch` is the current one. Scores are integers until the last division.
    """
    by_address = {topic.address: topic for topic in topics}
    best_topic = max((topic.score for topic in by_address.values()), default=0) or 1
    scored: list[_Scored] = []
    for case in cases:
        topic = by_address.get(case.address)
        if topic is None:
            continue
        points, why = points_of(case, asked, lexicon)
        score = topic.score * points * fading(case.newest_epoch, epoch) // 1000
        scored.append((score, case, (f"symptom:{topic.symptom_pattern}", f"problem:{topic.problem_type}", *why)))
    scored.sort(key=lambda item: (-item[0], item[1].packet_id))
    scored = _one_vote_first(scored)
    ideal = best_topic * _EVIDENCE[1] * _best_fit(asked) // 100
    return [Ranked(case, round(min(1.0, score / ideal), 4), why) for score, case, why in scored]


_Scored = tuple[int, Case, tuple[str, ...]]


def _one_vote_first(scored: list[_Scored]) -> list[_Scored]:
    """Put behind all others what a source deposited beyond one packet for the same topic and resolution.

    The packet of a source that fits the question best stands for it, so that copies and contradictions move nobody else.
    """
    first: list[_Scored] = []
    surplus: list[_Scored] = []
    used: set[tuple[str, str, str | None]] = set()
    for item in scored:
        case = item[1]
        votes = {(tag, case.address, case.packet["resolution_pattern"]) for tag in case.sources}
        (surplus if votes <= used else first).append(item)
        used |= votes
    return first + surplus


def points_of(case: Case, asked: Circumstances, lexicon: Lexicon) -> tuple[int, list[str]]:
    """What a case is worth at its topic, from LEAST_POINTS to MOST_POINTS, and which circumstances agree."""
    fit, why = _fit(case, asked, lexicon)
    return _evidence(case) * fit // 100, why


def _fit(case: Case, asked: Circumstances, lexicon: Lexicon) -> tuple[int, list[str]]:
    """How well the circumstances agree, in hundredths, and why. Two terms in common are rare among strangers and weigh most."""
    conditions = case.packet["conditions"]
    fit = 100
    why: list[str] = []
    shared = sorted(set(asked.stack) & set(conditions["stack"]))
    relatives = _relatives(asked.stack, lexicon) & _relatives(conditions["stack"], lexicon)
    if shared:
        fit += _STACK + _MORE_STACK * (len(shared) - 1)
        why += [f"stack:{term}" for term in shared]
    elif relatives:
        fit += _RELATED
        why += [f"related:{term}" for term in sorted(relatives)]
    for name, value in sorted(asked.values.items()):
        if conditions.get(name) == value:
            fit += _AGREES
            why.append(f"{name}:{value}")
    return min(_FIT[1], fit), why


def _best_fit(asked: Circumstances) -> int:
    stack = _STACK + _MORE_STACK * (len(set(asked.stack)) - 1) if asked.stack else 0
    return min(_FIT[1], 100 + stack + _AGREES * len(asked.values))


def _evidence(case: Case) -> int:
    """What the case itself says for it, in points: outcome, confidence, distinct sources, sightings."""
    points = 100
    points += _OUTCOME_POINTS[str(case.packet["outcome"])]
    points += round(10 * float(case.packet["confidence"]))
    points += min(15, 5 * (len(case.sources) - 1))
    worked, did_not = (sum(v == verdict for v in case.verdicts.values()) for verdict in ("worked", "did_not"))
    return points + max(-15, min(15, 5 * (worked - did_not)))


def _relatives(terms: Iterable[str], lexicon: Lexicon) -> set[str]:
    return {lexicon.terms[term].parent or term for term in terms if term in lexicon.terms}


def fading(then: str, now: str) -> int:
    """How much a case of epoch `then` still counts at `now`, in thousandths: halved every HALF_LIFE_EPOCHS quarters."""
    age = max(0, _quarters(now) - _quarters(then))
    return round(1000.0 * math.exp2(-age / HALF_LIFE_EPOCHS))


def _quarters(epoch: str) -> int:
    year, quarter = epoch.split("-Q")
    return int(year) * 4 + int(quarter)
