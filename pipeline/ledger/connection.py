"""The ledger's file: opened with mode 0600, one writer at a time, errors without text."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import LedgerError
from pipeline.ledger.schema import SCHEMA, SCHEMA_VERSION


class Connection:
    """One open ledger file."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises LedgerError where that is impossible or the file is from a newer version."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(path, timeout=60.0, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise LedgerError(f"ledger: cannot be opened ({type(error).__name__})") from error
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
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", (name, secrets.token_bytes(32)))
        row = self.row("SELECT value FROM meta WHERE name = ?", (name,))
        if row is None or len(row[0]) != 32:
            raise LedgerError(f"ledger: {name} is missing or damaged")
        return bytes(row[0])

    def _check_version(self) -> None:
        row = self.row("SELECT value FROM meta WHERE name = 'schema_version'")
        if row is None:
            with self.transaction() as db:
                db.execute("INSERT OR IGNORE INTO meta (name, value) VALUES ('schema_version', ?)", (SCHEMA_VERSION,))
        elif int(row[0]) > SCHEMA_VERSION:
            raise LedgerError("ledger: written by a newer loomroute")
