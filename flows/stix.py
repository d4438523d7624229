"""Packets as STIX 2.1, for teams whose exchange speaks TAXII: typed properties only, the same ids on every machine.

Each packet is a `note` whose content is the packet's own canonical JSON, with its fields as a property extension; each
resolution is a `course-of-action` the notes refer to. Times are those of the epoch, as coarse as the deposit's own.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import rfc8785
import stix2

from classifiers import resources
from flows.settings import Settings
from flows.wiring import router_context
from pipeline.packet.address import every_address
from pipeline.packet.vocabulary import Vocabulary
from pipeline.routing.cases import VERDICTS, Case, collect_cases
from pipeline.routing.open import open_router
from pipeline.routing.verified import RememberingVerifier

NAMESPACE = uuid.UUID("6f1b0f3e-3c58-5c6b-9e0a-5d1f4c1c7a10")
"""Of all ids made here (UUID version 5): a fixed number, so that two exports of one packet are one object."""
_PUBLISHED = "2026-10-01T00:00:00.000Z"
_ADDRESSES_A_READ = 128
_SCHEMA = (
    "Property extension of note: packet_id (SHA-256, 64 hex), semantic_address (16 hex), sources (distinct depositors), "
    "worked, did_not, not_applicable (distinct sources of sightings), packet (outcome packet version 1: vocabulary ids, "
    "lexicon terms, enumerations and bounded numbers only)"
)


def read_cases(settings: Settings) -> list[Case]:
    """All valid cases at the settings' router, topic by topic. Raises RouterUnavailableError or RouterMissingError."""
    vocabulary = resources.vocabulary()
    addresses = every_address(vocabulary)
    router = open_router(settings.router, router_context(settings), create=False)
    verify = RememberingVerifier()
    found: list[Case] = []
    try:
        for start in range(0, len(addresses), _ADDRESSES_A_READ):
            deposits = router.get(addresses[start : start + _ADDRESSES_A_READ], newest=settings.newest)
            found += collect_cases(deposits, vocabulary, resources.lexicon(), verify)
    finally:
        router.close()
    return sorted(found, key=lambda case: case.packet_id)


def bundle_of(cases: Sequence[Case], vocabulary: Vocabulary) -> stix2.Bundle:
    """The STIX bundle of some cases: author, extension definition, courses of action, notes. Its id is that of its content."""
    author, extension = _author(), _extension()
    resolutions = sorted({case.packet["resolution_pattern"] for case in cases} - {None})
    actions = {name: _course_of_action(name, vocabulary) for name in resolutions}
    notes = [_note(case, actions.get(case.packet["resolution_pattern"], author)) for case in cases]
    objects = [author, extension, *actions.values(), *notes]
    return stix2.Bundle(objects=objects, id=_id("bundle", *(f"{item.id}{item.modified}" for item in objects)))


def _note(case: Case, about: Any) -> stix2.Note:
    verdicts = list(case.verdicts.values())
    packet = case.packet
    return stix2.Note(
        id=_id("note", case.packet_id),
        created=_start(min(case.sources.values())),
        modified=_start(case.newest_epoch),
        created_by_ref=_author().id,
        content=rfc8785.dumps(packet).decode("ascii"),
        object_refs=[about.id],
        labels=[packet["problem_type"], packet["symptom_pattern"], packet["outcome"]],
        confidence=round(100 * packet["confidence"]),
        extensions={
            _extension().id: {
                "extension_type": "property-extension",
                "packet_id": case.packet_id,
                "semantic_address": case.address,
                "sources": len(case.sources),
                **{verdict: verdicts.count(verdict) for verdict in VERDICTS},
                "packet": packet,
            }
        },
    )


def _course_of_action(resolution: str, vocabulary: Vocabulary) -> stix2.CourseOfAction:
    return stix2.CourseOfAction(
        id=_id("course-of-action", resolution),
        created=_PUBLISHED,
        modified=_PUBLISHED,
        created_by_ref=_author().id,
        name=resolution,
        description=vocabulary.resolutions[resolution].definition,
    )


def _author() -> stix2.Identity:
    return stix2.Identity(
        id=_id("identity", "loomroute"),
        created=_PUBLISHED,
        modified=_PUBLISHED,
        name="loomroute",
        identity_class="system",
    )


def _extension() -> stix2.ExtensionDefinition:
    return stix2.ExtensionDefinition(
        id=_id("extension-definition", "outcome-packet-1"),
        created=_PUBLISHED,
        modified=_PUBLISHED,
        created_by_ref=_author().id,
        name="loomroute outcome packet",
        schema=_SCHEMA,
        version="1.0.0",
        extension_types=["property-extension"],
    )


def _start(epoch: str) -> str:
    year, quarter = epoch.split("-Q")
    return f"{year}-{3 * int(quarter) - 2:02}-01T00:00:00.000Z"


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid.uuid5(NAMESPACE, '|'.join((kind, *parts)))}"
