"""A local folder as a store. Nothing outside the folder is read, whatever links say."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigurationError, QuarantinedError
from pipeline.sources.names import Entry, unsafe


@dataclass(frozen=True, slots=True)
class LocalStore:
    """The files below `root`, an existing folder with all links resolved; only those directly in it unless `deep`."""

    root: str
    deep: bool = True

    @classmethod
    def open(cls, path: str) -> tuple[LocalStore, str | None]:
        """The store of a folder; of a file: its folder's store and the file's name. Raises ConfigurationError for neither."""
        try:
            real = Path(path).expanduser().resolve(strict=True)
            if real.is_dir():
                return cls(str(real)), None
            if real.is_file():
                return cls(str(real.parent), deep=False), real.name
        except (OSError, ValueError, RuntimeError) as error:
            raise ConfigurationError(f"source not found: {path}") from error
        raise ConfigurationError(f"source is neither a folder nor a file: {path}")

    def entries(self) -> list[Entry]:
        """Every file below the root; links to folders are listed, never followed."""
        found: list[Entry] = []
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(f"{self.root}/{folder}") as listing:
                    items = list(listing)
            except OSError as error:
                if not folder:
                    raise ConfigurationError(f"source cannot be listed ({type(error).__name__})") from error
                found.append(Entry(folder, problem="unreadable"))
                continue
            for item in items:
                name = f"{folder}/{item.name}" if folder else item.name
                if item.is_dir(follow_symlinks=False):
                    folders += [name] if self.deep else []
                else:
                    found.append(self._entry(item, name))
        return found

    def read(self, name: str, limit: int) -> bytes:
        """The first `limit` bytes of a regular file inside the root. Raises QuarantinedError."""
        if problem := unsafe(name):
            raise QuarantinedError("source", problem)
        try:
            real = os.path.realpath(f"{self.root}/{name}", strict=True)
            if self._inside(real):
                return _read_regular(real, limit)
        except (OSError, ValueError) as error:
            raise QuarantinedError("source", "unreadable") from error
        raise QuarantinedError("source", "symlink_outside")

    def _entry(self, item: os.DirEntry[str], name: str) -> Entry:
        try:
            if item.is_symlink():
                real = os.path.realpath(item.path, strict=True)
                if not self._inside(real):
                    return Entry(name, problem="symlink_outside")
                if Path(real).is_dir():
                    return Entry(name, problem="symlink_folder")
            status = item.stat()
        except OSError:
            return Entry(name, problem="unreadable")
        if not stat.S_ISREG(status.st_mode):
            return Entry(name, problem="not_a_file")
        return Entry(name, status.st_size)

    def _inside(self, real: str) -> bool:
        return real == self.root or real.startswith(self.root.rstrip("/") + "/")


def _read_regular(path: str, limit: int) -> bytes:
    # O_NOFOLLOW and O_NONBLOCK: the path was resolved just now, and a pipe put there meanwhile must not block.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return file.read(limit)
    raise OSError("not a regular file")
