"""The outbox: every deposit this organisation made, stored before it is sent and marked after."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

from pipeline.ledger.connection import Connection
from pipeline.routing.protocol import Deposit

_STANDING = (
    "kind = 'packet' AND status != 'cancelled' AND NOT EXISTS (SELECT 1 FROM outbox t"
    " WHERE t.destination = outbox.destination AND t.kind = 'tombstone' AND t.packet_id = outbox.packet_id"
    " AND t.source_tag = outbox.source_tag)"
)
_LIVE = f"{_STANDING} AND packet_id = ?"
_DEPOSIT = "kind, address, packet_id, payload, source_tag, epoch, signature"


class Outbox:
    """Deposits for one destination. Statuses: waiting (for approval), ready, sent, cancelled (never left)."""

    def __init__(self, connection: Connection, destination: str) -> None:
        """See the outbox of one destination."""
        self._connection = connection
        self._destination = destination

    def outgoing(self, limit: int = 500) -> list[Deposit]:
        """Deposits that are ready and not yet sent, oldest first."""
        return self._select("status = 'ready' ORDER BY created_at, rowid LIMIT ?", limit)

    def sent(self, deposits: Sequence[Deposit]) -> None:
        """Mark deposits as delivered and their pending recordings as emitted."""
        now = time.time()
        with self._connection.transaction() as db:
            for deposit in deposits:
                db.execute(
                    "UPDATE outbox SET status = 'sent', sent_at = ? WHERE destination = ? AND kind = ? AND packet_id = ?"
                    " AND source_tag = ?",
                    (now, self._destination, *deposit.key),
                )
                if deposit.kind == "packet":
                    db.execute(
                        "UPDATE recordings SET state = 'emitted', updated_at = ? WHERE destination = ? AND packet_id = ?"
                        " AND state = 'pending'",
                        (now, self._destination, deposit.packet_id),
                    )

    def refuse(self, deposit: Deposit, reason: str) -> None:
        """A router will never take this deposit: cancel it and quarantine the recordings that wait for it."""
        with self._connection.transaction() as db:
            db.execute(
                "UPDATE outbox SET status = 'cancelled' WHERE destination = ? AND kind = ? AND packet_id = ?"
                " AND source_tag = ?",
                (self._destination, *deposit.key),
            )
            db.execute(
                "UPDATE recordings SET state = 'quarantined', stage = 'routing', reason = ? WHERE destination = ?"
                " AND packet_id = ? AND state = 'pending'",
                (reason, self._destination, deposit.packet_id),
            )

    def enqueue(self, deposits: Sequence[Deposit]) -> None:
        """Make deposits that belong to no recording (sightings, tombstones) ready to be sent."""
        with self._connection.transaction() as db:
            for deposit in deposits:
                self.store(db, deposit, "ready")

    def store(self, db: sqlite3.Connection, deposit: Deposit, status: str) -> None:
        """Write one deposit inside the caller's transaction; one that was sent stays sent."""
        db.execute(
            f"INSERT INTO outbox (destination, {_DEPOSIT}, status, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET status = excluded.status"
            " WHERE status IN ('cancelled', 'waiting')",
            (
                self._destination,
                deposit.kind,
                deposit.address,
                deposit.packet_id,
                deposit.payload,
                deposit.source_tag,
                deposit.epoch,
                deposit.signature,
                status,
                time.time(),
            ),
        )

    def status(self, packet_id: str) -> str | None:
        """Status of this organisation's live deposit of a packet (`sent`, `ready`, `waiting`), or None without one."""
        row = self._connection.row(
            f"SELECT status FROM outbox WHERE destination = ? AND {_LIVE} ORDER BY status = 'sent' DESC",
            (self._destination, packet_id),
        )
        return None if row is None else row[0]

    def live(self, packet_id: str) -> list[Deposit]:
        """This organisation's own deposits of a packet that are not cancelled and not withdrawn."""
        return self._select(_LIVE, packet_id)

    def said(self, deposit: Deposit) -> bytes | None:
        """The payload of what was deposited under the same key (kind, packet, source tag), or None."""
        row = self._connection.row(
            "SELECT payload FROM outbox WHERE destination = ? AND kind = ? AND packet_id = ? AND source_tag = ?",
            (self._destination, *deposit.key),
        )
        return None if row is None else bytes(row[0])

    def orphans(self, db: sqlite3.Connection) -> list[Deposit]:
        """Live deposits whose packet no recording stands for any more, inside the caller's transaction."""
        rows = db.execute(
            f"SELECT {_DEPOSIT} FROM outbox WHERE destination = ? AND status IN ('sent', 'ready')"
            f" AND {_STANDING} AND NOT EXISTS (SELECT 1 FROM recordings r"
            " WHERE r.destination = outbox.destination AND r.packet_id = outbox.packet_id AND r.state IN"
            " ('emitted', 'pending', 'duplicate', 'awaiting_approval', 'in_progress'))",
            (self._destination,),
        )
        return [Deposit(*row) for row in rows]

    def oldest_ready(self) -> float | None:
        """POSIX time since when the oldest deposit waits for its router, or None."""
        row = self._connection.row(
            "SELECT MIN(created_at) FROM outbox WHERE destination = ? AND status = 'ready'", (self._destination,)
        )
        return None if row is None else row[0]

    def _select(self, where: str, *values: object) -> list[Deposit]:
        rows = self._connection.rows(
            f"SELECT {_DEPOSIT} FROM outbox WHERE destination = ? AND {where}",
            (self._destination, *values),
        )
        return [Deposit(*row) for row in rows]
