"""Gram scores of single segments under several heads at once: one look-up of a segment's grams serves them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from classifiers.features.grams import Floats, Grams
from classifiers.heads.linear import LinearHead
from classifiers.story import Story


class SegmentGrams:
    """The heads of some names side by side."""

    def __init__(self, grams: Grams, heads: Mapping[str, LinearHead], names: Iterable[str]) -> None:
        """`heads` read grams: their weights have a row a gram."""
        self._grams = grams
        self._names = tuple(names)
        self._weights = np.concatenate([heads[name].weights for name in self._names], axis=1)
        self._bias = np.concatenate([heads[name].bias for name in self._names])
        self._ends = np.cumsum([len(heads[name].labels) for name in self._names])[:-1]

    def read(self, story: Story) -> dict[str, Floats]:
        """Scores (segments, labels) by head name."""
        scores = np.tile(self._bias, (len(story.segments), 1)).astype(np.float32)
        for place, counts in enumerate(story.counts):
            columns, values = self._grams.row([counts], [1.0])
            scores[place] += values @ self._weights[columns]
        return dict(zip(self._names, np.split(scores, self._ends, axis=1), strict=True))
