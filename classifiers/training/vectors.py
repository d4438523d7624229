"""Vectors of the training material's texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifiers.features.encoder import Encoder
from classifiers.features.grams import Floats
from classifiers.training.material import Material


@dataclass(frozen=True)
class Vectors:
    """Vectors by text."""

    rows: Mapping[str, int]
    matrix: Floats

    def of(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 768). Raises KeyError for a text that was not embedded."""
        return self.matrix[[self.rows[text] for text in texts]]


def embed(material: Material, encoder: Encoder) -> Vectors:
    """Vectors of everything."""
    texts = material.texts
    return Vectors({text: row for row, text in enumerate(texts)}, encoder.embed(texts))
