"""`lancedb:///PATH`: a LanceDB vector database in a folder, safe for several processes of one machine."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa
from lancedb.index import BTree

from pipeline.errors import RouterUnavailableError
from pipeline.routing.check import check_deposit
from pipeline.routing.cursor import decode_cursor, encode_cursor
from pipeline.routing.open import RouterContext, lancedb_path
from pipeline.routing.protocol import KINDS, Deposit, Page, Router, Scored
from pipeline.routing.semantic import HEAD, NEWEST, TopicVectors, best_first, least_product
from pipeline.routing.wire import decode_deposits, encode_deposit, key_bytes

LOCK_TIMEOUT_S = 30.0
_MOST_FRAGMENTS = 100
"""Each commit writes a fragment; beyond this many they are compacted and the indexes brought up to date."""
_KEEP_VERSIONS = dt.timedelta(minutes=10)
"""Superseded versions stay this long for readers that still look at them."""
_INDEXED = ("seq", "address", "key")


def connect(url: str, context: RouterContext) -> Router:
    """Open the router; makes the folder where it is missing. Raises RouterUnavailableError where that is impossible."""
    return LancedbRouter(lancedb_path(url), context)


class LancedbRouter:
    """A router in two tables of a LanceDB folder. Sequence numbers have no gaps: writers take turns behind a file lock."""

    def __init__(self, path: Path, context: RouterContext) -> None:
        """Open or create the tables."""
        self._known = (context.vocabulary, context.lexicon)
        self._vectors = TopicVectors.of(context.vocabulary, context.nearness)
        self._lock_path = path / "writer.lock"
        self._indexed: set[str] = set()
        # Topic vectors of another vocabulary may have another length, so each vocabulary has a table.
        version = hashlib.sha256(context.vocabulary.version.encode()).hexdigest()[:8]
        with _guarded():
            path.mkdir(parents=True, exist_ok=True)
            database: Any = lancedb.connect(path, read_consistency_interval=dt.timedelta(0))
            with self._turn():
                self._deposits = database.create_table("deposits", schema=_deposit_schema(), exist_ok=True)
                schema = _topic_schema(self._vectors.size)
                self._topics = database.create_table(f"topics_{version}", schema=schema, exist_ok=True)

    def put(self, deposit: Deposit) -> None:
        """Store one deposit (see Router.put)."""
        self.put_many([deposit])

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """Store several in one commit: all or none."""
        for deposit in deposits:
            check_deposit(deposit)
        keyed = {hashlib.sha256(key_bytes(deposit)).hexdigest(): deposit for deposit in reversed(deposits)}
        with _guarded(), self._turn():
            self._index_topics(deposits)
            there = set(self._rows(f"key IN {_quoted(keyed)}", ["key"])["key"].to_pylist()) if keyed else set()
            new = [(key, deposit) for key, deposit in reversed(keyed.items()) if key not in there]
            if new:
                first = self._deposits.count_rows() + 1
                columns = [
                    range(first, first + len(new)),
                    [key for key, _ in new],
                    [deposit.address for _, deposit in new],
                    [deposit.kind for _, deposit in new],
                    [encode_deposit(deposit) for _, deposit in new],
                ]
                self._deposits.add(pa.table(list(map(list, columns)), schema=_deposit_schema()))
                self._tidy()

    def get(self, addresses: Sequence[str], *, newest: int = 200) -> list[Deposit]:
        """Newest deposits of each kind at each address: first their numbers, then what is needed of them (see Router.get)."""
        with _guarded():
            if not addresses:
                return []
            numbers = self._rows(f"address IN {_quoted(addresses)}", ["seq", "address", "kind"])
            wanted: dict[tuple[str, str], list[int]] = {}
            columns = (numbers[name].to_pylist() for name in ("seq", "address", "kind"))
            for seq, address, kind in sorted(zip(*columns, strict=True)):
                wanted.setdefault((address, kind), []).append(seq)
            order = [n for a in addresses for kind in KINDS for n in wanted.get((a, kind), [])[: -newest - 1 : -1]]
            return self._numbered(order)

    def since(self, cursor: str | None, *, limit: int = 100) -> Page:
        """Deposits in the order of their numbers, after the cursor (see Router.since)."""
        position = decode_cursor(cursor)
        with _guarded():
            last = min(position + limit, self._deposits.count_rows())
            found = self._numbered(range(position + 1, last + 1))
        return Page(tuple(found), encode_cursor(last) if found else cursor)

    def search(self, topics: Sequence[Scored], top_k: int) -> list[Deposit] | None:
        """The asked topics' deposits, less those of topics too far off to rank among the first `top_k`."""
        ordered = [topic.address for topic in best_first(topics)]
        head = self.get(ordered[:HEAD], newest=NEWEST)
        least = least_product(head, topics, top_k, self._known)
        with _guarded():
            # LanceDB's dot distance is 1 - product: what lies behind this bound has a product below `least`.
            search = (
                self._topics.search(self._vectors.query(topics)).distance_type("dot").select(["address", "_distance"])
            )
            far = search.distance_range(lower_bound=1.5 - least).limit(self._topics.count_rows() + 1).to_arrow()
        left_out = set(far["address"].to_pylist())
        return head + self.get([address for address in ordered[HEAD:] if address not in left_out], newest=NEWEST)

    def close(self) -> None:
        """Nothing is held open between calls."""

    def _index_topics(self, deposits: Iterable[Deposit]) -> None:
        """Store the vectors of topics that are new, before their deposits: a vector without deposits does no harm."""
        new = {d.address for d in deposits if d.address in self._vectors.topics} - self._indexed
        if new:
            there = self._topics.search().where(f"address IN {_quoted(new)}").limit(len(new)).to_arrow()
            known = set(there["address"].to_pylist())
            rows = [(address, self._vectors.vector(address)) for address in sorted(new - known)]
            if rows:
                self._topics.add([{"address": address, "vector": vector} for address, vector in rows])
            self._indexed |= new

    def _tidy(self) -> None:
        if self._deposits.stats()["fragment_stats"]["num_fragments"] > _MOST_FRAGMENTS:
            there = {name for index in self._deposits.list_indices() for name in index.columns}
            for name in _INDEXED:
                if name not in there:
                    self._deposits.create_index(name, config=BTree())
            self._deposits.optimize(cleanup_older_than=_KEEP_VERSIONS)

    def _numbered(self, numbers: Sequence[int]) -> list[Deposit]:
        if not numbers:
            return []
        rows = self._rows(f"seq IN ({', '.join(map(str, numbers))})", ["seq", "body"])
        bodies = dict(zip(rows["seq"].to_pylist(), rows["body"].to_pylist(), strict=True))
        return decode_deposits(bodies[number] for number in numbers)

    def _rows(self, condition: str, columns: list[str]) -> Any:
        most = self._deposits.count_rows() + 1
        return self._deposits.search().where(condition).select(columns).limit(most).to_arrow()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for the writers' lock, which the kernel gives back when its holder dies."""
        deadline = time.monotonic() + LOCK_TIMEOUT_S
        with self._lock_path.open("ab") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise RouterUnavailableError("lancedb router: another writer holds the lock") from None
                    time.sleep(0.005)
            yield


def _deposit_schema() -> Any:
    return pa.schema(
        [
            ("seq", pa.int64()),
            ("key", pa.string()),
            ("address", pa.string()),
            ("kind", pa.string()),
            ("body", pa.binary()),
        ]
    )


def _topic_schema(size: int) -> Any:
    return pa.schema([("address", pa.string()), ("vector", pa.list_(pa.float32(), size))])


def _quoted(names: Iterable[str]) -> str:
    """A list for SQL of names that `check_deposit` or a hash made: hexadecimal digits only."""
    listed = "', '".join(name for name in names if name.isalnum())
    return f"('{listed}')"


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        raise RouterUnavailableError(f"lancedb router: {type(error).__name__}") from error
