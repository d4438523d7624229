"""A linear head as plain arrays: scores, probabilities, and nothing else to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from classifiers.features.grams import Floats, Row

AnyFloats = TypeVar("AnyFloats", Floats, npt.NDArray[np.float64])


@dataclass(frozen=True)
class LinearHead:
    """`labels` of K classes, `weights` (features, K), `bias` (K,)."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats

    def sparse(self, row: Row) -> Floats:
        """Scores (K,) of one sparse row."""
        columns, values = row
        return (values @ self.weights[columns] + self.bias).astype(np.float32)

    def dense(self, rows: Floats) -> Floats:
        """Scores (n, K) of dense rows (n, features)."""
        return (rows @ self.weights + self.bias).astype(np.float32)


def softmax(scores: Floats, temperature: float = 1.0) -> Floats:
    """Probabilities along the last axis."""
    scaled = scores / temperature
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def log_softmax(scores: AnyFloats) -> AnyFloats:
    """Log-probabilities along the last axis."""
    lowered = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True)), dtype=scores.dtype)
