"""The router behind the relay, used by one thread at a time, and what of it readers may see."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Sequence

from pipeline.routing.protocol import Deposit, Page, Router

_Key = tuple[str, str, str]


class Storage:
    """A router that was not made for threads, made safe for them."""

    def __init__(self, router: Router) -> None:
        """Take over the router."""
        self._router = router
        self._lock = threading.Lock()

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """See Router.put_many."""
        with self._lock:
            self._router.put_many(deposits)

    def get(self, addresses: Sequence[str], newest: int) -> list[Deposit]:
        """See Router.get."""
        with self._lock:
            return self._router.get(addresses, newest=newest)

    def since(self, cursor: str | None, limit: int) -> Page:
        """See Router.since."""
        with self._lock:
            return self._router.since(cursor, limit=limit)

    def close(self) -> None:
        """Disconnect."""
        with self._lock:
            self._router.close()


class Reader:
    """Reads the storage without the forms that are hidden: votes that a later one of their source replaced, and withdrawn ones."""

    def __init__(self, storage: Storage, database: sqlite3.Connection, flush: Callable[[], None]) -> None:
        """Use a database connection of its own; `flush` is called before each read."""
        self._storage, self._db, self._flush = storage, database, flush
        self._lock = threading.Lock()

    def get(self, addresses: Sequence[str], newest: int) -> list[Deposit]:
        """See Router.get; hidden forms take no room among the newest."""
        self._flush()
        hidden = self._hidden(addresses)
        found: dict[str, list[Deposit]] = {address: [] for address in addresses}
        plain = [address for address in found if address not in hidden]
        for deposit in self._storage.get(plain, newest) if plain else []:
            found[deposit.address].append(deposit)
        for address, keys in hidden.items():
            room: Counter[str] = Counter()
            for deposit in self._storage.get([address], newest + len(keys)):
                if deposit.key not in keys and room[deposit.kind] < newest:
                    room[deposit.kind] += 1
                    found[address].append(deposit)
        return [deposit for address in addresses for deposit in found[address]]

    def since(self, cursor: str | None, limit: int) -> Page:
        """See Router.since; a page is empty only at the end."""
        self._flush()
        while True:
            page = self._storage.since(cursor, limit)
            hidden = self._hidden([deposit.address for deposit in page.deposits])
            visible = tuple(d for d in page.deposits if d.key not in hidden.get(d.address, ()))
            if visible or not page.deposits:
                return Page(visible, page.cursor)
            cursor = page.cursor

    def _hidden(self, addresses: Sequence[str]) -> dict[str, set[_Key]]:
        hidden: dict[str, set[_Key]] = {}
        with self._lock:
            for address in set(addresses):
                rows = self._db.execute(
                    "SELECT kind, packet_id, source_tag FROM hidden WHERE address = ?", (address,)
                ).fetchall()
                if rows:
                    hidden[address] = {(row[0], row[1], row[2]) for row in rows}
        return hidden
