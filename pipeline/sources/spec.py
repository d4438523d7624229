"""What a source is, and what a scan of it says: candidates to read, and everything else with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

State = Literal["ignored", "quarantined"]
MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Where recordings come from and which of them. Picklable, so that worker processes can read for themselves.

    `url` is a local folder or file, or any fsspec URL. The globs are matched without regard to case: folders against the
    source-relative folder, its parents and the folder the metadata names; owners against name and e-mail; an empty
    include list includes everything. `csv_columns` maps our field names (see `workspace_csv.COLUMNS`) to the column
    names of `videos.csv`. A file of more than `max_bytes` bytes is quarantined unread.
    """

    url: str
    include_folders: tuple[str, ...] = ()
    exclude_folders: tuple[str, ...] = ()
    include_tags: tuple[str, ...] = ()
    exclude_tags: tuple[str, ...] = ()
    include_owners: tuple[str, ...] = ()
    exclude_owners: tuple[str, ...] = ()
    csv_columns: dict[str, str] = field(default_factory=dict)
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Candidate:
    """One recording that can be read: paths are source-relative with POSIX separators; `name` is the transcript's.

    `csv_row` is the recording's row of `videos.csv` under our field names; `size` is the transcript's in bytes, where known.
    """

    name: str
    transcript: str
    sidecars: tuple[str, ...] = ()
    csv_row: dict[str, str] | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """One file that is no candidate. `reason` is a fixed text-free code; docs/sources.md lists them."""

    name: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """Every file of a source, once: as a candidate's transcript or sidecar, or refused. Both are sorted by name."""

    candidates: tuple[Candidate, ...]
    refused: tuple[Refused, ...]
