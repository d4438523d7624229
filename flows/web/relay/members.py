"""Who is admitted: organisations by bearer token, revoked at once, within quotas."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import sqlite3
import time
from dataclasses import dataclass

from flows.web.relay.database import transaction
from pipeline.errors import LoomrouteError, UsageError

TOKEN_PREFIX = "lr_"  # noqa: S105 a prefix, no secret


class QuotaSpentError(LoomrouteError):
    """A member has used what it may; `retry_after_s` says when to come back."""

    def __init__(self, what: str, retry_after_s: int) -> None:
        """Name the quota and the seconds to wait."""
        super().__init__(f"quota spent: {what}")
        self.what = what
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Member:
    """An admitted organisation. A `gateway` speaks for several sources and enforces one vote a source itself."""

    id: str
    label: str
    gateway: bool
    added: str
    revoked: bool


class Members:
    """The register of members over one database connection."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Read and write through a connection of its own."""
        self._database = database

    def add(self, label: str, *, gateway: bool = False) -> tuple[Member, str]:
        """Admit an organisation; returns it and its token, which is shown once and stored as a hash only.

        Raises UsageError for a blank label: the operator could not tell whose token to revoke.
        """
        if not label.strip():
            raise UsageError("name the organisation: its label is blank")
        member = Member(secrets.token_hex(4), label, gateway, _today(), revoked=False)
        token = _new_token()
        with transaction(self._database):
            self._database.execute(
                "INSERT INTO members (id, label, token_hash, gateway, added) VALUES (?, ?, ?, ?, ?)",
                (member.id, label, _hash(token), gateway, member.added),
            )
        return member, token

    def rotate(self, member_id: str) -> str:
        """Give a member a new token; the old one ends at once, its votes stay its own. Raises UsageError."""
        token = _new_token()
        self._change("UPDATE members SET token_hash = ?, revoked = 0 WHERE id = ?", (_hash(token), member_id))
        return token

    def revoke(self, member_id: str) -> None:
        """Refuse a member's token from now on. Raises UsageError for an unknown id."""
        self._change("UPDATE members SET revoked = 1 WHERE id = ?", (member_id,))

    def all(self) -> list[Member]:
        """Every member, oldest first."""
        rows = self._database.execute("SELECT id, label, gateway, added, revoked FROM members ORDER BY rowid")
        return [_member(row) for row in rows]

    def admit(self, token: str) -> Member | None:
        """The member of a token; None for an unknown or revoked one."""
        row = self._database.execute(
            "SELECT id, label, gateway, added, revoked FROM members WHERE token_hash = ? AND revoked = 0",
            (_hash(token),),
        ).fetchone()
        return _member(row) if row else None

    def _change(self, statement: str, values: tuple[object, ...]) -> None:
        with transaction(self._database):
            if self._database.execute(statement, values).rowcount == 0:
                raise UsageError("no member has this id: see `loomroute relay token list`")


class RequestQuota:
    """Requests a member may make in a minute; counted in memory, in windows of one minute."""

    def __init__(self, per_minute: int) -> None:
        """Allow `per_minute` requests."""
        self._per_minute = per_minute
        self._counts: dict[str, tuple[int, int]] = {}

    def spend(self, member_id: str) -> None:
        """Count one request. Raises QuotaSpentError."""
        minute, second = divmod(int(time.time()), 60)
        window, count = self._counts.get(member_id, (minute, 0))
        count = count + 1 if window == minute else 1
        self._counts[member_id] = (minute, count)
        if count > self._per_minute:
            raise QuotaSpentError("requests_per_minute", 60 - second)


def spend_deposits(database: sqlite3.Connection, member_id: str, count: int, per_day: int) -> None:
    """Count deposits of today, inside the caller's transaction. Raises QuotaSpentError."""
    now = dt.datetime.now(dt.UTC)
    row = database.execute(
        "INSERT INTO usage (member, day, deposits) VALUES (?, ?, ?) "
        "ON CONFLICT (member, day) DO UPDATE SET deposits = deposits + excluded.deposits RETURNING deposits",
        (member_id, now.date().isoformat(), count),
    ).fetchone()
    if row["deposits"] > per_day:
        raise QuotaSpentError("deposits_per_day", 86_400 - (now.hour * 3600 + now.minute * 60 + now.second))


def _member(row: sqlite3.Row) -> Member:
    return Member(row["id"], row["label"], bool(row["gateway"]), row["added"], bool(row["revoked"]))


def _new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def _hash(token: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()
