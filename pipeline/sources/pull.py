"""Fetch the transcripts of Loom links into a folder, through yt-dlp: no video, no signed URL in any file or message.

Written are `ID.info.json` with the eight keys that a source reads, and `ID.json` (or `ID.vtt` where there is only that).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from pipeline.errors import MissingExtraError, QuarantinedError, UsageError
from pipeline.sources.spec import MAX_BYTES
from pipeline.sources.transcript import parse_transcript

_LINK = re.compile(
    r"https?://(?:www\.)?loom\.com/(?:share|embed)/(?:[\w%.~-]*-)?([0-9a-f]{32})(?:[/?#].*)?", re.IGNORECASE
)
_KEPT = ("id", "title", "description", "uploader", "timestamp", "duration", "chapters", "webpage_url")
# Loom's own JSON first: it has speakers, where the captions only have lines.
_KINDS = ("json", "vtt")
_OPTIONS = {
    "allowed_extractors": ["^loom$"],
    "cachedir": False,
    "ignore_no_formats_error": True,
    "noplaylist": True,
    "no_warnings": True,
    "quiet": True,
    "skip_download": True,
    "socket_timeout": 30,
    "writesubtitles": True,
}


@dataclass(frozen=True, slots=True)
class Pulled:
    """What became of one link: `files` are names in the folder. `reason` is a fixed text-free code where it `failed`."""

    id: str
    state: Literal["written", "unchanged", "failed"]
    files: tuple[str, ...] = ()
    reason: str | None = None


class Opened(Protocol):
    """An open response."""

    def read(self, amount: int) -> bytes:
        """At most `amount` bytes."""


class Extractor(Protocol):
    """The part of `yt_dlp.YoutubeDL` that is used."""

    def extract_info(self, url: str, *, download: bool) -> dict[str, Any] | None:
        """Metadata of a video, with signed addresses of its transcripts under `subtitles`."""

    def urlopen(self, url: str) -> Opened:
        """Open an address."""


@contextmanager
def open_extractor() -> Iterator[Extractor]:
    """yt-dlp, restricted to Loom and silent: its messages hold signed URLs. Raises MissingExtraError."""
    try:
        from yt_dlp import YoutubeDL
    except ImportError as error:
        raise MissingExtraError("pull", "loomroute pull") from error
    with YoutubeDL({**_OPTIONS, "logger": _Silence()}) as extractor:
        yield extractor


def link_ids(links: Sequence[str]) -> list[str]:
    """The video ids of Loom links, each once, in order. Raises UsageError that tells which argument is no Loom link."""
    ids = []
    for position, link in enumerate(links, 1):
        match = _LINK.fullmatch(link.strip())
        if match is None:
            raise UsageError(f"argument {position} is no link to a Loom video (https://www.loom.com/share/...)")
        ids.append(match[1].lower())
    return list(dict.fromkeys(ids))


def pull(video_id: str, folder: Path, extractor: Extractor) -> Pulled:
    """Fetch one video's metadata and transcript into `folder`, which must exist; files are for the owner's eyes (0600).

    A transcript that no source could read is not written. The metadata is written first: at no time is there a transcript
    without the names that have to be masked in it.
    """
    link = f"https://www.loom.com/share/{video_id}"
    try:
        info = extractor.extract_info(link, download=False) or {}
        kind, data = _transcript(info, extractor)
        parse_transcript(data, kind)
    except QuarantinedError as error:
        return Pulled(video_id, "failed", reason=error.reason)
    except Exception as error:  # noqa: BLE001 yt-dlp and its transports raise many kinds; their texts hold signed URLs
        reason = "password_protected" if "password" in str(error).lower() else "not_available"
        return Pulled(video_id, "failed", reason=reason)
    kept = {**{key: info.get(key) for key in _KEPT}, "id": video_id, "webpage_url": link}
    sidecar = json.dumps(kept, ensure_ascii=False, indent=1).encode()
    names = (f"{video_id}.info.json", f"{video_id}.{kind}")
    for other in _KINDS:
        if other != kind:
            (folder / f"{video_id}.{other}").unlink(missing_ok=True)
    changed = [_write(folder / name, content) for name, content in zip(names, (sidecar, data), strict=True)]
    return Pulled(video_id, "written" if any(changed) else "unchanged", names)


def _transcript(info: dict[str, Any], extractor: Extractor) -> tuple[str, bytes]:
    """Kind and bytes of the best transcript, fetched at once: its address expires in minutes."""
    tracks = [track for tracks in (info.get("subtitles") or {}).values() for track in tracks or []]
    for kind in _KINDS:
        for track in tracks:
            if track.get("ext") == kind and track.get("url"):
                data = extractor.urlopen(track["url"]).read(MAX_BYTES + 1)
                if len(data) > MAX_BYTES:
                    raise QuarantinedError("source", "too_large")
                return kind, data
    raise QuarantinedError("source", "no_transcript")


def _write(path: Path, data: bytes) -> bool:
    """Replace a file as a whole; False where it holds the same bytes already."""
    if path.is_file() and path.read_bytes() == data:
        return False
    beside = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    beside.replace(path)
    return True


class _Silence:
    """A yt-dlp logger that says nothing."""

    def debug(self, message: str) -> None:
        """Drop it."""

    info = warning = error = debug
