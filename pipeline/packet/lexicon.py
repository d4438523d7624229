"""The public lexicon: technology, method and instrument terms that may stand in a packet and survive scrubbing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from pipeline.errors import ConfigurationError

_ID = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True)
class LexiconTerm:
    """One public term. `commonness` 1 (rare) to 5; `variants` are spoken or written forms, lower-case.

    `ambiguous` forms are ordinary English words too ("go", "spring"): they count only beside other technology or when cased.
    """

    id: str
    parent: str | None
    commonness: int
    variants: tuple[str, ...]
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """All terms by id, with lookups over their surface forms."""

    version: str
    terms: dict[str, LexiconTerm]

    @cached_property
    def surfaces(self) -> dict[str, str]:
        """Every unambiguous surface form (lower-case, words separated by one space) to its term id."""
        forms: dict[str, str] = {}
        for term in self.terms.values():
            spaced = term.id.replace("_", " ")
            own = {spaced, term.id, spaced.replace(" ", "-"), spaced.replace(" ", "")} - set(term.ambiguous)
            for form in (*sorted(own), *term.variants):
                forms.setdefault(form, term.id)
        return forms

    @cached_property
    def ambiguous_surfaces(self) -> dict[str, str]:
        """Surface forms that are also common words, to their term id."""
        return {form: term.id for term in self.terms.values() for form in term.ambiguous}

    def canonical(self, surface: str) -> str | None:
        """Term id of a surface form in any casing, or None."""
        form = " ".join(surface.lower().split())
        return self.surfaces.get(form) or self.ambiguous_surfaces.get(form)

    def parents(self, term_id: str) -> list[str]:
        """Broader terms of a term, nearest first."""
        found: list[str] = []
        parent = self.terms[term_id].parent
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.terms[parent].parent
        return found


def load_lexicon(path: Path) -> Lexicon:
    """Read a lexicon file (YAML). Raises ConfigurationError for an illegal or repeated id or an unknown parent."""
    raw = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    terms: dict[str, LexiconTerm] = {}
    for entry in raw["terms"]:
        term = LexiconTerm(
            id=str(entry["id"]),
            parent=entry.get("parent"),
            commonness=int(entry["commonness"]),
            variants=tuple(str(v) for v in entry.get("variants") or ()),
            ambiguous=tuple(str(v) for v in entry.get("ambiguous") or ()),
        )
        if term.id in terms or not _ID.fullmatch(term.id):
            msg = f"lexicon {path.name}: {term.id!r} is illegal or stands twice"
            raise ConfigurationError(msg)
        terms[term.id] = term
    for term in terms.values():
        if term.parent is not None and term.parent not in terms:
            msg = f"lexicon {path.name}: {term.id} has an unknown parent {term.parent}"
            raise ConfigurationError(msg)
    return Lexicon(str(raw["version"]), terms)
