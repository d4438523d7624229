"""From axis scores to beliefs: one domain for all axes, plausible pairs of symptom and problem, of problem and fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from classifiers import resources
from classifiers.features.grams import Floats
from pipeline.packet.vocabulary import AXES, DOMAINS, Vocabulary
from pipeline.routing.nearness import Nearness

OUTSIDE = 0.02  # what an id of another domain than the story's still counts beside the best id of that domain


@dataclass(frozen=True)
class Tables:
    """Constants of a vocabulary in label order, grades from 0 to 3.

    `domains` axis -> (ids, 3) 0/1; `usual` (symptoms, problems): how usual a problem is for a symptom; `fixes` (problems,
    resolutions): how usual a resolution is for a problem.
    """

    labels: Mapping[str, tuple[str, ...]]
    domains: Mapping[str, Floats]
    usual: Floats
    fixes: Floats


def tables(vocabulary: Vocabulary, nearness: Nearness, fixes: Mapping[str, Mapping[str, int]]) -> Tables:
    """Tables of a vocabulary, its nearness grades and usual fixes (problem -> resolution -> grade)."""
    labels: dict[str, tuple[str, ...]] = {axis: tuple(vocabulary.axis(axis)) for axis in AXES}
    domains: dict[str, Floats] = {
        axis: np.array(
            [[term.domain in (domain, "any") for domain in DOMAINS] for term in vocabulary.axis(axis).values()],
            dtype=np.float32,
        )
        for axis in AXES
    }
    usual = np.array(
        [[nearness.usual(s, p) for p in labels["problem_types"]] for s in labels["symptoms"]], dtype=np.float32
    )
    mended = np.array(
        [[fixes.get(p, {}).get(r, 0) for r in labels["resolutions"]] for p in labels["problem_types"]], dtype=np.float32
    )
    return Tables(labels, domains, usual, mended)


def committed_tables() -> Tables:
    """The tables of the committed data."""
    return tables(resources.vocabulary(), resources.nearness(), resources.usual_fixes())


def decode(
    beliefs: Mapping[str, Floats], table: Tables, weights: Mapping[str, float], domain: str | None = None
) -> dict[str, Floats]:
    """Posterior of each axis given independent beliefs (each (ids,), sums to 1).

    The best ids of all axes share one domain: `domain`, or the likeliest. Each grade multiplies: by e^`usual` a symptom and a problem that go together, by e^`fixed_by` a
    problem whose usual fix was told, by e^`fixes` a resolution that usually ends the problem.
    """
    by_domain = np.ones(len(DOMAINS), dtype=np.float64)
    for axis, belief in beliefs.items():
        by_domain *= table.domains[axis].T @ belief + 1e-9
    by_domain /= by_domain.sum()
    problem = _within(beliefs["problem_types"], table.domains["problem_types"], by_domain)
    symptom = _within(beliefs["symptoms"], table.domains["symptoms"], by_domain)
    resolution = _within(beliefs["resolutions"], table.domains["resolutions"], by_domain)
    problem = _normal(problem * (np.exp(weights["fixed_by"] * table.fixes) @ resolution))
    joint = symptom[:, None] * problem[None, :] * np.exp(weights["usual"] * table.usual)
    joint *= table.domains["symptoms"] @ table.domains["problem_types"].T
    if domain is None:
        domain = DOMAINS[int((joint.sum(axis=0) @ table.domains["problem_types"]).argmax())]
    symptom = _inside(joint.sum(axis=1), table.domains["symptoms"], domain)
    problem = _inside(joint.sum(axis=0), table.domains["problem_types"], domain)
    resolution = _normal(resolution * (problem @ np.exp(weights["fixes"] * table.fixes)))
    return {
        "problem_types": problem.astype(np.float32),
        "symptoms": symptom.astype(np.float32),
        "resolutions": _inside(resolution, table.domains["resolutions"], domain).astype(np.float32),
    }


def _inside(
    weighed: np.ndarray[tuple[int], np.dtype[np.float64]], domains: Floats, domain: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A belief, of any scale, that keeps its order within the domain; everything outside comes after the best within."""
    positive, inside = weighed + 1e-12, domains[:, DOMAINS.index(domain)] > 0
    return _normal(np.where(inside, positive, OUTSIDE * positive * positive[inside].max() / positive.max()))


def _normal(weighed: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(weighed / weighed.sum(), dtype=np.float64)


def _within(
    belief: Floats, domains: Floats, by_domain: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A belief reweighted so that each domain has the share that all axes together give it."""
    weighed = belief * (domains @ by_domain)
    return np.asarray(weighed / weighed.sum(), dtype=np.float64)
