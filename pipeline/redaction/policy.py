"""What an organisation tells the scrubber about itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

OWN_KINDS: dict[str, str] = {
    "workspace": "ORGANIZATION",
    "members": "PERSON",
    "customers": "ORGANIZATION",
    "projects": "PROJECT",
    "domains": "HOST",
    "repositories": "REPOSITORY",
    "hosts": "HOST",
    "other": "UNKNOWN_TERM",
}
"""Field of the policy that lists own identifiers, and the entity type its entries are masked as."""


@dataclass(frozen=True, slots=True)
class RedactionPolicy:
    """The organisation's own identifiers, its exceptions and the limits of one scrub.

    `allow` holds whole terms (anchored, any casing) that are kept although they are unknown or look like a name; it never
    overrules a pattern such as an e-mail or a secret. `timeout_s` bounds the processor time of one recording, lists already loaded
    (`deadline` says what bounds work that waits). `registry_yaml` is a Presidio
    recognizer registry of the user's own. `disabled` names recognizers that are switched off; it exists so that a test can
    show what each of them is good for.
    """

    workspace: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    timeout_s: float = 60.0
    registry_yaml: Path | None = None
    disabled: frozenset[str] = frozenset()

    def own(self) -> list[tuple[str, str]]:
        """All own identifiers as (text, entity type)."""
        return [(text, kind) for field, kind in OWN_KINDS.items() for text in getattr(self, field)]
