"""What a reviewer decides: labels on the three axes, outcome, circumstances, and which of the findings beside them are right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from classifiers.classification import Classification
from pipeline.packet.outcome import CONDITION_ENUMS, FIX_SCOPES, Outcome

CIRCUMSTANCES: Mapping[str, tuple[str, ...]] = {
    "fix_scope": FIX_SCOPES,
    **{name: values for enums in CONDITION_ENUMS.values() for name, values in enums.items()},
}
"""Values to choose from; those that do not belong to the problem's domain do not enter the packet."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The form. Ids are unchecked until they are packed; `keep` names findings as `kind:value` (see `beside`)."""

    problem_type: str
    symptom_pattern: str
    resolution_pattern: str | None
    outcome: str
    circumstances: Mapping[str, str]
    keep: frozenset[str]


def suggested(labels: Classification) -> Decision:
    """The form as the classifiers would fill it in: their best guesses; an unsure resolution is left out, as in a run."""
    resolution = labels.resolution_pattern
    return Decision(
        problem_type=labels.problem_type.label or "",
        symptom_pattern=labels.symptom_pattern.label or "",
        resolution_pattern=resolution.label if resolution.accepted else None,
        outcome=labels.outcome,
        circumstances={
            name: labels.fix_scope if name == "fix_scope" else getattr(labels.conditions, name)
            for name in CIRCUMSTANCES
        },
        keep=frozenset(beside(labels)),
    )


def waiting(fields: Mapping[str, Any], labels: Classification) -> Decision:
    """The form of a packet that awaits approval: its own labels, and those findings that stand in it."""
    conditions = fields["conditions"]
    inside = _named(
        fields["secondary_problem_type"],
        fields["ruled_out"],
        fields["tried"],
        conditions["stack"],
        conditions.get("versions", ()),
    )
    return Decision(
        fields["problem_type"],
        fields["symptom_pattern"],
        fields["resolution_pattern"],
        fields["outcome"],
        {name: {**conditions, **fields}.get(name, "unspecified") for name in CIRCUMSTANCES},
        frozenset(inside).intersection(beside(labels)),
    )


def from_form(form: Mapping[str, Sequence[str]]) -> Decision:
    """The decision in a posted form; what is missing is empty."""

    def value(name: str) -> str:
        return form.get(name, [""])[0].strip()

    return Decision(
        value("problem_type"),
        value("symptom_pattern"),
        value("resolution_pattern") or None,
        value("outcome"),
        {name: value(name) or "unspecified" for name in CIRCUMSTANCES},
        frozenset(form.get("keep", ())),
    )


def beside(labels: Classification) -> list[str]:
    """The findings beside the axes as `kind:value`: what a reviewer can leave out of the packet."""
    conditions = labels.conditions
    return _named(labels.secondary_problem_type, labels.ruled_out, labels.tried, conditions.stack, conditions.versions)


def _named(
    secondary: str | None, ruled_out: Iterable[str], tried: Iterable[str], stack: Iterable[str], versions: Iterable[str]
) -> list[str]:
    return [
        *([f"secondary:{secondary}"] if secondary else []),
        *(f"ruled_out:{name}" for name in ruled_out),
        *(f"tried:{name}" for name in tried),
        *(f"stack:{name}" for name in stack),
        *(f"version:{name}" for name in versions),
    ]


def outcome_of(decision: Decision, labels: Classification) -> Outcome:
    """The finding: the person's labels, certain; of the classifiers' findings those that were kept and do not contradict them."""

    def kept(kind: str, names: Sequence[str], chosen: str | None = None) -> tuple[str, ...]:
        return tuple(name for name in names if f"{kind}:{name}" in decision.keep and name != chosen)

    conditions, problem = labels.conditions, decision.problem_type
    versions = kept("version", list(conditions.versions))
    secondary = kept("secondary", [labels.secondary_problem_type or ""], problem)
    return Outcome(
        problem_type=problem,
        symptom_pattern=decision.symptom_pattern,
        resolution_pattern=decision.resolution_pattern,
        outcome=decision.outcome,
        confidence=1.0,
        secondary_problem_type=secondary[0] if secondary else None,
        fix_scope=decision.circumstances["fix_scope"],
        ruled_out=kept("ruled_out", labels.ruled_out, problem),
        tried=kept("tried", labels.tried, decision.resolution_pattern),
        conditions=replace(
            conditions,
            stack=kept("stack", conditions.stack),
            versions={name: conditions.versions[name] for name in versions},
            **{name: value for name, value in decision.circumstances.items() if name != "fix_scope"},
        ),
    )
