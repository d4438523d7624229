"""A scrubbed recording as pages show it: lines of pieces, placeholders among them, and one colour a type of entity."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from pipeline.redaction.scrubbed import Entity, ScrubbedRecording
from pipeline.redaction.span import ENTITY_TYPES

TEMPLATES = Path(__file__).parent / "templates"
_HUE_STEP = 137
"""Degrees between the colours of two neighbouring types: the golden angle keeps any few of them apart."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of scrubbed text; with `entity` it is a placeholder, with `original` what stood there."""

    text: str
    entity: Entity | None = None
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One caption or metadata field: what it is called on the page and its pieces."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One recording on the page."""

    heading: str
    counts: list[tuple[str, int]]
    metadata: list[Line]
    captions: list[Line]


def environment() -> jinja2.Environment:
    """Where the pages' templates are; everything put into them is escaped, and a name that is missing is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.globals["hues"] = {name: index * _HUE_STEP % 360 for index, name in enumerate(ENTITY_TYPES)}
    return made


def inline_script(name: str) -> dict[str, str]:
    """A script file of the templates as `script`, and as `script_hash` what a content security policy allows it by."""
    script = (TEMPLATES / name).read_text(encoding="utf-8")
    return {"script": script, "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}


def section_of(heading: str, scrubbed: ScrubbedRecording, originals: Sequence[str] = ()) -> Section:
    """The lines of a recording; `originals`, parallel to its entities, are shown beside the placeholders."""
    by_field: dict[str, list[tuple[Entity, str | None]]] = {}
    for index, entity in enumerate(scrubbed.entities):
        original = originals[index] if index < len(originals) else None
        by_field.setdefault(entity.where, []).append((entity, original))
    metadata = [
        Line(where.removeprefix("metadata."), _pieces(text, by_field.get(where, [])))
        for where, text in _metadata(scrubbed)
    ]
    captions = [
        Line(_clock(cue.start), _pieces(cue.text, by_field.get(f"cue:{index}", [])))
        for index, cue in enumerate(scrubbed.cues)
    ]
    return Section(heading, in_order(Counter(entity.type for entity in scrubbed.entities)), metadata, captions)


def in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    """Counts by entity type in the order of the types."""
    return [(name, counts[name]) for name in ENTITY_TYPES if counts[name]]


def _metadata(scrubbed: ScrubbedRecording) -> Iterator[tuple[str, str]]:
    for name, value in scrubbed.metadata.items():
        if isinstance(value, str):
            yield f"metadata.{name}", value
        else:
            for index, text in enumerate(value):
                yield f"metadata.{name}[{index}]", text


def _pieces(text: str, found: Sequence[tuple[Entity, str | None]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    reached = 0
    for entity, original in sorted(found, key=lambda pair: pair[0].start):
        if entity.start < reached:
            continue
        pieces.append(Piece(text[reached : entity.start]))
        pieces.append(Piece(text[entity.start : entity.end], entity, original))
        reached = entity.end
    return (*pieces, Piece(text[reached:]))


def _clock(start: float | None) -> str:
    if start is None:
        return ""
    minutes, seconds = divmod(int(start), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
