"""Include and exclude: by folder, tag and owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from pipeline.recording import Metadata
from pipeline.sources.spec import SourceSpec


def selected(spec: SourceSpec, name: str, metadata: Callable[[], Metadata]) -> bool:
    """Whether the recording `name` is wanted. `metadata` is called only where a glob asks for it, and may raise."""
    globs = (spec.include_folders, spec.exclude_folders, spec.include_tags, spec.exclude_tags)
    if not any((*globs, spec.include_owners, spec.exclude_owners)):
        return True
    known = metadata()
    folders = [str(parent) for parent in PurePosixPath(name).parents] + [known.folder or ""]
    owners = [known.owner_name or "", known.owner_email or ""]
    return (
        _passes(folders, spec.include_folders, spec.exclude_folders)
        and _passes(known.tags, spec.include_tags, spec.exclude_tags)
        and _passes(owners, spec.include_owners, spec.exclude_owners)
    )


def _passes(values: Iterable[str], include: tuple[str, ...], exclude: tuple[str, ...]) -> bool:
    folded = [value.casefold() for value in values if value]

    def any_matches(globs: tuple[str, ...]) -> bool:
        return any(fnmatchcase(value, glob.casefold().rstrip("/")) for value in folded for glob in globs)

    return (not include or any_matches(include)) and not any_matches(exclude)
