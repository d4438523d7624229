"""The ledger: what became of every recording version. The record of truth, in one SQLite file.

A packet is written here before it is sent and marked after, so that killing the process anywhere and running again loses
nothing and, since routers are idempotent by (kind, packet id, source tag), deposits nothing twice.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.ledger.connection import Connection
from pipeline.ledger.lease import Lease
from pipeline.ledger.outbox import Outbox
from pipeline.ledger.states import STATES, State
from pipeline.routing.protocol import Deposit

_STATE_OF_DEPOSIT: dict[str, State] = {"sent": "emitted", "ready": "pending", "waiting": "awaiting_approval"}
_ROW = "source, recording, version, pseudonym, state, stage, reason, packet_id, batch, updated_at"
REVIEW = "review"
"""The stage of a version that a reviewer accepted or rejected: no run goes back on it."""
_OPEN = "('held', 'awaiting_approval')"
_SUPPORTS = "state IN ('emitted', 'pending', 'duplicate', 'awaiting_approval')"


@dataclass(frozen=True, slots=True)
class Item:
    """One recording version: its source-relative `recording` path and its `version` hash."""

    recording: str
    version: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of one recording version in a run: its state, where and why, and the packet it led to (if any)."""

    item: Item
    state: State
    stage: str | None = None
    reason: str | None = None
    packet_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One ledger row as shown to the people of this organisation; never leaves the machine."""

    source: str
    recording: str
    version: str
    pseudonym: str
    state: str
    stage: str | None
    reason: str | None
    packet_id: str | None
    batch: str | None
    updated_at: float


class Ledger:
    """One open ledger file, seen from one destination (a router, named by a hash of its URL)."""

    def __init__(self, path: Path, destination: str, *, reading: bool = False) -> None:
        """Open or create the file with mode 0600; `reading` opens one that may only be read as well.

        Raises LedgerUnusableError where that is impossible.
        """
        self.destination = destination
        self._connection = Connection(path, reading=reading)
        self.outbox = Outbox(self._connection, destination)
        self._key = self._connection.secret("pseudonym_key")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def pseudonym(self, recording: str) -> str:
        """The name a recording has in logs, Prefect and artifacts: HMAC-SHA-256(ledger key, path), 16 hex digits."""
        return hmac.new(self._key, recording.encode(), hashlib.sha256).hexdigest()[:16]

    def organisation_secret(self) -> bytes:
        """The 32 bytes from which signing keys are derived, made on first use."""
        return self._connection.secret("organisation_secret")

    def lease(
        self,
        source: str,
        items: Sequence[Item],
        lease: Lease,
        *,
        batch: str,
        reprocess: bool = False,
        by_reviewer: bool = False,
        emitting: bool = False,
    ) -> list[Item]:
        """Take the versions that still need work; the others are settled, or leased by another live run.

        `reprocess` takes settled versions too, but for those that a reviewer accepted or rejected or a later version replaced.
        `by_reviewer` takes what a reviewer accepted before, so that a person can decide again.
        `emitting` takes what is held for no other reason than that nothing was to be emitted then.
        """
        taken: list[Item] = []
        with self._connection.transaction() as db:
            for item in items:
                self._make_current(db, source, item)
                key = (self.destination, source, item.recording, item.version)
                row = db.execute(
                    "SELECT state, lease_owner, lease_until, stage, reason FROM recordings"
                    " WHERE destination = ? AND source = ? AND recording = ? AND version = ?",
                    key,
                ).fetchone()
                freed = emitting and row is not None and (row[0], row[4]) == ("held", "emit_off")
                if not (row is None or freed or _takeable(row, lease, reprocess=reprocess, by_reviewer=by_reviewer)):
                    continue
                db.execute(
                    "INSERT INTO recordings (destination, source, recording, version, pseudonym, state, batch, lease_owner,"
                    " lease_until, updated_at) VALUES (?, ?, ?, ?, ?, 'in_progress', ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET state = 'in_progress', batch = excluded.batch,"
                    " lease_owner = excluded.lease_owner, lease_until = excluded.lease_until,"
                    " updated_at = excluded.updated_at",
                    (*key, self.pseudonym(item.recording), batch, lease.owner, lease.until, time.time()),
                )
                taken.append(item)
        return taken

    def settle(
        self,
        source: str,
        settled: Iterable[Settled],
        deposits: Sequence[Deposit] = (),
        *,
        ready: bool,
        tombstone: Callable[[Deposit], Deposit],
    ) -> None:
        """Write the ends of recording versions with their deposits, in one transaction.

        `ready` False leaves the deposits waiting for approval. A version that led to another packet than an earlier version
        of the same recording withdraws the earlier one, unless another recording supports it: `tombstone` signs that. What waits
        for approval replaces nothing yet.
        """
        with self._connection.transaction() as db:
            for deposit in deposits:
                self.outbox.store(db, deposit, "ready" if ready else "waiting")
            for end in settled:
                if end.state == "awaiting_approval":
                    self._cancel_former(db, source, end)
                else:
                    self._replace_predecessors(db, source, end, tombstone)
                self._make_current(db, source, end.item)
                self._write(db, source, end)

    def standing(self, source: str, item: Item, packet_id: str) -> State | None:
        """The state of a version whose packet this organisation has deposited already; None when it has not.

        `duplicate` when another recording stands for the deposit, else what became of the deposit: a version that is run again
        and leads to the same packet stays what it was.
        """
        status = self.outbox.status(packet_id)
        if status is None:
            return None
        other = self._connection.row(
            "SELECT 1 FROM recordings WHERE destination = ? AND packet_id = ? AND NOT (source = ? AND recording = ?"
            " AND version = ?) AND state IN ('emitted', 'pending', 'awaiting_approval')",
            (self.destination, packet_id, source, item.recording, item.version),
        )
        return "duplicate" if other is not None else _STATE_OF_DEPOSIT[status]

    def approve(self, batch: str, tombstone: Callable[[Deposit], Deposit]) -> int:
        """Release a batch that awaits approval, and withdraw what it replaces; returns how many recordings became pending."""
        where = "destination = ? AND batch = ? AND state = 'awaiting_approval'"
        with self._connection.transaction() as db:
            rows = db.execute(
                f"SELECT source, recording, version, packet_id FROM recordings WHERE {where}", (self.destination, batch)
            ).fetchall()
            for source, recording, version, packet_id in rows:
                end = Settled(Item(recording, version), "pending", packet_id=packet_id)
                self._replace_predecessors(db, source, end, tombstone)
            db.execute(
                "UPDATE outbox SET status = 'ready' WHERE destination = ? AND status = 'waiting' AND packet_id IN"
                f" (SELECT packet_id FROM recordings WHERE {where})",
                (self.destination, self.destination, batch),
            )
            approved = db.execute(
                f"UPDATE recordings SET state = 'pending', updated_at = ? WHERE {where}",
                (time.time(), self.destination, batch),
            ).rowcount
            for gone in self.outbox.orphans(db):
                self.outbox.store(db, tombstone(gone), "ready")
        return approved

    def reject(self, source: str, item: Item) -> None:
        """A reviewer rejects a held or waiting recording version; a deposit that waits only for it is cancelled."""
        with self._connection.transaction() as db:
            row = db.execute(
                "SELECT packet_id FROM recordings WHERE destination = ? AND source = ? AND recording = ? AND version = ?",
                (self.destination, source, item.recording, item.version),
            ).fetchone()
            self._write(db, source, Settled(item, "rejected", REVIEW, "rejected"))
            if row is not None and row[0] is not None and not self._supported(db, source, item, row[0]):
                self._cancel_waiting(db, row[0])

    def withdraw(self, recording: str, tombstone: Callable[[Deposit], Deposit]) -> int:
        """Withdraw every version of a recording; a packet that another recording supports stays. Returns versions withdrawn."""
        count = 0
        with self._connection.transaction() as db:
            rows = db.execute(
                f"SELECT source, version, packet_id FROM recordings WHERE destination = ? AND recording = ? AND {_SUPPORTS}",
                (self.destination, recording),
            ).fetchall()
            for source, version, packet_id in rows:
                item = Item(recording, version)
                self._write(db, source, Settled(item, "withdrawn", "ledger", "withdrawn_by_owner"))
                if not self._supported(db, source, item, packet_id):
                    self._cancel_waiting(db, packet_id)
                    for gone in self.outbox.live(packet_id):
                        self.outbox.store(db, tombstone(gone), "ready")
                count += 1
        return count

    def batches(self) -> list[tuple[str, int]]:
        """Batches that await approval with their number of recordings, oldest first."""
        rows = self._connection.rows(
            "SELECT batch, COUNT(*) FROM recordings WHERE destination = ? AND state = 'awaiting_approval'"
            " GROUP BY batch ORDER BY MIN(updated_at)",
            (self.destination,),
        )
        return [(batch, count) for batch, count in rows]

    def counts(self) -> dict[str, int]:
        """Recordings by the state of their current version; states that nothing is in are absent."""
        found = dict(
            self._connection.rows(
                "SELECT state, COUNT(*) FROM current_recordings WHERE destination = ? GROUP BY state",
                (self.destination,),
            )
        )
        return {state: found[state] for state in STATES if state in found}

    def elsewhere(self) -> int:
        """Recordings that this ledger holds for other routers."""
        row = self._connection.row(
            "SELECT COUNT(*) FROM current_recordings WHERE destination != ?", (self.destination,)
        )
        return 0 if row is None else int(row[0])

    def states_of_batch(self, batch: str) -> dict[str, str]:
        """Recording path to state, for what one run has worked on."""
        rows = self._connection.rows(
            "SELECT recording, state FROM recordings WHERE destination = ? AND batch = ?", (self.destination, batch)
        )
        return dict(rows)

    def rows(self, state: State | None = None) -> list[Row]:
        """The current versions in one state (or all), newest first."""
        rows = self._connection.rows(
            f"SELECT {_ROW} FROM current_recordings"
            " WHERE destination = ? AND (? IS NULL OR state = ?) ORDER BY updated_at DESC, recording",
            (self.destination, state, state),
        )
        return [Row(*row) for row in rows]

    def to_review(self, source: str) -> list[Row]:
        """Current versions of one source that a person may decide about (held or awaiting approval), newest first."""
        rows = self._connection.rows(
            f"SELECT {_ROW} FROM current_recordings WHERE destination = ? AND source = ? AND state IN {_OPEN}"
            " ORDER BY updated_at DESC, recording",
            (self.destination, source),
        )
        return [Row(*row) for row in rows]

    def recordings_of(self, packet_id: str) -> list[str]:
        """Paths of this organisation's own recordings behind a packet: the local link, which never leaves."""
        rows = self._connection.rows(
            "SELECT DISTINCT recording FROM recordings WHERE destination = ? AND packet_id = ? ORDER BY recording",
            (self.destination, packet_id),
        )
        return [recording for (recording,) in rows]

    def _replace_predecessors(
        self, db: sqlite3.Connection, source: str, end: Settled, tombstone: Callable[[Deposit], Deposit]
    ) -> None:
        for gone in self._withdraw_predecessors(db, source, end):
            self.outbox.store(db, tombstone(gone), "ready")

    def _cancel_former(self, db: sqlite3.Connection, source: str, end: Settled) -> None:
        """Cancel what this very version waited with before, where no other version waits with it: nobody could approve it."""
        key = (self.destination, source, end.item.recording, end.item.version)
        former = db.execute(
            "SELECT packet_id FROM recordings mine WHERE destination = ? AND source = ? AND recording = ? AND version = ?"
            " AND packet_id IS NOT ? AND NOT EXISTS (SELECT 1 FROM recordings o WHERE o.destination = mine.destination"
            f" AND o.packet_id = mine.packet_id AND o.rowid != mine.rowid AND o.{_SUPPORTS})",
            (*key, end.packet_id),
        ).fetchone()
        if former is not None:
            self._cancel_waiting(db, former[0])

    def _withdraw_predecessors(self, db: sqlite3.Connection, source: str, end: Settled) -> list[Deposit]:
        if end.state == "in_progress":
            return []
        key = (self.destination, source, end.item.recording)
        earlier = db.execute(
            "SELECT DISTINCT packet_id FROM recordings WHERE destination = ? AND source = ? AND recording = ?"
            f" AND packet_id IS NOT NULL AND packet_id IS NOT ? AND ({_SUPPORTS} OR state = 'in_progress')",
            (*key, end.packet_id),
        ).fetchall()
        gone: list[Deposit] = []
        for (packet_id,) in earlier:
            db.execute(
                "UPDATE recordings SET state = 'withdrawn', updated_at = ? WHERE destination = ? AND source = ?"
                " AND recording = ? AND packet_id = ? AND version != ?",
                (time.time(), *key, packet_id, end.item.version),
            )
            if not self._supported(db, source, end.item, packet_id):
                self._cancel_waiting(db, packet_id)
                gone += self.outbox.live(packet_id)
        return gone

    def _make_current(self, db: sqlite3.Connection, source: str, item: Item) -> None:
        db.execute(
            "INSERT OR REPLACE INTO current_versions (destination, source, recording, version) VALUES (?, ?, ?, ?)",
            (self.destination, source, item.recording, item.version),
        )

    def _write(self, db: sqlite3.Connection, source: str, end: Settled) -> None:
        db.execute(
            "INSERT INTO recordings (destination, source, recording, version, pseudonym, state, stage, reason, packet_id,"
            " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET state = excluded.state, stage = excluded.stage, reason = excluded.reason,"
            " packet_id = excluded.packet_id, lease_owner = NULL, lease_until = NULL, updated_at = excluded.updated_at",
            (
                self.destination,
                source,
                end.item.recording,
                end.item.version,
                self.pseudonym(end.item.recording),
                end.state,
                end.stage,
                end.reason,
                end.packet_id,
                time.time(),
            ),
        )

    def _supported(self, db: sqlite3.Connection, source: str, item: Item, packet_id: str) -> bool:
        row = db.execute(
            "SELECT 1 FROM recordings WHERE destination = ? AND packet_id = ? AND NOT (source = ? AND recording = ?)"
            f" AND {_SUPPORTS}",
            (self.destination, packet_id, source, item.recording),
        ).fetchone()
        return row is not None

    def _cancel_waiting(self, db: sqlite3.Connection, packet_id: str) -> None:
        db.execute(
            "UPDATE outbox SET status = 'cancelled' WHERE destination = ? AND packet_id = ? AND status = 'waiting'",
            (self.destination, packet_id),
        )


_PASSING = frozenset({"timed_out", "unreadable"})
"""Reasons of a quarantine that may have gone by the next run: a busy machine, a file system that was away."""


def _takeable(
    row: tuple[str, str | None, float | None, str | None, str | None],
    lease: Lease,
    *,
    reprocess: bool,
    by_reviewer: bool,
) -> bool:
    state, owner, until, stage, reason = row
    if state == "in_progress":
        return lease.may_take_from(owner, until)
    if state == "quarantined" and reason in _PASSING:
        return True
    if state in {"rejected", "withdrawn"}:
        return False
    return by_reviewer or (reprocess and stage != REVIEW)
