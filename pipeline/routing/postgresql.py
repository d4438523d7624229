"""`postgresql://USER[:PASSWORD]@HOST[:PORT]/DATABASE`: PostgreSQL, with pgvector for native search."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]  # ships none

from pipeline.errors import ConfigurationError, RouterUnavailableError
from pipeline.routing.check import check_deposit
from pipeline.routing.cursor import decode_cursor, encode_cursor
from pipeline.routing.event_loop import EventLoopThread
from pipeline.routing.open import RouterContext
from pipeline.routing.protocol import KINDS, Deposit, Page, Router, Scored
from pipeline.routing.semantic import HEAD, NEWEST, TopicVectors, best_first, least_product

Result = TypeVar("Result")

_UNAVAILABLE = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection lost in the middle of a transaction
    OSError,
    TimeoutError,
)

CONNECT_TIMEOUT_S = 5.0
CALL_TIMEOUT_S = 30.0
_CONNECTIONS = 4

_LOCK = "SELECT pg_advisory_xact_lock(7093845162938)"
"""One writer commits at a time, so that sequence numbers become visible in their order and a cursor never passes a deposit
that is still under way. The number is arbitrary; advisory locks are a database's own."""

_SCHEMA = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS deposits (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL, address bytea NOT NULL, packet_id bytea NOT NULL, payload bytea NOT NULL,
    source_tag bytea NOT NULL, epoch text NOT NULL, signature bytea NOT NULL,
    UNIQUE (packet_id, source_tag, kind)
);
CREATE INDEX IF NOT EXISTS deposits_by_address ON deposits (address, kind, seq);
CREATE TABLE IF NOT EXISTS topics (
    vocabulary text NOT NULL, address bytea NOT NULL, grades vector NOT NULL,
    PRIMARY KEY (vocabulary, address)
);
"""
_COLUMNS = "kind, address, packet_id, payload, source_tag, epoch, signature"
_INSERT = f"""
INSERT INTO deposits ({_COLUMNS})
SELECT {_COLUMNS} FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::text[], $7::bytea[])
    WITH ORDINALITY AS new ({_COLUMNS}, number)
