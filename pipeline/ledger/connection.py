"""The ledger's file: opened with mode 0600, one writer at a time, errors without text."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import LedgerError, LedgerUnusableError
from pipeline.ledger.schema import SCHEMA, SCHEMA_VERSION


class Connection:
    """One open ledger file."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        """Open or create the file; `reading` opens one that may only be read as well.

        Raises LedgerUnusableError where that is impossible or the file is from a newer version, LedgerError where it is locked.
        """
        try:
            self._db = _read_only(path) if reading and _protected(path) else _writable(path)
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise LedgerError(f"ledger: {type(error).__name__}") from error
            raise LedgerUnusableError(f"ledger: cannot be used ({_why(error)})") from error
        except OSError as error:
            raise LedgerUnusableError(f"ledger: cannot be opened ({error.strerror})") from error
        self._check_version()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rows(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a reading statement."""
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise LedgerError(f"ledger: {type(error).__name__}") from error

    def row(self, statement: str, values: tuple[object, ...] = ()) -> tuple[Any, ...] | None:
        """The first row of a reading statement, or None."""
        found = self.rows(statement, values)
        return found[0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One writing transaction: all of it or nothing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise LedgerError(f"ledger: {type(error).__name__}") from error

    def secret(self, name: str) -> bytes:
        """32 random bytes kept in the ledger under `name`, made on first use."""
        row = self._meta(name)
        if row is None:
            with self.transaction() as db:
                db.execute("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", (name, secrets.token_bytes(32)))
            row = self._meta(name)
        if row is None or len(row[0]) != 32:
            raise LedgerError(f"ledger: {name} is missing or damaged")
        return bytes(row[0])

    def _check_version(self) -> None:
        row = self._meta("schema_version")
        if row is None:
            with self.transaction() as db:
                db.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('schema_version', ?)", (SCHEMA_VERSION,))
        elif int(row[0]) > SCHEMA_VERSION:
            raise LedgerUnusableError("ledger: written by a newer loomroute")

    def _meta(self, name: str) -> tuple[Any, ...] | None:
        return self.row("SELECT value FROM meta WHERE name = ?", (name,))


def _protected(path: Path) -> bool:
    return path.is_file() and not os.access(path, os.W_OK)


def _writable(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, timeout=60.0, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(SCHEMA)
    return db


def _read_only(path: Path) -> sqlite3.Connection:
    # Where no log stands beside it, nobody writes, and the file can be read without making a log: its folder may be protected
    # too, and a log made here would be as protected as the file and in the way of the next writer.
    log = path.with_name(f"{path.name}-wal")
    mode = "mode=ro" if log.exists() else "immutable=1"
    db = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=60.0, isolation_level=None)
    db.execute("SELECT 1 FROM current_recordings LIMIT 1")
    return db


def _why(error: sqlite3.Error) -> str:
    return "it is no ledger" if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB else type(error).__name__
