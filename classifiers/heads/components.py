"""The views of one axis that are blended: grams and vectors, of the whole story and of its segments one by one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classifiers.features.grams import Floats, Grams
from classifiers.heads.linear import LinearHead, log_softmax, softmax
from classifiers.heads.roles import GRAM_HEADS
from classifiers.story import Story, axis_weights, pooled
from pipeline.packet.vocabulary import AXES

COMPONENTS: tuple[str, ...] = ("grams", "pooled", "segments", "mixture")
READ_BY_SEGMENT: tuple[str, ...] = (*GRAM_HEADS, *(f"grams.{axis}" for axis in AXES))
SHARPNESS = 10.0  # least-squares scores lie between 0 and 1


def pooled_features(story: Story, roles: Floats, axis: str) -> Floats:
    """What the pooled head reads: the role-weighted mean vector and the mean of everything, (1536,)."""
    everything = np.ones(len(story.segments), dtype=np.float32)
    return np.concatenate([pooled(story, axis_weights(roles, axis)), 0.5 * pooled(story, everything)])


def segment_scores(story: Story, axis: str, scores: Mapping[str, Floats], heads: Mapping[str, LinearHead]) -> Floats:
    """Log-probabilities of each id for each segment alone, (segments, ids). `scores` as SegmentGrams gave them."""
    by_vector = heads[f"segment.{axis}"].dense(story.vectors)
    by_grams = scores[f"grams.{axis}"]
    return log_softmax((SHARPNESS * (by_vector + by_grams)).astype(np.float32))


def components(
    story: Story, roles: Floats, axis: str, grams: Grams, heads: Mapping[str, LinearHead], alone: Floats
) -> Floats:
    """Log-probabilities of each view, (4, ids), in the vocabulary's order. `alone` is what `segment_scores` gave."""
    weights = axis_weights(roles, axis)
    share = weights / (float(weights.sum()) or 1.0)
    by_grams = heads[f"grams.{axis}"].sparse(story.row(grams, weights.tolist()))
    by_pool = heads[f"pooled.{axis}"].dense(pooled_features(story, roles, axis)[None])[0]
    views = [
        log_softmax(SHARPNESS * by_grams),
        log_softmax(SHARPNESS * by_pool),
        log_softmax(share @ alone),
        np.log(share @ softmax(2 * alone) + 1e-4),
    ]
    return np.stack(views)
