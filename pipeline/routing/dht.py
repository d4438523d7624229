"""`dht://HOST:PORT[,HOST:PORT...][?port=0&network=ID]`: a Kademlia network of the organisations' own nodes (OpenDHT).

No server: every router is a node. The hosts are nodes to join through; without any this node is a network's first. A topic's
deposits lie under SHARDS keys, by source tag, because a key holds 1,024 values. A value expires after ten minutes unless its
owner announces it again: this node does so while it runs, and keeps its deposits in `state` to announce them when it is opened
again. A DHT has no common order, so arrival order is the order in which this node saw deposits, and `since` covers what this
node has put or read.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import opendht

from pipeline.errors import ConfigurationError, RouterUnavailableError
from pipeline.routing.check import check_deposit
from pipeline.routing.open import RouterContext
from pipeline.routing.protocol import KINDS, Deposit, Page, Router, Scored
from pipeline.routing.sqlite import SqliteRouter
from pipeline.routing.wire import decode_deposits, encode_deposit

SHARDS = 4
JOIN_TIMEOUT_S = 4.0
_LEAVE_TIMEOUT_S = 1.0
CALL_TIMEOUT_S = 30.0
_UNDER_WAY = 64
"""Look-ups at once: with more, datagrams are dropped, and each of those costs a second until it is sent again."""
_ALL = 1_000_000
_REQUESTS_PER_S, _REQUESTS_PER_PEER = 20_000, 10_000
"""What this node answers. OpenDHT's own limit is below what one query of 128 topics asks of a small network."""
_DEFAULT_NETWORK = 512
_HOST, _OPTION = r"[^,:/?@\s]+:[0-9]{1,5}", r"(?:port=[0-9]{1,5}|network=[0-9]{1,9})"
_URL = re.compile(rf"dht://(?P<hosts>{_HOST}(?:,{_HOST})*)?/?(?:\?(?P<options>{_OPTION}(?:&{_OPTION})*))?")


@dataclass(frozen=True, slots=True)
class DhtAddress:
    """Where a node joins and listens; `port` 0 lets the system choose. Nodes of different `network` never mix."""

    hosts: tuple[tuple[str, str], ...]
    port: int
    network: int


def parse_address(url: str) -> DhtAddress:
    """Read a dht URL. Raises ConfigurationError for anything else."""
    match = _URL.fullmatch(url)
    if match is None:
        raise ConfigurationError("router: write dht://HOST:PORT,HOST:PORT?port=0&network=ID")
    hosts = [host.rpartition(":") for host in (match["hosts"] or "").split(",") if host]
    options = dict(option.split("=") for option in (match["options"] or "").split("&") if option)
    return DhtAddress(
        tuple((host, port) for host, _, port in hosts),
        int(options.get("port", 0)),
        int(options.get("network", _DEFAULT_NETWORK)),
    )


def connect(url: str, context: RouterContext) -> Router:
    """Start a node. Raises RouterUnavailableError where none of the hosts answers."""
    return DhtRouter(parse_address(url), context.state)


