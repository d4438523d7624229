"""Vectors of the training material's texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifiers.features.encoder import Encoder
from classifiers.features.grams import Floats
from classifiers.training.material import Material


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors by text."""

    rows: Mapping[str, int]
    matrix: Floats

    def of(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 768). Raises KeyError for a text that was not embedded."""
        return self.matrix[[self.rows[text] for text in texts]]


VectorsUnder = Callable[[str], Vectors]
"""Vectors of all texts under the adapter of a name."""


def embedded(material: Material, models: Path) -> VectorsUnder:
    """Vectors of everything under each adapter of a model folder, made when they are first asked for."""
    texts = material.texts
    rows = {text: row for row, text in enumerate(texts)}

    @cache
    def under(adapter: str) -> Vectors:
        return Vectors(rows, Encoder.load(models, adapter=adapter).embed(texts))

    return under
