"""Which role each segment plays: two views of a segment among its neighbours, then the usual order of roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from classifiers.corpus import ROLES
from classifiers.features.grams import Floats, Grams, Row
from classifiers.heads.linear import LinearHead, softmax
from classifiers.story import Story

NEIGHBOUR = 0.6
GRAM_HEADS = ("role.own", "role.before", "role.after")
# How much a role tells, in the order of ROLES: what the ids are read from first, small talk last.
TELLING = np.array([0.2, 1.0, 0.4, 0.5, 1.0, 1.0, 0.3, 0.0], dtype=np.float32)
SHARPNESS = 3.0


def vector_features(story: Story) -> Floats:
    """Each segment's vector with those before and after it and its place, (segments, 3 * 768 + 3)."""
    vectors = story.vectors * np.repeat([1.0, 2.0], story.vectors.shape[1] // 2).astype(np.float32)
    nothing = np.zeros((1, vectors.shape[1]), dtype=np.float32)
    before = np.concatenate([nothing, vectors[:-1]])
    after = np.concatenate([vectors[1:], nothing])
    return np.concatenate(
        [vectors, NEIGHBOUR * before, NEIGHBOUR * after, _places(len(vectors))], axis=1, dtype=np.float32
    )


def gram_rows(story: Story, grams: Grams) -> list[Row]:
    """Each segment's grams, then those of the one before and the one after, then its place; 3 * grams + 3 columns."""
    width = len(grams.names)
    own = [grams.row([counts], [1.0]) for counts in story.counts]
    places = _places(len(own))
    empty: Row = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
    rows = []
    for i, (columns, values) in enumerate(own):
        before, after = own[i - 1] if i else empty, own[i + 1] if i + 1 < len(own) else empty
        rows.append(
            (
                np.concatenate([columns, before[0] + width, after[0] + 2 * width, 3 * width + np.arange(3)]),
                np.concatenate([values, NEIGHBOUR * before[1], NEIGHBOUR * after[1], places[i]]).astype(np.float32),
            )
        )
    return rows


def split_gram_head(head: LinearHead, width: int) -> dict[str, LinearHead]:
    """The head over `gram_rows` as heads over single segments, for the segment itself, as the one before, as the one after."""
    parts = dict(zip(GRAM_HEADS, np.split(head.weights, [width, 2 * width, 3 * width]), strict=False))
    nothing = np.zeros_like(head.bias)
    heads = {name: LinearHead(head.labels, weights, nothing) for name, weights in parts.items()}
    return heads | {"role.place": LinearHead(head.labels, head.weights[3 * width :], head.bias)}


def gram_scores(scores: Mapping[str, Floats], place: LinearHead) -> Floats:
    """Role scores (segments, 8) out of the scores that `SegmentGrams` gave for GRAM_HEADS."""
    own = scores["role.own"] + place.dense(_places(len(scores["role.own"])))
    own[1:] += NEIGHBOUR * scores["role.before"][:-1]
    own[:-1] += NEIGHBOUR * scores["role.after"][1:]
    return np.asarray(own, dtype=np.float32)


def role_beliefs(story: Story, scores: Mapping[str, Floats], heads: Mapping[str, LinearHead], order: Floats) -> Floats:
    """Probability of each role for each segment, (segments, 8).

    `scores` as SegmentGrams gave them; `order` (8, 8): how much likelier a role is after another.
    """
    if not story.segments:
        return np.zeros((0, len(ROLES)), dtype=np.float32)
    by_vector = heads["role.vectors"].dense(vector_features(story))
    by_grams = gram_scores(scores, heads["role.place"])
    return in_order(softmax(SHARPNESS * (by_vector + by_grams)), order)


def worth_encoding(scores: Mapping[str, Floats], heads: Mapping[str, LinearHead], most: int) -> list[int]:
    """The places of at most `most` segments that by their grams alone tell something, in order."""
    belief = softmax(SHARPNESS * gram_scores(scores, heads["role.place"]))
    order = np.argsort(-(belief @ TELLING), kind="stable")[:most]
    return sorted(int(place) for place in order)


def in_order(beliefs: Floats, order: Floats) -> Floats:
    """Beliefs (segments, 8) given the beliefs of all other segments: forward and backward over the usual order."""
    count = len(beliefs)
    forward, backward = np.ones_like(beliefs), np.ones_like(beliefs)
    for i in range(1, count):
        step = (forward[i - 1] * beliefs[i - 1]) @ order
        forward[i] = step / step.sum()
    for i in range(count - 2, -1, -1):
        step = order @ (backward[i + 1] * beliefs[i + 1])
        backward[i] = step / step.sum()
    joint = beliefs * forward * backward
    return np.asarray(joint / joint.sum(axis=1, keepdims=True), dtype=np.float32)


def usual_order(told: Sequence[Sequence[str]], strength: float = 0.5) -> list[list[float]]:
    """How much likelier a role is after another than anywhere, tempered; (8, 8)."""
    counts = np.ones((len(ROLES), len(ROLES)))
    for roles in told:
        for one, other in pairwise(roles):
            counts[ROLES.index(one), ROLES.index(other)] += 1
    lift = (counts / counts.sum(axis=1, keepdims=True)) / (counts.sum(axis=0) / counts.sum())
    tempered: np.ndarray[Any, Any] = lift**strength
    return [[round(float(x), 4) for x in row] for row in tempered]


def _places(count: int) -> Floats:
    place = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    return np.concatenate([place, place**2, 1 - place], axis=1)
