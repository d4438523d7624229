"""Reviewed grades 0-3: how near two problems or two symptoms are, and how usual a problem is for a symptom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.errors import ConfigurationError
from pipeline.packet.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Nearness:
    """The grade tables. `problems` and `symptoms` hold both directions of each pair; absent pairs are 0, equal ids 3."""

    version: str
    problems: dict[str, dict[str, int]]
    symptoms: dict[str, dict[str, int]]
    usualness: dict[str, dict[str, int]]

    def problem(self, one: str, other: str) -> int:
        """Grade of two problem ids."""
        return 3 if one == other else self.problems.get(one, {}).get(other, 0)

    def symptom(self, one: str, other: str) -> int:
        """Grade of two symptom ids."""
        return 3 if one == other else self.symptoms.get(one, {}).get(other, 0)

    def usual(self, symptom: str, problem: str) -> int:
        """How usual a problem is as the cause of a symptom."""
        return self.usualness.get(symptom, {}).get(problem, 0)


def load_nearness(path: Path, vocabulary: Vocabulary) -> Nearness:
    """Read the grades (YAML). Raises ConfigurationError for an unknown id or a grade outside 1-3."""
    raw = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    problems, symptoms = vocabulary.problem_types, vocabulary.symptoms
    _check(raw["problems"], problems, problems)
    _check(raw["symptoms"], symptoms, symptoms)
    _check(raw["usualness"], symptoms, problems)
    return Nearness(str(raw["version"]), _both_ways(raw["problems"]), _both_ways(raw["symptoms"]), raw["usualness"])


def _check(table: dict[str, dict[str, int]], rows: Collection[str], columns: Collection[str]) -> None:
    known_rows, known_columns = set(rows), set(columns)
    for row, grades in table.items():
        if row not in known_rows or not set(grades) <= known_columns or not set(grades.values()) <= {1, 2, 3}:
            raise ConfigurationError(f"nearness: unknown id or grade beside {row}")


def _both_ways(table: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    full: dict[str, dict[str, int]] = {}
    for row, grades in table.items():
        for column, grade in grades.items():
            full.setdefault(row, {})[column] = grade
            full.setdefault(column, {})[row] = grade
    return full
