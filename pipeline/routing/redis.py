"""`redis://[user:password@]HOST[:PORT][/DB]`: Redis Streams, one for each kind at each address and one log over everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from pipeline.errors import ConfigurationError, RouterUnavailableError
from pipeline.routing.check import check_deposit
from pipeline.routing.cursor import decode_cursor, encode_cursor
from pipeline.routing.open import RouterContext
from pipeline.routing.protocol import KINDS, Deposit, Page, Router, Scored
from pipeline.routing.wire import decode_deposits, encode_deposit, key_bytes

CONNECT_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 10.0
_BATCH = 500

# The braces put all keys on one slot, so that the script also runs on a cluster.
_SEEN = "{loomroute}:seen"
_LOG = "{loomroute}:log"

_PUT = """
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
local id = redis.call('XADD', KEYS[2], '*', 'at', KEYS[3])
redis.call('XADD', KEYS[3], id, 'd', ARGV[2])
return 1
"""
"""Runs as one: a deposit is marked as seen, logged and stored, or nothing of it happened. The log's ids only ever grow."""


def connect(url: str, context: RouterContext) -> Router:  # noqa: ARG001 every transport is opened the same way
    """Open the router. Raises RouterUnavailableError where the server does not answer."""
    return RedisRouter(url)


class RedisRouter:
    """A router in one Redis database."""

    def __init__(self, url: str) -> None:
        """Connect and ask for a sign of life."""
        try:
            self._redis: redis.Redis = redis.Redis.from_url(
                url,
                socket_connect_timeout=CONNECT_TIMEOUT_S,
                socket_timeout=ANSWER_TIMEOUT_S,
                retry=Retry(ConstantBackoff(0.1), 1),
            )
        except ValueError:
            raise ConfigurationError("router: write redis://HOST:PORT/DB") from None
        with _guarded():
            self._redis.ping()

    def put(self, deposit: Deposit) -> None:
        """Store one deposit (see Router.put)."""
        self.put_many([deposit])

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """Store several, pipelined; each of them atomically."""
        for deposit in deposits:
            check_deposit(deposit)
        with _guarded():
            for start in range(0, len(deposits), _BATCH):
                pipeline = self._redis.pipeline(transaction=False)
                for deposit in deposits[start : start + _BATCH]:
                    stream = _stream(deposit.address, deposit.kind)
                    pipeline.eval(_PUT, 3, _SEEN, _LOG, stream, key_bytes(deposit), encode_deposit(deposit))
                pipeline.execute()

    def get(self, addresses: Sequence[str], *, newest: int = 200) -> list[Deposit]:
        """Newest deposits of each kind at each address, in one pipeline (see Router.get)."""
        pipeline = self._redis.pipeline(transaction=False)
        for address in addresses:
            for kind in KINDS:
                pipeline.xrevrange(_stream(address, kind), count=newest)
        with _guarded():
            answers = pipeline.execute() if addresses else []
        return decode_deposits(fields[b"d"] for entries in answers for _, fields in entries)

    def since(self, cursor: str | None, *, limit: int = 100) -> Page:
        """Deposits in arrival order after the cursor: a page of the log, then what it points at, in one pipeline."""
        position = decode_cursor(cursor)
        with _guarded():
            entries: Any = self._redis.xrange(_LOG, min=f"({_id(position)}", count=limit)
            pipeline = self._redis.pipeline(transaction=False)
            for entry_id, fields in entries:
                pipeline.xrange(fields[b"at"], min=entry_id, max=entry_id)
            answers = pipeline.execute() if entries else []
        deposits = tuple(decode_deposits(fields[b"d"] for found in answers for _, fields in found))
        return Page(deposits, encode_cursor(_position(entries[-1][0])) if entries else cursor)

    def search(self, topics: Sequence[Scored], top_k: int) -> list[Deposit] | None:  # noqa: ARG002 the protocol's signature
        """Redis has no native search: use `get`."""
        return None

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()


def _stream(address: str, kind: str) -> str:
    return f"{{loomroute}}:{kind}:{address}"


def _position(entry_id: bytes) -> int:
    """A stream id `milliseconds-number` as one integer of the same order."""
    milliseconds, _, number = entry_id.decode().partition("-")
    return int(milliseconds) << 32 | int(number)


def _id(position: int) -> str:
    return f"{position >> 32}-{position & 0xFFFFFFFF}"


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise RouterUnavailableError(f"redis router: {type(error).__name__}") from error
