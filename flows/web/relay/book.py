"""What the relay remembers of each deposit, and which released forms of them are visible: one vote a source."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.routing.protocol import Deposit

_COLUMNS = "kind, address, packet_id, payload, source_tag, epoch, signature"
_ENTRY_COLUMNS = f"{_COLUMNS}, voter, pseudonym, subject, gateway, form_id, form_tag, detail, complete, withdrawn"
_INSERT_ENTRY = f"INSERT INTO entries ({_ENTRY_COLUMNS}) VALUES ({', '.join('?' * 16)})"  # noqa: S608 constant columns


@dataclass(frozen=True, slots=True)
class Entry:
    """A deposit as it came, with who it is from: `voter` counts, `pseudonym` signs, `subject` is what one vote is for.

    `form_id`, `form_tag`: packet id and source tag under which it is released now (None: it is not); `detail`: how many of its
    circumstances are released, `complete` when that is all of them.
    """

    seq: int
    deposit: Deposit
    voter: bytes
    pseudonym: bytes
    subject: str
    gateway: bool
    form_id: str | None = None
    form_tag: str | None = None
    detail: int = 0
    complete: bool = True
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Something released: under which packet id and source tag, and the pseudonym that signs for the relay's own tags."""

    packet_id: str
    source_tag: str
    pseudonym: bytes


