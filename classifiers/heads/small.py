"""Outcome and scope of the fix: a few classes each, read from where in the story they are told."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classifiers.features.grams import Floats
from classifiers.story import Story, axis_weights, pooled
from pipeline.packet.outcome import FIX_SCOPES, OUTCOMES

SMALL_HEADS: Mapping[str, tuple[str, ...]] = {
    "outcome": OUTCOMES,
    "fix_scope": FIX_SCOPES,
}


def small_features(story: Story, roles: Floats) -> Floats:
    """Mean vectors of the resolution's, the symptom's and the last third's segments and of everything, (4 * 384,)."""
    count = len(story.segments)
    last = np.array([1.0 if 3 * i >= 2 * count else 0.0 for i in range(count)], dtype=np.float32)
    views = (axis_weights(roles, "resolutions"), axis_weights(roles, "symptoms"), last, np.ones(count, np.float32))
    return np.concatenate([pooled(story, weights) for weights in views])
