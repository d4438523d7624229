"""The least a client of each transport could do for one put and one read: what routers are compared with.

No checks, idempotence or cursors; the same server, and durable where the router is durable.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Raw:
    """`put(address, body)` stores; `get(address)` reads up to 200 and returns how many."""

    put: Callable[[str, bytes], object]
    get: Callable[[str], int]
    close: Callable[[], object]


def sqlite(folder: Path, _url: str) -> Raw:
    db = sqlite3.connect(folder / "raw.db", isolation_level=None)
    db.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE t (seq INTEGER PRIMARY KEY, address TEXT, body BLOB); CREATE INDEX i ON t (address, seq)"
    )
    query = "SELECT body FROM t WHERE address = ? ORDER BY seq DESC LIMIT 200"
    return Raw(
        lambda address, body: db.execute("INSERT INTO t (address, body) VALUES (?, ?)", (address, body)),
        lambda address: len(db.execute(query, (address,)).fetchall()),
        db.close,
    )


def redis(_folder: Path, url: str) -> Raw:
    from redis import Redis

    client = Redis.from_url(url)
    return Raw(
        lambda address, body: client.xadd(f"raw:{address}", {"d": body}),
        lambda address: len(client.xrevrange(f"raw:{address}", count=200)),
        client.close,
    )


def nats(_folder: Path, url: str) -> Raw:
    from nats import connect
    from nats.js.api import StreamConfig

    run = asyncio.new_event_loop().run_until_complete
    client = run(connect(url))
    jetstream = client.jetstream()
    run(jetstream.add_stream(StreamConfig("RAW", subjects=["raw.>"], allow_direct=True)))
    inbox = client.new_inbox()
    answers = run(client.subscribe(inbox))

    async def get(address: str) -> int:
        request = json.dumps({"seq": 1, "next_by_subj": f"raw.{address}", "batch": 200}).encode()
        await client.publish("$JS.API.DIRECT.GET.RAW", request, reply=inbox)
        found = 0
        while "Status" not in (await answers.next_msg(5)).headers:
            found += 1
        return found

    return Raw(
        lambda address, body: run(jetstream.publish(f"raw.{address}", body)),
        lambda address: run(get(address)),
        lambda: run(client.close()),
    )


def postgresql(_folder: Path, url: str) -> Raw:
    import asyncpg

    run = asyncio.new_event_loop().run_until_complete
    connection = run(asyncpg.connect(url))
    run(
        connection.execute(
            "CREATE TABLE raw (seq bigserial PRIMARY KEY, address text, body bytea);"
            "CREATE INDEX raw_by_address ON raw (address, seq)"
        )
    )
    insert = "INSERT INTO raw (address, body) VALUES ($1, $2)"
    query = "SELECT body FROM raw WHERE address = $1 ORDER BY seq DESC LIMIT 200"
    return Raw(
        lambda address, body: run(connection.execute(insert, address, body)),
        lambda address: len(run(connection.fetch(query, address))),
        lambda: run(connection.close()),
    )


def lancedb(folder: Path, _url: str) -> Raw:
    import pyarrow as pa
    from lancedb import connect

    schema = pa.schema([("address", pa.string()), ("body", pa.binary())])
    table = connect(folder / "raw").create_table("raw", schema=schema)
    return Raw(
        lambda address, body: table.add([{"address": address, "body": body}]),
        lambda address: table.search().where(f"address = '{address}'").limit(200).to_arrow().num_rows,
        lambda: None,
    )


def dht(_folder: Path, url: str) -> Raw:
    import opendht

    from pipeline.routing.dht import parse_address

    address = parse_address(url)
    config = opendht.DhtConfig()
    config.setNetwork(address.network)
    node = opendht.DhtRunner()
    node.run(config=config)
    node.bootstrap(*address.hosts[0])

    def waiting(start: Callable[[threading.Event], object]) -> None:
        done = threading.Event()
        start(done)
        done.wait(30)

    def put(address: str, body: bytes) -> None:
        key = opendht.InfoHash.get(f"raw{address}")
        waiting(lambda done: node.put(key, opendht.Value(body), lambda _ok, _nodes: done.set()))

    def close() -> None:
        waiting(lambda done: node.shutdown(done.set))
        node.join()

    return Raw(put, lambda address: len(node.get(opendht.InfoHash.get(f"raw{address}"))), close)


RAW: dict[str, Callable[[Path, str], Raw]] = {
    "sqlite": sqlite,
    "redis": redis,
    "nats": nats,
    "postgresql": postgresql,
    "lancedb": lancedb,
    "dht": dht,
}
