"""Anything fsspec can list and open (`s3`, `gs`, `https`, `memory`, `zip`, ...) as a store."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipeline.errors import ConfigurationError, MissingExtraError, QuarantinedError
from pipeline.sources.names import Entry, parse_name, unsafe

# The extra of loomroute that brings the driver of a protocol.
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "http": "https", "https": "https"}
_WEB = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """The files below `root` on an fsspec file system; only those directly in it unless `deep`."""

    files: Any
    root: str
    deep: bool = True

    @classmethod
    @lru_cache(maxsize=8)
    def open(cls, url: str) -> tuple[RemoteStore, str | None]:
        """The store of a URL, and the file's name where it is that of one; remembered, as finding out costs round trips.

        Raises ConfigurationError for an unknown protocol or nothing there, MissingExtraError.
        """
        from fsspec.core import url_to_fs

        protocol = url.partition("://")[0].rpartition("::")[2]
        try:
            files, root = url_to_fs(url)
            root = root.rstrip("/")
            parent, _, base = root.rpartition("/")
            # Over HTTP a folder is a page like any other: its name has to tell.
            named = parse_name(base).role == "transcript"
            if root and (named if protocol in _WEB else files.isfile(root)):
                return cls(files, parent, deep=False), base
            found = not root or files.exists(root + "/" * (protocol in _WEB))
        except ImportError as error:
            raise MissingExtraError(_EXTRAS.get(protocol, protocol), f"a {protocol}:// source") from error
        except Exception as error:
            raise ConfigurationError(f"source cannot be opened ({protocol}: {type(error).__name__})") from error
        if not found:
            raise ConfigurationError(f"source not found ({protocol})")
        return cls(files, root), None

    def entries(self) -> list[Entry]:
        """Every file below the root. Raises ConfigurationError when the file system cannot list it."""
        try:
            self.files.invalidate_cache()
            root = self.root + "/" * self.root.startswith(("http://", "https://"))
            listing = self.files.find(root, maxdepth=None if self.deep else 1, detail=True)
        except Exception as error:
            raise ConfigurationError(f"source cannot be listed ({type(error).__name__})") from error
        prefix = self.root + "/" if self.root else ""
        found: list[Entry] = []
        for path, info in listing.items():
            if not path.startswith(prefix):
                found.append(Entry(path, problem="path_traversal"))
                continue
            size = info.get("size")
            found.append(Entry(path[len(prefix) :], size if isinstance(size, int) else None))
        return found

    def read(self, name: str, limit: int) -> bytes:
        """The first `limit` bytes of a file below the root. Raises QuarantinedError."""
        if problem := unsafe(name):
            raise QuarantinedError("source", problem)
        try:
            with self.files.open(f"{self.root}/{name}" if self.root else name, "rb") as file:
                data: bytes = file.read(limit)
        except Exception as error:
            # File systems raise their own kinds of error; whatever it is, this one file cannot be read now.
            raise QuarantinedError("source", "unreadable") from error
        return data
