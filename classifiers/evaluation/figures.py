"""Every figure of the report, from judged recordings alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.evaluation.judged import AXIS_NAMES, Judged

RESAMPLES = 1000
SEED = 20261121
THIN = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % bootstrap interval over `count` items."""

    value: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class IdFigures:
    """How one id does: `support` gold items, precision and recall of the best guess (None without a denominator)."""

    id: str
    support: int
    said: int
    precision: float | None
    recall: float | None

    @property
    def thin(self) -> bool:
        """Too few gold items to say anything of this id."""
        return self.support < THIN


def rate(hits: Sequence[bool]) -> Rate:
    """Share of hits with a percentile bootstrap interval (seeded)."""
    if not hits:
        return Rate(0.0, 0.0, 0.0, 0)
    values = np.array(hits, dtype=np.float64)
    chance = np.random.default_rng(SEED)
    means = values[chance.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Rate(float(values.mean()), float(low), float(high), len(values))


def top_rate(judged: Sequence[Judged], axis: str, among: int) -> Rate:
    """Share whose gold id is among the first `among`, where gold states one."""
    return rate([one.right(axis, among) for one in judged if one.told(axis)])


def agreement(judged: Sequence[Judged], name: str) -> Rate:
    """Share whose value of a plain label equals gold, where gold has it."""
    return rate([one.said.get(name) == one.gold[name] for one in judged if one.gold.get(name) is not None])


def listed(judged: Sequence[Judged], name: str) -> tuple[Rate, Rate]:
    """Precision and recall of a list label (`stack`, `ruled_out`, `tried`), item by item."""
    said = [item in one.gold.get(name, ()) for one in judged for item in one.said.get(name, ())]
    wanted = [item in one.said.get(name, ()) for one in judged for item in one.gold.get(name) or ()]
    return rate(said), rate(wanted)


def majority_rate(judged: Sequence[Judged], axis: str) -> Rate:
    """What guessing the commonest id everywhere would score."""
    gold = [one.gold[axis] for one in judged if one.told(axis)]
    if not gold:
        return rate([])
    most = min(Counter(gold).items(), key=lambda item: (-item[1], item[0]))[0]
    return rate([label == most for label in gold])


def risk_coverage(judged: Sequence[Judged], axis: str) -> list[tuple[float, float, float]]:
    """(coverage, share wrong, confidence) as ever less sure guesses are accepted."""
    order = sorted((one for one in judged if one.told(axis)), key=lambda one: -one.confidence(axis))
    wrong, points = 0, []
    for number, one in enumerate(order, 1):
        wrong += not one.right(axis)
        points.append((number / len(order), wrong / number, one.confidence(axis)))
    return points


def accepted(judged: Sequence[Judged], axis: str) -> tuple[Rate, Rate]:
    """Share right of what was accepted, and the share accepted."""
    passing = [one.right(axis) for one in judged if one.accepted[axis]]
    return rate(passing), rate([one.accepted[axis] for one in judged])


def reliability(judged: Sequence[Judged], axis: str, bins: int = 8) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, count) of equal-width bins that hold anything."""
    found = []
    for low in np.arange(bins) / bins:
        inside = [
            one
            for one in judged
            if one.told(axis)
            and low <= one.confidence(axis)
            and (one.confidence(axis) < low + 1 / bins or low + 1 / bins >= 1)
        ]
        if inside:
            sure = float(np.mean([one.confidence(axis) for one in inside]))
            found.append((sure, float(np.mean([one.right(axis) for one in inside])), len(inside)))
    return found


def expected_calibration_error(judged: Sequence[Judged], axis: str) -> float:
    """Mean distance between confidence and share right, weighted by count."""
    bins = reliability(judged, axis)
    total = sum(count for _, _, count in bins)
    return sum(abs(sure - right) * count for sure, right, count in bins) / total if total else 0.0


def confusions(judged: Sequence[Judged], axis: str, most: int = 20) -> list[tuple[str, str, int]]:
    """(gold, said instead, count), commonest first."""
    pairs = Counter(
        (str(one.gold[axis]), one.top[axis][0][0]) for one in judged if one.told(axis) and not one.right(axis)
    )
    return [(gold, said, n) for (gold, said), n in sorted(pairs.items(), key=lambda p: (-p[1], p[0]))[:most]]


def by_group(judged: Sequence[Judged], axis: str, group: Callable[[str], str]) -> Mapping[tuple[str, str], int]:
    """Counts of (group of gold, group of the best guess)."""
    return Counter((group(str(one.gold[axis])), group(one.top[axis][0][0])) for one in judged if one.told(axis))


def per_id(judged: Sequence[Judged], axis: str) -> list[IdFigures]:
    """Every id that is gold or said, the worst recall first, those with thin support last."""
    gold = Counter(str(one.gold[axis]) for one in judged if one.told(axis))
    said = Counter(one.top[axis][0][0] for one in judged if one.told(axis))
    hit = Counter(str(one.gold[axis]) for one in judged if one.told(axis) and one.right(axis))
    rows = [
        IdFigures(
            name,
            gold[name],
            said[name],
            hit[name] / said[name] if said[name] else None,
            hit[name] / gold[name] if gold[name] else None,
        )
        for name in sorted(gold | said)
    ]
    return sorted(rows, key=lambda r: (r.thin, 1.0 if r.recall is None else r.recall, -r.support, r.id))


def other_share(judged: Sequence[Judged], axis: str) -> Rate:
    """Share of best guesses that are an `other_*` id."""
    return rate([one.top[axis][0][0].startswith("other_") for one in judged])


def drift(one: Sequence[Judged], other: Sequence[Judged], axis: str, most: int = 10) -> list[tuple[str, float, float]]:
    """(id, share of best guesses in one batch, in the other), the largest change first."""
    first, second = (Counter(item.top[axis][0][0] for item in batch) for batch in (one, other))
    rows = [
        (name, first[name] / max(1, len(one)), second[name] / max(1, len(other))) for name in sorted(first | second)
    ]
    return sorted(rows, key=lambda r: -abs(r[1] - r[2]))[:most]


def holding(judged: Sequence[Judged]) -> Mapping[str, int]:
    """Why recordings are held: the first axis of the topic that is not sure enough; `emitted` for the rest."""
    reasons: Counter[str] = Counter()
    for one in judged:
        unsure = [axis for axis in AXIS_NAMES[:2] if not one.accepted[axis]]
        reasons[f"{unsure[0]} unsure" if unsure else "emitted"] += 1
    return reasons