class Book:
    """The entries, hidden and outbox tables. Its methods are called inside the caller's transaction."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Use the writer's connection."""
        self._db = database

    def find(self, kind: str, packet_id: str, source_tag: str) -> Entry | None:
        """The entry of a deposit key."""
        row = self._db.execute(
            "SELECT * FROM entries WHERE packet_id = ? AND source_tag = ? AND kind = ?", (packet_id, source_tag, kind)
        ).fetchone()
        return _entry(row) if row else None

    def kinds(self, packet_id: str, source_tag: str) -> set[str]:
        """The kinds of deposit that a source tag made of a packet id."""
        rows = self._db.execute(
            "SELECT kind FROM entries WHERE packet_id = ? AND source_tag = ?", (packet_id, source_tag)
        ).fetchall()
        return {row["kind"] for row in rows}

    def known_voter(self, candidates: Sequence[bytes]) -> bytes:
        """The name a member already has at a topic, or the first of the candidates."""
        if len(candidates) == 1:
            return candidates[0]
        marks = ", ".join("?" * len(candidates))
        row = self._db.execute(
            f"SELECT voter FROM entries WHERE voter IN ({marks}) ORDER BY seq LIMIT 1",  # noqa: S608 question marks
            tuple(candidates),
        ).fetchone()
        return row["voter"] if row else candidates[0]

    def count(self, pseudonym: bytes, voter: bytes) -> int:
        """How many deposits came under a pseudonym, which is one member at one topic in one epoch."""
        row = self._db.execute(
            "SELECT count(*) AS n FROM entries WHERE voter = ? AND pseudonym = ?", (voter, pseudonym)
        ).fetchone()
        return int(row["n"])

    def add(self, entry: Entry, form: Deposit | None = None) -> None:
        """Write a new entry, and let it go out at once under a form if there is one: it takes its source's vote over."""
        if form is not None:
            earlier = self._standing(entry, most=1)
            if earlier:
                self._hide(entry, earlier[0])
        d = entry.deposit
        self._db.execute(
            _INSERT_ENTRY,
            (
                *(d.kind, d.address, d.packet_id, d.payload, d.source_tag, d.epoch, d.signature),
                *(entry.voter, entry.pseudonym, entry.subject, entry.gateway),
                *((form.packet_id, form.source_tag) if form else (None, None)),
                *(entry.detail, entry.complete, entry.withdrawn),
            ),
        )
        if form is not None:
            if earlier:
                self._unhide(entry.deposit.kind, form.packet_id, form.source_tag)
            self.send(form)

    def release_again(self, entry: Entry, form: Deposit) -> None:
        """Let the standing entry of a vote go out under another form, with the detail it has now."""
        if entry.form_id is not None and entry.form_tag is not None:
            self._hide(entry, Form(entry.form_id, entry.form_tag, entry.pseudonym))
        self._db.execute(
            "UPDATE entries SET form_id = ?, form_tag = ?, detail = ?, complete = ? WHERE seq = ?",
            (form.packet_id, form.source_tag, entry.detail, entry.complete, entry.seq),
        )
        self._unhide(form.kind, form.packet_id, form.source_tag)
        self.send(form)

    def send(self, deposit: Deposit) -> None:
        """Put something in the outbox."""
        self._db.execute(
            f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 constant columns
            (
                *(deposit.kind, deposit.address, deposit.packet_id, deposit.payload),
                *(deposit.source_tag, deposit.epoch, deposit.signature),
            ),
        )

    def outbox(self, after: int) -> tuple[list[Deposit], int]:
        """What waits for the storage behind a number, and the number of the last of it."""
        rows = self._db.execute(
            f"SELECT seq, {_COLUMNS} FROM outbox WHERE seq > ? ORDER BY seq",  # noqa: S608 constant columns
            (after,),
        ).fetchall()
        return [_deposit(row) for row in rows], rows[-1]["seq"] if rows else after

    def sent(self, last: int) -> None:
        """Forget the outbox up to a number."""
        self._db.execute("DELETE FROM outbox WHERE seq <= ?", (last,))

    def withdraw(self, entry: Entry) -> list[Form]:
        """Mark a packet withdrawn; an earlier vote of its source comes back. Returns the forms that are gone for good."""
        self._db.execute("UPDATE entries SET withdrawn = 1 WHERE seq = ?", (entry.seq,))
        if entry.form_id is None or entry.form_tag is None:
            return []
        own = Form(entry.form_id, entry.form_tag, entry.pseudonym)
        if not entry.gateway:  # behind a gateway everything lies as on any transport: the packet and its tombstone
            self._hide(entry, own)
        earlier = self._standing(entry)
        if earlier:
            self._unhide("packet", earlier[0].packet_id, earlier[0].source_tag)
        hidden = self._db.execute(
            "SELECT packet_id, source_tag, pseudonym FROM hidden WHERE voter = ? AND kind = 'packet' AND subject = ?",
            (entry.voter, entry.subject),
        )
        gone = {own, *(Form(*row) for row in hidden)} - set(earlier)
        return sorted(gone, key=lambda form: (form.packet_id, form.source_tag))

    def packets_at(self, address: str) -> list[Entry]:
        """All packets of a topic that are not withdrawn, in arrival order."""
        rows = self._db.execute(
            "SELECT * FROM entries WHERE address = ? AND kind = 'packet' AND withdrawn = 0 ORDER BY seq", (address,)
        )
        return [_entry(row) for row in rows]

    def sightings_of(self, address: str, packet_id: str) -> list[Entry]:
        """All sightings of a released packet, in arrival order."""
        rows = self._db.execute(
            "SELECT * FROM entries WHERE packet_id = ? AND kind = 'sighting' AND address = ? ORDER BY seq",
            (packet_id, address),
        )
        return [_entry(row) for row in rows]

    def is_released(self, address: str, packet_id: str) -> bool:
        """Whether a packet was ever released at this topic."""
        row = self._db.execute(
            "SELECT 1 FROM entries WHERE address = ? AND kind = 'packet' AND form_id = ? "
            "UNION ALL SELECT 1 FROM hidden WHERE packet_id = ? AND kind = 'packet' AND address = ? LIMIT 1",
            (address, packet_id, packet_id, address),
        ).fetchone()
        return row is not None

    def incomplete(self) -> list[str]:
        """Topics with packets whose circumstances are not all released."""
        rows = self._db.execute("SELECT DISTINCT address FROM entries WHERE complete = 0")
        return [row["address"] for row in rows]

    def _standing(self, entry: Entry, most: int = -1) -> list[Form]:
        """The forms of a vote's entries that are not withdrawn, the visible one (of the latest entry) first."""
        rows = self._db.execute(
            "SELECT form_id, form_tag, pseudonym FROM entries WHERE voter = ? AND kind = ? AND subject = ? "
            "AND withdrawn = 0 AND form_id IS NOT NULL ORDER BY seq DESC LIMIT ?",
            (entry.voter, entry.deposit.kind, entry.subject, most),
        )
        return [Form(*row) for row in rows]

    def _hide(self, entry: Entry, form: Form) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO hidden (packet_id, source_tag, kind, address, voter, pseudonym, subject) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(form.packet_id, form.source_tag, entry.deposit.kind, entry.deposit.address),
                *(entry.voter, form.pseudonym, entry.subject),
            ),
        )

    def _unhide(self, kind: str, packet_id: str, source_tag: str) -> None:
        self._db.execute(
            "DELETE FROM hidden WHERE packet_id = ? AND source_tag = ? AND kind = ?", (packet_id, source_tag, kind)
        )


def _deposit(row: sqlite3.Row) -> Deposit:
    """The deposit in a row of `entries` or `outbox`."""
    return Deposit(
        row["kind"],
        row["address"],
        row["packet_id"],
        row["payload"],
        row["source_tag"],
        row["epoch"],
        row["signature"],
    )


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        row["seq"],
        _deposit(row),
        row["voter"],
        row["pseudonym"],
        row["subject"],
        bool(row["gateway"]),
        row["form_id"],
        row["form_tag"],
        row["detail"],
        bool(row["complete"]),
        bool(row["withdrawn"]),
    )
