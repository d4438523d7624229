"""Metadata sidecars, each read into a `Metadata`, and merged.

A sidecar that cannot be read quarantines its recording: the names it holds would not be known to the scrubber.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from pipeline.errors import QuarantinedError
from pipeline.recording import Metadata
from pipeline.sources.decoding import clean, decode
from pipeline.sources.phrases import load_json, seconds

PRECEDENCE = ("meta", "csv", "info", "oembed")
LABELS = (
    "problem_type",
    "symptom_pattern",
    "resolution_pattern",
    "outcome",
    "stack",
    "load_profile",
    "confidence",
)
_TEXTS = (
    "id", "title", "description", "owner_name", "owner_email", "workspace", "folder", "url", "created_at", "summary",
)  # fmt: skip
_LISTS = ("tags", "chapters", "action_items", "comments", "members", "customers")
# Keys of the foreign sidecars under our names.
_FOREIGN = {
    "info": {
        "id": "id",
        "title": "title",
        "description": "description",
        "uploader": "owner_name",
        "webpage_url": "url",
        "duration": "duration",
        "chapters": "chapters",
        "tags": "tags",
    },
    "oembed": {"title": "title", "author_name": "owner_name", "duration": "duration"},
}
_NUMBERS_IN_CHAPTERS = frozenset({"start_time", "end_time"})


def parse_sidecar(data: bytes, kind: str) -> Metadata:
    """Metadata of one `meta`, `info` or `oembed` sidecar. Raises QuarantinedError `sidecar_malformed`."""
    try:
        loaded = load_json(decode(data))
    except QuarantinedError as error:
        raise QuarantinedError("source", "sidecar_malformed") from error
    if not isinstance(loaded, dict):
        raise QuarantinedError("source", "sidecar_malformed")
    if kind == "meta":
        return _metadata(loaded, labels=True)
    renamed = {ours: loaded.get(foreign) for foreign, ours in _FOREIGN[kind].items()}
    return _metadata({**renamed, "created_at": _moment(loaded.get("timestamp"))})


def parse_row(row: dict[str, str]) -> Metadata:
    """Metadata of a row of `videos.csv` under our field names; tags are cut at commas and semicolons."""
    loaded: dict[str, Any] = dict(row)
    loaded["tags"] = re.split(r"[,;]", row.get("tags", ""))
    return _metadata(loaded)


def merge(found: Sequence[tuple[str, Metadata]]) -> Metadata:
    """One `Metadata` of several (kind, metadata): field by field the first in `PRECEDENCE` that says something.

    An owner named differently further down is an identifier all the same and joins `members`.
    """
    ordered = [metadata for kind in PRECEDENCE for known, metadata in found if known == kind]
    if not ordered:
        return Metadata()
    merged = {
        field.name: next((value for metadata in ordered if (value := getattr(metadata, field.name))), None)
        for field in fields(Metadata)
    }
    best = replace(ordered[0], **{name: value for name, value in merged.items() if value is not None})
    others = [name for metadata in ordered for name in (*metadata.members, metadata.owner_name, metadata.owner_email)]
    kept = {best.owner_name, best.owner_email}
    members = dict.fromkeys(name for name in others if name and name not in kept)
    return replace(best, members=tuple(dict.fromkeys((*best.members, *members))))


def _metadata(loaded: dict[str, Any], *, labels: bool = False) -> Metadata:
    texts = {name: _text(loaded.get(name)) for name in _TEXTS}
    lists = {name: _list(loaded.get(name)) for name in _LISTS}
    values: dict[str, Any] = {**texts, **lists, "duration": _duration(loaded.get("duration"))}
    if labels:
        known = {name: loaded[name] for name in LABELS if loaded.get(name) is not None}
        if loaded.get("resolution") is not None:
            known.setdefault("resolution_pattern", loaded["resolution"])
        values["labels"] = known
    return Metadata(**values)


def _leaves(value: object) -> list[str]:
    """Every string and number in a JSON value, as text: an identifier may stand in any of them."""
    pending, found = [value], []
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending += [held for key, held in reversed(item.items()) if key not in _NUMBERS_IN_CHAPTERS]
        elif isinstance(item, list):
            pending += reversed(item)
        elif item is not None and not isinstance(item, bool):
            found.append(clean(str(item)))
    return [leaf for leaf in found if leaf]


def _text(value: object) -> str | None:
    return " ".join(_leaves(value)) or None


def _list(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(text for item in items if (text := _text(item)))


def _duration(value: object) -> float | None:
    if not isinstance(value, str):
        return seconds(value)
    match = re.fullmatch(r"\s*(?:(\d{1,3}):)?(\d{1,3}):(\d{2})\s*", value)
    if match:
        return float(int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3]))
    return seconds(float(value)) if re.fullmatch(r"\s*\d{1,9}(\.\d{1,9})?\s*", value) else None


def _moment(timestamp: object) -> str | None:
    at = seconds(timestamp)
    if at is None or at >= 253402300800:  # the year 10000
        return None
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat()
