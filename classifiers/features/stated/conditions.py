"""Conditions that are told outright. Nothing is guessed: what nobody says is unspecified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classifiers.features.spoken import spoken
from classifiers.features.stated.customers import segment_of
from classifiers.features.stated.loads import load_profile_of
from classifiers.features.stated.onsets import onset_of
from classifiers.features.stated.restarts import restart_of
from classifiers.features.stated.trials import trials_of
from pipeline.packet.outcome import CONDITION_ENUMS

# Load and onset are also told of what was suspected and found wrong, and of how it runs since it was repaired.
_OF_THE_TROUBLE = frozenset({"context", "symptom", "diagnosis"})
UNSPECIFIED = "unspecified"


def stated_conditions(
    told: Sequence[tuple[str, str]], domain: str | None, problem: str | None, symptom: str | None
) -> dict[str, str]:
    """Every enumerated condition by name, from (role, text) in order; those of another `domain` stay unspecified."""
    words = " ".join(spoken(text) for _, text in told)
    trouble = " ".join(spoken(text) for role, text in told if role in _OF_THE_TROUBLE)
    found: Mapping[str, str | None] = {}
    if domain == "engineering":
        found = {
            "load_profile": load_profile_of(trouble, problem, symptom),
            "onset": onset_of(trouble, problem),
            "restart": restart_of(words),
        }
    elif domain == "customer_success":
        found = {"segment": segment_of(words)}
    elif domain == "research":
        found = {"trials": trials_of(words)}
    return {name: found.get(name) or UNSPECIFIED for enums in CONDITION_ENUMS.values() for name in enums}
