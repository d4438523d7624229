"""What was learned from one recording: the finding that a packet carries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

OutcomeKind = Literal["resolved", "workaround", "unresolved", "negative"]
FixScope = Literal["config", "code", "data", "infrastructure", "process", "unspecified"]
OUTCOMES: tuple[str, ...] = ("resolved", "workaround", "unresolved", "negative")
FIX_SCOPES: tuple[str, ...] = ("config", "code", "data", "infrastructure", "process", "unspecified")

CONDITION_ENUMS: dict[str, dict[str, tuple[str, ...]]] = {
    "engineering": {
        "load_profile": ("peak", "steady", "burst", "idle", "batch", "unspecified"),
        "onset": ("after_deploy", "after_upgrade", "load_growth", "time", "unspecified"),
        "restart": ("clears", "returns", "no_effect", "unspecified"),
    },
    "customer_success": {"segment": ("smb", "mid_market", "enterprise", "unspecified")},
    "research": {"trials": ("1", "2-4", "5-9", "10-29", "30-99", "100+", "unspecified")},
}
"""Enumerated conditions of each domain; `stack` stands in every domain, `versions` in engineering only."""

MAX_STACK = 3
MAX_RULED_OUT = 3
MAX_TRIED = 2


@dataclass(frozen=True, slots=True)
class Conditions:
    """Circumstances of a finding. Fields that do not belong to the packet's domain are ignored when it is packed.

    `stack`: lexicon ids that stand in the evidence; `versions`: {lexicon id: major version}.
    """

    stack: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    load_profile: str = "unspecified"
    onset: str = "unspecified"
    restart: str = "unspecified"
    segment: str = "unspecified"
    trials: str = "unspecified"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The labels of one recording. `problem_type` and `symptom_pattern` are required: without either it is held."""

    problem_type: str
    symptom_pattern: str
    resolution_pattern: str | None
    outcome: str
    confidence: float
    secondary_problem_type: str | None = None
    fix_scope: str = "unspecified"
    ruled_out: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    conditions: Conditions = field(default_factory=Conditions)
