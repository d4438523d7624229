"""Vectors of the training material's texts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from classifiers.features.encoder import Encoder
from classifiers.features.grams import Floats
from classifiers.training.material import Material

CHUNK = 512


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
    """Vectors of everything under each adapter of a model folder, made when they are first asked for, on all cores."""
    texts = material.texts
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    # What shares a batch must not depend on the machine, because the integer encoder scales by it.
    chunks = [order[at : at + CHUNK] for at in range(0, len(order), CHUNK)]
    rows = {texts[i]: row for row, i in enumerate(order)}

    @cache
    def under(adapter: str) -> Vectors:
        with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as pool:
            parts = pool.map(_embed, repeat(models), repeat(adapter), ([texts[i] for i in chunk] for chunk in chunks))
            return Vectors(rows, np.concatenate(list(parts)))

    return under


@cache
def _encoder(models: Path, adapter: str) -> Encoder:
    return Encoder.load(models, threads=1, adapter=adapter)


def _embed(models: Path, adapter: str, texts: Sequence[str]) -> Floats:
    return _encoder(models, adapter).embed(texts)
