"""What a source yields: one raw recording. Raw text lives only in these types and in `pipeline.redaction`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: `start` and `end` in seconds (None where the format has none), its text, its speaker if named."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """Everything the sidecars say, merged (`meta.json` over `videos.csv` over `info.json` over `oembed.json`). All raw text.

    `labels` holds the known labels of `meta.json` as they stand there, e.g. {"problem_type": "dns_failure"}; whether they are
    in the vocabulary is decided later. `chapters`, `comments`, ... are plain strings in file order.
    """

    id: str | None = None
    title: str | None = None
    description: str | None = None
    owner_name: str | None = None
    owner_email: str | None = None
    workspace: str | None = None
    folder: str | None = None
    url: str | None = None
    created_at: str | None = None
    duration: float | None = None
    summary: str | None = None
    tags: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    action_items: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    labels: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """One transcript with its metadata.

    `name` is the source-relative path with extension (POSIX separators); `version` is the SHA-256 (64 hex digits) over
    transcript and sidecar bytes: the same bytes have the same version.
    """

    name: str
    version: str
    cues: tuple[Cue, ...]
    metadata: Metadata = field(default_factory=Metadata)