class DhtRouter:
    """A node of the network, with its own deposits and everything it has seen in two files under `state`."""

    def __init__(self, address: DhtAddress, state: Path) -> None:
        """Start the node, join, and announce what it deposited in earlier lives."""
        self._first = not address.hosts
        self._own = SqliteRouter(state / f"dht-{address.network}-own.db")
        self._seen = SqliteRouter(state / f"dht-{address.network}-seen.db")
        self._node = opendht.DhtRunner()
        config = opendht.DhtConfig()
        config.setNetwork(address.network)
        config.setRateLimit(_REQUESTS_PER_S, _REQUESTS_PER_PEER)
        self._node.run(port=address.port, config=config)
        try:
            self._join(address.hosts)
            self.announce()
        except BaseException:
            self.close()
            raise

    @property
    def port(self) -> int:
        """The port this node listens on."""
        port: int = self._node.getBound().getPort()
        return port

    def announce(self) -> None:
        """Put everything this organisation deposited into the network again, without waiting for its answers."""
        cursor = None
        while (page := self._own.since(cursor, limit=1000)).deposits:
            for deposit in page.deposits:
                self._node.put(_key(deposit), _value(deposit), None, True)
            cursor = page.cursor

    def put(self, deposit: Deposit) -> None:
        """Store one deposit (see Router.put)."""
        self.put_many([deposit])

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """Store several: in this node's own file first, then in the network.

        Raises RouterUnavailableError where no other node took one of them; it is kept and announced nevertheless.
        """
        for deposit in deposits:
            check_deposit(deposit)
        self._own.put_many(deposits)
        self._seen.put_many(deposits)
        taken: list[bool] = []

        def announce(deposit: Deposit, done: Callable[[], None]) -> None:
            def on_done(ok: bool, _: object) -> None:
                taken.append(ok)
                done()

            self._node.put(_key(deposit), _value(deposit), on_done, True)

        if self._first:
            # It may be alone yet, and then nobody answers; those who join later are announced to.
            for deposit in deposits:
                self._node.put(_key(deposit), _value(deposit), None, True)
            return
        _run_all(announce, deposits)
        if not all(taken):
            raise RouterUnavailableError("dht router: no other node took the deposit")

    def get(self, addresses: Sequence[str], *, newest: int = 200) -> list[Deposit]:
        """What the network holds at the addresses now, and this node's own deposits (see Router.get)."""
        asked = dict.fromkeys(addresses)
        bodies: list[bytes] = []

        def look_up(key: Any, done: Callable[[], None]) -> None:
            def on_value(value: Any) -> bool:
                bodies.append(value.data)
                return True

            self._node.get(key, on_value, lambda _ok, _nodes: done())

        _run_all(look_up, [_shard_key(address, shard) for address in asked for shard in range(SHARDS)])
        found = {d.key: d for d in decode_deposits(bodies) if d.address in asked}
        found |= {d.key: d for d in self._own.get(list(asked), newest=_ALL)}
        # Only the quarter tells which of the newly seen ones is the older.
        self._seen.put_many(sorted(found.values(), key=lambda d: d.epoch))
        known = self._seen.get(list(asked), newest=_ALL)
        alive: dict[tuple[str, str], list[Deposit]] = {}
        for deposit in known:
            if deposit.key in found:
                alive.setdefault((deposit.address, deposit.kind), []).append(deposit)
        return [d for address in addresses for kind in KINDS for d in alive.get((address, kind), [])[:newest]]

    def since(self, cursor: str | None, *, limit: int = 100) -> Page:
        """What this node has put or read, in that order: to follow a topic, read it with `get` before."""
        return self._seen.since(cursor, limit=limit)

    def search(self, topics: Sequence[Scored], top_k: int) -> list[Deposit] | None:  # noqa: ARG002 the protocol's signature
        """A DHT has no native search: use `get`."""
        return None

    def close(self) -> None:
        """Leave the network: after ten minutes it has forgotten what only this node announced."""
        ended = threading.Event()
        self._node.shutdown(ended.set)
        ended.wait(_LEAVE_TIMEOUT_S)
        self._node.join()
        self._own.close()
        self._seen.close()

    def _join(self, hosts: Iterable[tuple[str, str]]) -> None:
        answered = threading.Event()

        def on_answer(ok: bool) -> None:
            if ok:
                answered.set()

        for host, port in hosts:
            self._node.bootstrap(host, port)
            for resolved in opendht.SockAddr.resolve(host, port):
                self._node.ping(resolved, on_answer)
        if not self._first and not answered.wait(JOIN_TIMEOUT_S):
            raise RouterUnavailableError("dht router: none of the nodes to join through answers")


def _run_all(start: Callable[[Any, Callable[[], None]], None], items: Sequence[Any]) -> None:
    """Start an operation for each item, so many at once, and wait for the end of all."""
    free = threading.Semaphore(_UNDER_WAY)
    for item in items:
        if not free.acquire(timeout=CALL_TIMEOUT_S):
            raise RouterUnavailableError("dht router: the network does not answer")
        start(item, free.release)
    for _ in range(_UNDER_WAY):
        if not free.acquire(timeout=CALL_TIMEOUT_S):
            raise RouterUnavailableError("dht router: the network does not answer")


def _shard_key(address: str, shard: int) -> Any:
    return opendht.InfoHash.get(f"loomroute/1/{address}/{shard}")


def _key(deposit: Deposit) -> Any:
    return _shard_key(deposit.address, int(deposit.source_tag[:2], 16) % SHARDS)


def _value(deposit: Deposit) -> Any:
    body = encode_deposit(deposit)
    value = opendht.Value(body)
    # The same deposit has the same id wherever it is announced from, so that nodes keep it once.
    value.id = int.from_bytes(hashlib.sha256(body).digest()[:8], "big") or 1
    return value
