"""The relay's own SQLite file: members, vote keys, and what it must remember for one vote and for withdrawal.

No network address, user agent or token is ever written here; tokens are stored as hashes, apart from all deposits.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ConfigurationError, RouterUnavailableError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS members (
    id TEXT PRIMARY KEY, label TEXT NOT NULL, token_hash BLOB NOT NULL UNIQUE, gateway INTEGER NOT NULL,
    added TEXT NOT NULL, revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS usage (
    member TEXT NOT NULL, day TEXT NOT NULL, deposits INTEGER NOT NULL, PRIMARY KEY (member, day)
);
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL, expires TEXT);
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, address TEXT NOT NULL, packet_id TEXT NOT NULL, payload BLOB NOT NULL,
    source_tag TEXT NOT NULL, epoch TEXT NOT NULL, signature BLOB NOT NULL,
    voter BLOB NOT NULL, pseudonym BLOB NOT NULL, subject TEXT NOT NULL, gateway INTEGER NOT NULL,
    form_id TEXT, form_tag TEXT, detail INTEGER NOT NULL DEFAULT 0, complete INTEGER NOT NULL DEFAULT 1,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    UNIQUE (packet_id, source_tag, kind)
);
CREATE INDEX IF NOT EXISTS entries_by_voter ON entries (voter, kind, subject, seq);
CREATE INDEX IF NOT EXISTS entries_by_address ON entries (address, kind, seq);
CREATE TABLE IF NOT EXISTS hidden (
    packet_id TEXT NOT NULL, source_tag TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,
    voter BLOB NOT NULL, pseudonym BLOB NOT NULL, subject TEXT NOT NULL,
    PRIMARY KEY (packet_id, source_tag, kind)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hidden_by_voter ON hidden (voter, kind, subject);
CREATE INDEX IF NOT EXISTS hidden_by_address ON hidden (address);
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, address TEXT NOT NULL, packet_id TEXT NOT NULL, payload BLOB NOT NULL,
    source_tag TEXT NOT NULL, epoch TEXT NOT NULL, signature BLOB NOT NULL
);
"""


def open_database(folder: Path, *, create: bool = True) -> sqlite3.Connection:
    """Open or create the file; one connection a user, guarded by its owner.

    Raises RouterUnavailableError, and ConfigurationError where there is none and `create` is false.
    """
    if not create and not (folder / "relay.db").is_file():
        raise ConfigurationError("relay: no relay has its state in this folder")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "relay.db"
        path.touch(mode=0o600)
        database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        database.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 4000", "cache_size = -65536"):
            database.execute(f"PRAGMA {pragma}")
        database.executescript(_SCHEMA)
    except (OSError, sqlite3.Error) as error:
        raise RouterUnavailableError(f"relay state: {type(error).__name__}") from error
    return database


@contextmanager
def only_server(folder: Path) -> Iterator[None]:
    """Serve this state folder alone. Raises ConfigurationError while another process does.

    Votes, releases and the change feed are put in order by locks inside one process, so two of them would undo each other.
    The lock is the kernel's: it ends with the process, however that ends.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = (folder / "serving.lock").open("ab")
    except OSError as error:
        raise RouterUnavailableError(f"relay state: {type(error).__name__}") from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError("relay: another relay serves this state folder") from None
        yield


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: everything or nothing. Raises RouterUnavailableError when the file stays locked or fails."""
    try:
        database.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise RouterUnavailableError(f"relay state: {type(error).__name__}") from error
    try:
        yield
    except BaseException as error:
        database.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error):
            raise RouterUnavailableError(f"relay state: {type(error).__name__}") from error
        raise
    try:
        database.execute("COMMIT")
    except sqlite3.Error as error:
        raise RouterUnavailableError(f"relay state: {type(error).__name__}") from error
