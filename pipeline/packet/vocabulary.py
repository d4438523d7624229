"""The controlled vocabulary: ids on three axes, each with a domain, a definition and spoken aliases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from pipeline.errors import ConfigurationError

Domain = Literal["engineering", "customer_success", "research"]
Axis = Literal["problem_types", "symptoms", "resolutions"]
AXES: tuple[Axis, ...] = ("problem_types", "symptoms", "resolutions")
DOMAINS: tuple[Domain, ...] = ("engineering", "customer_success", "research")


@dataclass(frozen=True, slots=True)
class Term:
    """One id. `domain` is a domain, or `any` (three resolutions fit everywhere)."""

    id: str
    domain: str
    definition: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The ids of one vocabulary version, in file order."""

    version: str
    problem_types: dict[str, Term]
    symptoms: dict[str, Term]
    resolutions: dict[str, Term]

    def axis(self, axis: Axis) -> dict[str, Term]:
        """Terms of one axis by id."""
        return cast("dict[str, Term]", getattr(self, axis))

    def domain(self, problem_type: str) -> Domain:
        """Domain of a problem id. Raises KeyError for an unknown id."""
        return cast("Domain", self.problem_types[problem_type].domain)

    def topics(self, domain: str) -> list[tuple[str, str]]:
        """All (problem_type, symptom_pattern) pairs of one domain."""
        problems = [t.id for t in self.problem_types.values() if t.domain == domain]
        symptoms = [t.id for t in self.symptoms.values() if t.domain == domain]
        return [(p, s) for p in problems for s in symptoms]


def load_vocabulary(path: Path) -> Vocabulary:
    """Read a vocabulary file (YAML).

    Raises ConfigurationError for what is no YAML or no vocabulary, where an axis is missing, and where an id stands twice.
    """
    try:
        raw = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeError):
        raise ConfigurationError(f"vocabulary {path.name}: no YAML") from None
    if not isinstance(raw, dict) or "version" not in raw:
        raise ConfigurationError(f"vocabulary {path.name}: no version, so no vocabulary")
    axes: dict[str, dict[str, Term]] = {}
    for axis in AXES:
        terms = _terms(raw.get(axis), f"vocabulary {path.name}: axis {axis}")
        axes[axis] = {t.id: t for t in terms}
        if not terms or len(axes[axis]) != len(terms):
            msg = f"vocabulary {path.name}: axis {axis} is empty or has an id twice"
            raise ConfigurationError(msg)
    return Vocabulary(str(raw["version"]), axes["problem_types"], axes["symptoms"], axes["resolutions"])


def _terms(listed: Any, where: str) -> list[Term]:
    if listed is not None and not isinstance(listed, list):
        raise ConfigurationError(f"{where} is no list")
    return [_term(entry, f"{where}, entry {number}") for number, entry in enumerate(listed or (), 1)]


def _term(entry: Any, where: str) -> Term:
    match entry:
        case {"id": str(name), "domain": str(domain), "definition": str(definition)}:
            aliases = entry.get("aliases", [])
            if isinstance(aliases, list):
                return Term(name, domain, definition, tuple(str(alias) for alias in aliases))
    raise ConfigurationError(f"{where} is no term: write id, domain, definition and aliases")
