"""Word 1-2-grams and word beginnings as features in plain numpy, so that no scikit-learn is imported where labels are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
STEM = 5
Row = tuple[npt.NDArray[np.int64], Floats]


@dataclass(frozen=True)
class Grams:
    """A vocabulary of 1-2-grams with inverse document frequencies `idf` (one a gram, float32)."""

    names: tuple[str, ...]
    idf: Floats

    @cached_property
    def index(self) -> dict[str, int]:
        """Column of each gram."""
        return {name: column for column, name in enumerate(self.names)}

    def counts(self, text: str) -> dict[int, float]:
        """Occurrences of the known grams in a normalised text, by column."""
        index = self.index
        found: Counter[int] = Counter()
        for gram in grams_of(text):
            column = index.get(gram)
            if column is not None:
                found[column] += 1
        return dict(found)

    def row(self, counted: Sequence[Mapping[int, float]], weights: Sequence[float]) -> Row:
        """One document out of weighted segments: (columns, values), log counts times idf, of unit length."""
        total: dict[int, float] = {}
        for counts, weight in zip(counted, weights, strict=True):
            if weight > 0:
                for column, count in counts.items():
                    total[column] = total.get(column, 0.0) + weight * count
        columns = np.fromiter(sorted(total), dtype=np.int64, count=len(total))
        amounts = np.array([total[int(c)] for c in columns], dtype=np.float32)
        values = np.log1p(amounts) * self.idf[columns]
        length = float(np.linalg.norm(values))
        return columns, (values / length if length else values).astype(np.float32)


def grams_of(text: str) -> Iterable[str]:
    """Words, word pairs and the beginnings of longer words (marked `~`) of a normalised text."""
    words = text.split()
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))
    yield from (f"~{word[:STEM]}" for word in words if len(word) > STEM)


def fit_grams(texts: Iterable[str], least: int = 4) -> Grams:
    """The grams that stand in at least `least` texts."""
    seen: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        seen.update(set(grams_of(text)))
    names = tuple(sorted(name for name, count in seen.items() if count >= least))
    idf = np.array([np.log((1 + total) / (1 + seen[name])) + 1 for name in names], dtype=np.float32)
    return Grams(names, idf)
