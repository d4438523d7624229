"""From axis scores to labels: one domain for all axes, calibrated probabilities, plausible pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from classifiers.features.grams import Floats
from pipeline.packet.vocabulary import AXES, DOMAINS, Vocabulary
from pipeline.routing.nearness import Nearness


@dataclass(frozen=True)
class Tables:
    """Constants of a vocabulary in label order: `domains` (axis -> (ids, 3) 0/1), `usual` (symptoms, problems) 0 to 3."""

    labels: Mapping[str, tuple[str, ...]]
    domains: Mapping[str, Floats]
    usual: Floats


def tables(vocabulary: Vocabulary, nearness: Nearness) -> Tables:
    """Tables of a vocabulary and its nearness grades."""
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
    return Tables(labels, domains, usual)


def decode(beliefs: Mapping[str, Floats], table: Tables, usual_weight: float) -> dict[str, Floats]:
    """Posterior of each axis given independent beliefs (each (ids,), sums to 1).

    All axes share one domain; a problem gains e^(usual_weight) for each grade that it is more usual for a symptom.
    """
    by_domain = np.ones(len(DOMAINS), dtype=np.float64)
    for axis, belief in beliefs.items():
        by_domain *= table.domains[axis].T @ belief + 1e-9
    by_domain /= by_domain.sum()
    problem = _within(beliefs["problem_types"], table.domains["problem_types"], by_domain)
    symptom = _within(beliefs["symptoms"], table.domains["symptoms"], by_domain)
    joint = symptom[:, None] * problem[None, :] * np.exp(usual_weight * table.usual)
    joint *= table.domains["symptoms"] @ table.domains["problem_types"].T
    total = joint.sum()
    if total > 0:
        symptom, problem = joint.sum(axis=1) / total, joint.sum(axis=0) / total
    return {
        "problem_types": problem.astype(np.float32),
        "symptoms": symptom.astype(np.float32),
        "resolutions": _within(beliefs["resolutions"], table.domains["resolutions"], by_domain).astype(np.float32),
    }


def _within(
    belief: Floats, domains: Floats, by_domain: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A belief reweighted so that each domain has the share that all axes together give it."""
    weighed = belief * (domains @ by_domain)
    return np.asarray(weighed / weighed.sum(), dtype=np.float64)
