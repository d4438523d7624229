"""Context decides whether an ordinary word is used as somebody's or something's name.

A linear model over the words around the one in question. Names, unknown words and masks stand in it as `<ID>`, a run of
them as one, so the verdict on a word does not depend on which name stands beside it. The weights are fitted on
hand-written annotated speech by `benchmarks/redaction_fit.py` and committed as `context.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.redaction.words import Word

EDGE = ("<S>", "edge")
MASK = "<ID>"
_MODEL = Path(__file__).with_name("context.json")


@dataclass(frozen=True, slots=True)
class Units:
    """The words of a text in order, each run of masked words as one unit, as parallel lists.

    Unit `u` covers the tokens `firsts[u]` to `lasts[u]`; `reps[u]` is what it is called among neighbours (`<ID>` for a masked
    run) and `groups[u]` the group it counts under.
    """

    firsts: list[int]
    lasts: list[int]
    reps: list[str]
    groups: list[str]

    def __len__(self) -> int:
        return len(self.firsts)


@dataclass(frozen=True, slots=True)
class ContextModel:
    """Feature weights for "is an identifier", and per entity type. `threshold` is the log-odds from which a word is masked."""

    weights: dict[str, float]
    threshold: float
    types: dict[str, dict[str, float]]

    def score(self, features: Iterable[str]) -> float:
        """Log-odds that the word identifies somebody or something."""
        weights = self.weights
        return sum([weights[f] for f in features if f in weights], weights.get("bias", 0.0))

    def type_of(self, features: Iterable[str]) -> str:
        """Most likely entity type of a masked word by its context alone; UNKNOWN_TERM where nothing stands out."""
        names = list(features)
        scores = {kind: sum([w.get(f, 0.0) for f in names], w.get("bias", 0.0)) for kind, w in self.types.items()}
        best = max(sorted(scores), key=scores.__getitem__, default="UNKNOWN_TERM")
        return best if scores.get(best, 0.0) > 0.0 else "UNKNOWN_TERM"


@cache
def load_context_model() -> ContextModel:
    """Read the committed weights, once a process."""
    raw = json.loads(_MODEL.read_bytes())
    return ContextModel(raw["weights"], raw["threshold"], raw["types"])


def around(units: Units, index: int, gaps: tuple[str, str]) -> list[str]:
    """Features of the neighbours of unit `index`; `gaps` are the punctuation before and after it ("" for blanks only)."""
    reps, groups, count = units.reps, units.groups, len(units)
    p1, p1g = (reps[index - 1], groups[index - 1]) if index > 0 else EDGE
    n1, n1g = (reps[index + 1], groups[index + 1]) if index + 1 < count else EDGE
    p2 = reps[index - 2] if index > 1 else EDGE[0]
    n2 = reps[index + 2] if index + 2 < count else EDGE[0]
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
    kind = word.features[2]
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
        kind + "|" + context[0],
        kind + "|" + context[1],
        kind + "|" + context[7],
        band + "|" + context[7],
        marks + "|" + context[7],
    ]
