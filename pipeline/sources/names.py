"""File names of a source: which are safe, what stem they have, and what kind of file they say they are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

TRANSCRIPTS = (".vtt", ".srt", ".json", ".txt")
SIDECARS = {".meta.json": "meta", ".info.json": "info", ".oembed.json": "oembed"}
CSV_NAME = "videos.csv"

# Languages in which caption files are tagged (NAME.en.vtt); another short word before the extension is part of the stem.
_LANGUAGE = re.compile(
    r"\.(?:ar|bg|bn|ca|cs|cy|da|de|el|en|es|et|eu|fa|fil?|fr|ga|gl|gu|he|hi|hr|hu|id|is|it|ja|ka|kn|ko|lt|lv|ml|mr|ms|nb|nl|nn|no"
    r"|pa|pl|pt|ro|ru|sk|sl|sr|sv|sw|ta|te|th|tr|uk|ur|vi|zh)(?:[-_][a-z0-9]{2,8})?$",
    re.IGNORECASE,
)

Role = Literal["transcript", "sidecar", "csv", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file found: its source-relative name, its size in bytes where known, and why it must not be read, if so."""

    name: str
    size: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a name says: `stems` are source-relative, the likeliest first (`a/talk` before `a/talk.en`)."""

    role: Role
    kind: str
    stems: tuple[str, ...]


def parse_name(name: str) -> Parsed:
    """Tell transcript, sidecar, workspace export and other files apart by name alone."""
    folder, slash, base = name.rpartition("/")
    lower = base.lower()
    if lower == CSV_NAME:
        return Parsed("csv", "csv", ())
    for suffix, kind in SIDECARS.items():
        if lower.endswith(suffix) and len(base) > len(suffix):
            return Parsed("sidecar", kind, (folder + slash + base[: -len(suffix)],))
    for suffix in TRANSCRIPTS:
        if lower.endswith(suffix) and len(base) > len(suffix):
            stem = base[: -len(suffix)]
            return Parsed("transcript", suffix[1:], tuple(folder + slash + s for s in _stems(stem)))
    return Parsed("other", "", ())


def hidden(name: str) -> bool:
    """True where the file or a folder above it begins with a dot."""
    return any(part.startswith(".") for part in name.split("/"))


def unsafe(name: str) -> str | None:
    """The reason code for a name that must not be used as a path or stored: `path_traversal` or `unsafe_name`."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:[\\/]", name):
        return "path_traversal"
    if not name or any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        return "unsafe_name"
    return None


def printable(name: str) -> str:
    """The name with control characters and undecodable bytes written as escapes, so that it can be stored and shown."""
    return "".join(
        character.encode("unicode_escape").decode() if unicodedata.category(character) in {"Cc", "Cs"} else character
        for character in name
    )


def _stems(stem: str) -> tuple[str, ...]:
    match = _LANGUAGE.search(stem)
    if match and match.start() > 0:
        return (stem[: match.start()], stem)
    return (stem,)
