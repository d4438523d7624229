"""`sqlite:///PATH`: the embedded default router, one file, safe for several processes (WAL)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import RouterUnavailableError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.vocabulary import Vocabulary
from pipeline.routing.check import check_deposit
from pipeline.routing.cursor import decode_cursor, encode_cursor
from pipeline.routing.protocol import KINDS, Deposit, Page, Scored
from pipeline.routing.semantic import HEAD, NEWEST, best_first, least_score

_SCHEMA = """
CREATE TABLE IF NOT EXISTS deposits (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, address TEXT NOT NULL, packet_id TEXT NOT NULL, payload BLOB NOT NULL,
    source_tag TEXT NOT NULL, epoch TEXT NOT NULL, signature BLOB NOT NULL,
    UNIQUE (packet_id, source_tag, kind)
);
CREATE INDEX IF NOT EXISTS deposits_by_address ON deposits (address, kind, seq);
"""
_COLUMNS = "kind, address, packet_id, payload, source_tag, epoch, signature"
_NEWEST = f"SELECT {_COLUMNS} FROM deposits WHERE address = ? AND kind = ? ORDER BY seq DESC LIMIT ?"  # noqa: S608 constant
_AFTER = f"SELECT seq, {_COLUMNS} FROM deposits WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 constant
_INSERT = f"INSERT OR IGNORE INTO deposits ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 constant
WORTH_CUTTING = 800
"""With fewer deposits at the best topics, reading the others too is cheaper than checking signatures to leave them out."""


class SqliteRouter:
    """A router in one SQLite file; the parent folder is made when it is missing."""

    def __init__(
        self, path: Path, *, known: tuple[Vocabulary, Lexicon] | None = None, busy_timeout_s: float = 30.0
    ) -> None:
        """Open or create the file; `known` lets `search` judge packets. Raises RouterUnavailableError where it cannot."""
        self._known = known
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise RouterUnavailableError(f"sqlite router: {type(error).__name__}") from error

    def put(self, deposit: Deposit) -> None:
        """Store one deposit (see Router.put)."""
        self.put_many([deposit])

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """Store several in one transaction: all or none."""
        for deposit in deposits:
            check_deposit(deposit)
        rows = [(d.kind, d.address, d.packet_id, d.payload, d.source_tag, d.epoch, d.signature) for d in deposits]
        with self._guarded():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(_INSERT, rows)
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def get(self, addresses: Sequence[str], *, newest: int = 200) -> list[Deposit]:
        """Newest deposits of each kind at each address (see Router.get)."""
        with self._guarded():
            return [
                Deposit(*row)
                for address in addresses
                for kind in KINDS
                for row in self._db.execute(_NEWEST, (address, kind, newest))
            ]

    def since(self, cursor: str | None, *, limit: int = 100) -> Page:
        """Deposits in arrival order after the cursor (see Router.since)."""
        with self._guarded():
            rows = self._db.execute(_AFTER, (decode_cursor(cursor), limit)).fetchall()
        last = encode_cursor(rows[-1][0]) if rows else cursor
        return Page(tuple(Deposit(*row[1:]) for row in rows), last)

    def search(self, topics: Sequence[Scored], top_k: int) -> list[Deposit] | None:
        """The asked topics' deposits, less those of topics too far off to rank among the first `top_k`."""
        if self._known is None:
            return None
        ordered = best_first(topics)
        head = self.get([topic.address for topic in ordered[:HEAD]], newest=NEWEST)
        least = least_score(head, topics, top_k, self._known) if len(head) >= WORTH_CUTTING else 0
        return head + self.get([topic.address for topic in ordered[HEAD:] if topic.score >= least], newest=NEWEST)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RouterUnavailableError(f"sqlite router: {type(error).__name__}") from error
