"""What the classifiers say about one recording."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.packet.outcome import Conditions


@dataclass(frozen=True, slots=True)
class AxisResult:
    """One axis: best id (None: nothing stated), calibrated probability, whether it passes its threshold, best five ids."""

    label: str | None
    confidence: float
    accepted: bool
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a role was found: `where` is `cue:N` (the first cue of the stretch), `role` one of corpus.ROLES."""

    where: str
    role: str


@dataclass(frozen=True, slots=True)
class Classification:
    """All labels of one recording."""

    problem_type: AxisResult
    symptom_pattern: AxisResult
    resolution_pattern: AxisResult
    secondary_problem_type: str | None
    outcome: str
    fix_scope: str
    conditions: Conditions
    ruled_out: tuple[str, ...]
    tried: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What a short question suggests: probabilities by id (each axis sums to 1) and the circumstances it names."""

    problem_type: dict[str, float]
    symptom_pattern: dict[str, float]
    conditions: Conditions
