"""Context decides whether an ordinary word is used as somebody's or something's name.

A linear model over the words around the one in question. Names, unknown words and masks stand in it as `<ID>`, a run of
them as one, so the verdict on a word does not depend on which name stands beside it. The weights are fitted on
hand-written annotated speech by `benchmarks/redaction_fit.py` and committed as `context.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.redaction.words import Word

EDGE = ("<S>", "edge")
_MODEL = Path(__file__).with_name("context.json")


@dataclass(frozen=True, slots=True)
class Unit:
    """One word, or a run of masked words: the token indices `[first, last]`, its name among neighbours and its group."""

    first: int
    last: int
    rep: str
    group: str
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class ContextModel:
    """Feature weights for "is an identifier", and per entity type. `threshold` is the log-odds from which a word is masked."""

    weights: dict[str, float]
    threshold: float
    types: dict[str, dict[str, float]]

    def score(self, features: Iterable[str]) -> float:
        """Log-odds that the word identifies somebody or something."""
        get = self.weights.get
        return get("bias", 0.0) + math.fsum(get(f, 0.0) for f in features)

    def type_of(self, features: Iterable[str]) -> str:
        """Most likely entity type of a masked word by its context alone; UNKNOWN_TERM where nothing stands out."""
        names = list(features)
        scores = {kind: w.get("bias", 0.0) + math.fsum(w.get(f, 0.0) for f in names) for kind, w in self.types.items()}
        best = max(sorted(scores), key=scores.__getitem__, default="UNKNOWN_TERM")
        return best if scores.get(best, 0.0) > 0.0 else "UNKNOWN_TERM"


@cache
def load_context_model() -> ContextModel:
    """Read the committed weights, once a process."""
    raw = json.loads(_MODEL.read_bytes())
    return ContextModel(raw["weights"], raw["threshold"], raw["types"])


def around(units: list[Unit], index: int, gaps: tuple[str, str]) -> list[str]:
    """Features of the neighbours of `units[index]`; `gaps` are the punctuation before and after it ("" for blanks only)."""
    p1, p1g = _at(units, index - 1)
    n1, n1g = _at(units, index + 1)
    p2, _ = _at(units, index - 2)
    n2, _ = _at(units, index + 2)
    return [
        "p:" + p1,
        "n:" + n1,
        "q:" + p2,
        "r:" + n2,
        "pp:" + p2 + " " + p1,
        "nn:" + n1 + " " + n2,
        "pn:" + p1 + " " + n1,
        "g:" + p1g + " " + n1g,
        "gp:" + gaps[0],
        "gn:" + gaps[1],
        "pgn:" + p1 + " " + n1g,
        "gpn:" + p1g + " " + n1,
    ]


def with_word(context: list[str], word: Word, look: str, place: str) -> list[str]:
    """All features of a word: its own, its casing, the field it stands in, its context, and what joins them."""
    band = word.features[0]
    marks = word.features[1]
    return [
        *context,
        *word.features,
        "k:" + look,
        "k:" + look + band,
        "k:" + look + marks,
        "w:" + place,
        "w:" + place + look,
        marks + "|" + context[0],
        marks + "|" + context[1],
        band + "|" + context[0],
        band + "|" + context[1],
    ]


def _at(units: list[Unit], index: int) -> tuple[str, str]:
    if 0 <= index < len(units):
        return units[index].rep, units[index].group
    return EDGE
