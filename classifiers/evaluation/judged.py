"""One recording with what it is and what the classifiers said of it: the unit that every figure is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AXIS_NAMES: tuple[str, ...] = ("problem_type", "symptom_pattern", "resolution_pattern")


@dataclass(frozen=True, slots=True)
class Judged:
    """`gold` and `said` by label name; `top` axis name -> up to five (id, probability); `accepted` by axis; `evidence` scrubbed (role, text)."""

    name: str
    author: str
    family: str
    look: str
    gold: Mapping[str, Any]
    top: Mapping[str, tuple[tuple[str, float], ...]]
    said: Mapping[str, Any]
    accepted: Mapping[str, bool]
    evidence: tuple[tuple[str, str], ...] = field(default=())

    def right(self, axis: str, among: int = 1) -> bool:
        """Whether the gold id is among the first `among`."""
        return self.gold.get(axis) in [label for label, _ in self.top[axis][:among]]

    def confidence(self, axis: str) -> float:
        """Probability of the best guess."""
        return self.top[axis][0][1] if self.top[axis] else 0.0

    def told(self, axis: str) -> bool:
        """Whether gold states an id on this axis."""
        return isinstance(self.gold.get(axis), str)
