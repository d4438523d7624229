"""Where the bytes of a source are: a local folder, or anything fsspec can list and open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pipeline.errors import ConfigurationError
from pipeline.sources.local import LocalStore
from pipeline.sources.names import Entry
from pipeline.sources.remote import RemoteStore


class Store(Protocol):
    """A readable tree of files. Names are relative to its root, with POSIX separators."""

    def entries(self) -> list[Entry]:
        """Every file below the root, in no promised order. Raises ConfigurationError when the root cannot be listed."""

    def read(self, name: str, limit: int) -> bytes:
        """The first `limit` bytes of a file. Raises QuarantinedError (`unreadable`, `path_traversal`, `symlink_outside`)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A store, and the name of the one file that was asked for where the URL is that of a file."""

    store: Store
    only: str | None = None


def open_store(url: str) -> Opened:
    """Open a folder or URL. Raises ConfigurationError where there is nothing, MissingExtraError where a driver is missing."""
    if not url:
        raise ConfigurationError("no source: its URL is empty")
    path = local_path(url)
    return Opened(*(RemoteStore.open(url) if path is None else LocalStore.open(path)))


def local_path(url: str) -> str | None:
    """The path of a folder or file on this machine; None for what fsspec opens."""
    if "::" in url:
        return None
    if url.startswith(("file://", "local://")):
        return url.partition("://")[2]
    return None if "://" in url else url
