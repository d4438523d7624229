"""Who votes, without knowing who: HMAC(epoch key, member and topic).

The key of an epoch is deleted some time after the epoch: from then on nobody, the operator included, can say which member a
stored pseudonym was. No pseudonym is the same at two topics.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import sqlite3

from flows.web.relay.members import Member
from pipeline.routing.keys import epoch_of

_EPOCH = "epoch:"


class EpochKeys:
    """The vote keys of the current and of recent epochs, kept in the relay's database."""

    def __init__(self, database: sqlite3.Connection, retention_days: int) -> None:
        """Use the writer's connection; a key expires `retention_days` after its epoch's end."""
        self._database = database
        self._retention = dt.timedelta(days=retention_days)
        self._keys: dict[str, bytes] = {}

    def pseudonyms(self, member: Member, address: str, source_tag: str, today: dt.date) -> list[bytes]:
        """What the member may be called at this topic, the current epoch's name first, then those of kept epochs.

        Call inside a transaction: the first call of an epoch makes its key.
        """
        current = epoch_of(today)
        if current not in self._keys:
            self._load(current, today)
        whom = f"{member.id}|{address}" + (f"|{source_tag}" if member.gateway else "")
        epochs = sorted(self._keys, reverse=True)
        ordered = [current, *(epoch for epoch in epochs if epoch != current)]
        return [hmac.digest(self._keys[epoch], whom.encode(), "sha256") for epoch in ordered]

    def delete_expired(self, today: dt.date) -> None:
        """Delete keys past their time, overwritten in the file. Call inside a transaction."""
        self._database.execute(
            "DELETE FROM secrets WHERE name LIKE ? AND expires < ?", (f"{_EPOCH}%", today.isoformat())
        )
        self.forget()

    def forget(self) -> None:
        """Read the keys anew next time."""
        self._keys.clear()

    def _load(self, current: str, today: dt.date) -> None:
        expires = (_end_of_quarter(today) + self._retention).isoformat()
        self._database.execute(
            "INSERT OR IGNORE INTO secrets (name, value, expires) VALUES (?, ?, ?)",
            (_EPOCH + current, secrets.token_bytes(32), expires),
        )
        rows = self._database.execute("SELECT name, value FROM secrets WHERE name LIKE ?", (f"{_EPOCH}%",))
        self._keys = {row["name"].removeprefix(_EPOCH): row["value"] for row in rows}


def _end_of_quarter(day: dt.date) -> dt.date:
    last_month = (day.month + 2) // 3 * 3
    return dt.date(day.year + last_month // 12, last_month % 12 + 1, 1) - dt.timedelta(days=1)