ORDER BY number
ON CONFLICT DO NOTHING
"""  # noqa: S608 put together from constants
_INSERT_TOPIC = "INSERT INTO topics VALUES ($1, $2, $3::text::vector) ON CONFLICT DO NOTHING"
_WINDOW = f"""
CROSS JOIN unnest($2::text[]) WITH ORDINALITY AS kinds (kind, kind_number)
CROSS JOIN LATERAL (
    SELECT {_COLUMNS}, seq FROM deposits AS d WHERE d.address = asked.address AND d.kind = kinds.kind
    ORDER BY seq DESC LIMIT $3
) AS found
ORDER BY number, kind_number, seq DESC
"""  # noqa: S608 put together from constants
_SELECT = ", ".join(f"found.{column}" for column in _COLUMNS.split(", "))
_GET = f"SELECT {_SELECT} FROM unnest($1::bytea[]) WITH ORDINALITY AS asked (address, number) {_WINDOW}"  # noqa: S608 as above
_SEARCH = f"""
SELECT {_SELECT} FROM (
    SELECT one.address, number
    FROM unnest($1::bytea[]) WITH ORDINALITY AS one (address, number)
    LEFT JOIN topics ON topics.address = one.address AND topics.vocabulary = $4
    WHERE grades IS NULL OR (grades <#> $5::text::vector) <= -$6::double precision
) AS asked {_WINDOW}
"""  # noqa: S608 as above
_AFTER = f"SELECT seq, {_COLUMNS} FROM deposits WHERE seq > $1 ORDER BY seq LIMIT $2"  # noqa: S608 as above


def connect(url: str, context: RouterContext) -> Router:
    """Open the router; makes its tables where they are missing.

    Raises RouterUnavailableError where the server does not answer, ConfigurationError where it has no pgvector.
    """
    return PostgresqlRouter(url, context)


class PostgresqlRouter:
    """A router in two tables of a PostgreSQL database."""

    def __init__(self, url: str, context: RouterContext) -> None:
        """Connect and look at the tables."""
        self._known = (context.vocabulary, context.lexicon)
        self._vectors = TopicVectors.of(context.vocabulary, context.nearness)
        self._indexed: set[str] = set()
        self._pool: Any = None
        self._loop = EventLoopThread("loomroute-postgresql")
        try:
            self._run(self._open(url))
        except BaseException:
            self.close()
            raise

    def put(self, deposit: Deposit) -> None:
        """Store one deposit (see Router.put)."""
        self.put_many([deposit])

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """Store several in one transaction: all or none."""
        for deposit in deposits:
            check_deposit(deposit)
        self._run(self._put(deposits))

    def get(self, addresses: Sequence[str], *, newest: int = 200) -> list[Deposit]:
        """Newest deposits of each kind at each address, in one statement (see Router.get)."""
        return _deposits(self._run(self._fetch(_GET, list(map(bytes.fromhex, addresses)), KINDS, newest)))

    def since(self, cursor: str | None, *, limit: int = 100) -> Page:
        """Deposits in the order of their commits, after the cursor (see Router.since)."""
        rows = self._run(self._fetch(_AFTER, decode_cursor(cursor), limit))
        return Page(tuple(_deposits(rows)), encode_cursor(rows[-1]["seq"]) if rows else cursor)

    def search(self, topics: Sequence[Scored], top_k: int) -> list[Deposit] | None:
        """The asked topics' deposits, less those of topics too far off to rank among the first `top_k`."""
        ordered = best_first(topics)
        head = [topic.address for topic in ordered[:HEAD]]
        found = self.get(head, newest=NEWEST)
        rest = [bytes.fromhex(topic.address) for topic in ordered[HEAD:]]
        product = least_product(found, topics, top_k, self._known)
        version, query = self._known[0].version, str(self._vectors.query(topics))
        return found + _deposits(self._run(self._fetch(_SEARCH, rest, KINDS, NEWEST, version, query, product)))

    def close(self) -> None:
        """Close the connections and their thread."""
        if self._pool is not None:
            self._pool.terminate()
        self._loop.close()

    async def _open(self, url: str) -> None:
        self._pool = asyncpg.create_pool(
            url, min_size=0, max_size=_CONNECTIONS, timeout=CONNECT_TIMEOUT_S, command_timeout=CALL_TIMEOUT_S
        )
        await self._pool
        try:
            async with self._pool.acquire() as connection:
                # A role that may only read and insert must not be asked to create what is there.
                if await connection.fetchval("SELECT to_regclass('topics') IS NULL"):
                    async with connection.transaction():
                        await connection.execute(_LOCK)
                        await connection.execute(_SCHEMA)
        except (asyncpg.UndefinedFileError, asyncpg.FeatureNotSupportedError):
            raise ConfigurationError("postgresql router: the server has no pgvector extension") from None

    async def _put(self, deposits: Sequence[Deposit]) -> None:
        new = {d.address for d in deposits if d.address in self._vectors.topics} - self._indexed
        topics = [(self._known[0].version, bytes.fromhex(a), str(self._vectors.vector(a))) for a in sorted(new)]
        columns = [
            [d.kind for d in deposits],
            [bytes.fromhex(d.address) for d in deposits],
            [bytes.fromhex(d.packet_id) for d in deposits],
            [d.payload for d in deposits],
            [bytes.fromhex(d.source_tag) for d in deposits],
            [d.epoch for d in deposits],
            [d.signature for d in deposits],
        ]
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK)
            await connection.executemany(_INSERT_TOPIC, topics)
            await connection.execute(_INSERT, *columns)
        self._indexed |= new

    async def _fetch(self, statement: str, *arguments: object) -> list[Any]:
        async with self._pool.acquire() as connection:
            rows: list[Any] = await connection.fetch(statement, *arguments)
        return rows

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        try:
            return self._loop.run(work, CALL_TIMEOUT_S)
        except _UNAVAILABLE as error:
            raise RouterUnavailableError(f"postgresql router: {type(error).__name__}") from error


def _deposits(rows: Iterable[Any]) -> list[Deposit]:
    return [
        Deposit(
            row["kind"],
            row["address"].hex(),
            row["packet_id"].hex(),
            row["payload"],
            row["source_tag"].hex(),
            row["epoch"],
            row["signature"],
        )
        for row in rows
    ]
