"""The redaction page: what would be masked and why, as one self-contained HTML file for the people who must allow it."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2

from pipeline.redaction.scrubbed import Entity, ScrubbedRecording
from pipeline.redaction.span import ENTITY_TYPES

_TEMPLATES = Path(__file__).parent / "templates"
_MOST_OFTEN = 60
_HUE_STEP = 137
"""Degrees between the colours of two neighbouring types: the golden angle keeps any few of them apart."""


@dataclass(frozen=True, slots=True)
class RedactionItem:
    """One recording of the page: its name, its scrubbed form, and what was taken out, parallel to `scrubbed.entities`."""

    name: str
    scrubbed: ScrubbedRecording
    originals: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of scrubbed text; with `entity` it is a placeholder, with `original` what stood there."""

    text: str
    entity: Entity | None = None
    original: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """One caption or metadata field: what it is called on the page and its pieces."""

    label: str
    pieces: tuple[_Piece, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """One recording on the page."""

    heading: str
    counts: list[tuple[str, int]]
    metadata: list[_Line]
    captions: list[_Line]


def render_redaction_page(items: Sequence[RedactionItem], *, show: bool) -> str:
    """The page for `items` as HTML that needs nothing from outside.

    Only with `show` does it hold what was masked, the names of the recordings, and the unknown terms masked most often;
    without it nothing raw is in the page. Everything from a recording is escaped.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    script = (_TEMPLATES / "redaction_page.js").read_text(encoding="utf-8")
    totals = Counter(entity.type for item in items for entity in item.scrubbed.entities)
    return environment.get_template("redaction_page.html").render(
        sections=[_section(number, item, show=show) for number, item in enumerate(items, start=1)],
        totals=_in_order(totals),
        recognizers=Counter(entity.recognizer for item in items for entity in item.scrubbed.entities).most_common(),
        masked=totals.total(),
        hues={name: index * _HUE_STEP % 360 for index, name in enumerate(ENTITY_TYPES)},
        often=_masked_most_often(items) if show else [],
        show=show,
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _section(number: int, item: RedactionItem, *, show: bool) -> _Section:
    scrubbed = item.scrubbed
    by_field: dict[str, list[tuple[Entity, str | None]]] = {}
    for index, entity in enumerate(scrubbed.entities):
        original = item.originals[index] if show and index < len(item.originals) else None
        by_field.setdefault(entity.where, []).append((entity, original))
    metadata = [
        _Line(where.removeprefix("metadata."), _pieces(text, by_field.get(where, [])))
        for where, text in _metadata(scrubbed)
    ]
    captions = [
        _Line(_clock(cue.start), _pieces(cue.text, by_field.get(f"cue:{index}", [])))
        for index, cue in enumerate(scrubbed.cues)
    ]
    counts = _in_order(Counter(entity.type for entity in scrubbed.entities))
    return _Section(item.name if show else f"Recording {number}", counts, metadata, captions)


def _metadata(scrubbed: ScrubbedRecording) -> Iterator[tuple[str, str]]:
    for name, value in scrubbed.metadata.items():
        if isinstance(value, str):
            yield f"metadata.{name}", value
        else:
            for index, text in enumerate(value):
                yield f"metadata.{name}[{index}]", text


def _pieces(text: str, found: Sequence[tuple[Entity, str | None]]) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    reached = 0
    for entity, original in sorted(found, key=lambda pair: pair[0].start):
        if entity.start < reached:
            continue
        pieces.append(_Piece(text[reached : entity.start]))
        pieces.append(_Piece(text[entity.start : entity.end], entity, original))
        reached = entity.end
    return (*pieces, _Piece(text[reached:]))


def _in_order(counts: Counter[str]) -> list[tuple[str, int]]:
    return [(name, counts[name]) for name in ENTITY_TYPES if counts[name]]


def _masked_most_often(items: Sequence[RedactionItem]) -> list[tuple[str, int, int]]:
    """Unknown terms a reviewer may want to allow: (term, times, recordings), most recordings first."""
    times: Counter[str] = Counter()
    recordings: Counter[str] = Counter()
    for item in items:
        terms = [
            original.casefold()
            for entity, original in zip(item.scrubbed.entities, item.originals, strict=False)
            if entity.type == "UNKNOWN_TERM"
        ]
        times.update(terms)
        recordings.update(set(terms))
    ranked = sorted(times, key=lambda term: (-recordings[term], -times[term], term))
    return [(term, times[term], recordings[term]) for term in ranked[:_MOST_OFTEN]]


def _clock(start: float | None) -> str:
    if start is None:
        return ""
    minutes, seconds = divmod(int(start), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
