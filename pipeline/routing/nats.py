"""`nats://[user:password@]HOST[:PORT][/STREAM]`: a NATS JetStream stream, one subject for each deposit below its topic's.

Subjects: `outcome.v1.<problem_type>.<symptom_pattern>.<kind>.<hash of the deposit's key>`, so that a program may subscribe to a
topic without knowing loomroute; deposits at addresses that this vocabulary does not know go to
`outcome.v1.address.<address>.<kind>.<hash>`. A subject takes one message for ever, which makes `put` idempotent beyond the
window of `Nats-Msg-Id`. Needs a server of version 2.11 or later (batched direct get).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import nats.aio.client
import nats.errors
import nats.js.api
import nats.js.errors

from pipeline.errors import ConfigurationError, RouterUnavailableError
from pipeline.packet.address import semantic_address
from pipeline.packet.vocabulary import DOMAINS, Vocabulary
from pipeline.routing.check import check_deposit
from pipeline.routing.cursor import decode_cursor, encode_cursor
from pipeline.routing.event_loop import EventLoopThread
from pipeline.routing.nats_reader import DirectReader, newest_messages
from pipeline.routing.open import RouterContext
from pipeline.routing.protocol import KINDS, Deposit, Page, Router, Scored
from pipeline.routing.wire import decode_deposits, encode_deposit, key_bytes

Result = TypeVar("Result")

CONNECT_TIMEOUT_S = 3.0
PUBLISH_TIMEOUT_S = 5.0
CALL_TIMEOUT_S = 60.0
_IN_FLIGHT = 256
_ALREADY_THERE = 10071
"""JetStream's error code for "wrong last sequence": the deposit's subject has its message."""
_STREAM_EXISTS = 10058


def connect(url: str, context: RouterContext) -> Router:
    """Open the router; makes the stream where it is missing. Raises RouterUnavailableError where the server does not answer."""
    return NatsRouter(url, context.vocabulary)


class NatsRouter:
    """A router in one JetStream stream."""

    def __init__(self, url: str, vocabulary: Vocabulary) -> None:
        """Connect and look at the stream."""
        parts = urlsplit(url)
        if parts.hostname is None:
            raise ConfigurationError("router: write nats://HOST:PORT/STREAM")
        self._stream = parts.path.strip("/") or "LOOMROUTE"
        self._topics = {
            semantic_address(problem, symptom): f"{problem}.{symptom}"
            for domain in DOMAINS
            for problem, symptom in vocabulary.topics(domain)
        }
        self._client = nats.aio.client.Client()
        self._loop = EventLoopThread("loomroute-nats")
        try:
            server = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
            self._reader = self._run(self._open(server), CONNECT_TIMEOUT_S)
        except BaseException:
            self.close()
            raise

    def put(self, deposit: Deposit) -> None:
        """Store one deposit (see Router.put)."""
        self.put_many([deposit])

    def put_many(self, deposits: Sequence[Deposit]) -> None:
        """Store several, a window of them under way at once; those of one call keep their order."""
        for deposit in deposits:
            check_deposit(deposit)
        for start in range(0, len(deposits), _IN_FLIGHT):
            self._run(self._publish_all(deposits[start : start + _IN_FLIGHT]))

    def get(self, addresses: Sequence[str], *, newest: int = 200) -> list[Deposit]:
        """Newest deposits of each kind at each address, all addresses read at once (see Router.get)."""
        return self._run(self._get_all(addresses, newest))

    def since(self, cursor: str | None, *, limit: int = 100) -> Page:
        """Deposits in the stream's order after the cursor (see Router.since)."""
        deposits: list[Deposit] = []
        # A page of nothing but strangers' messages must not look like the end.
        while not deposits:
            found = self._run(self._reader.read("outcome.v1.>", decode_cursor(cursor) + 1, limit))
            if not found.messages:
                break
            deposits = decode_deposits(message.body for message in found.messages)
            cursor = encode_cursor(found.messages[-1].sequence)
        return Page(tuple(deposits), cursor)

    def search(self, topics: Sequence[Scored], top_k: int) -> list[Deposit] | None:  # noqa: ARG002 the protocol's signature
        """NATS has no native search: use `get`."""
        return None

    def close(self) -> None:
        """Close the connection and its thread."""
        try:
            self._loop.run(self._client.close(), CONNECT_TIMEOUT_S)
        finally:
            self._loop.close()

    async def _open(self, server: str) -> DirectReader:
        # Declared as int, used as seconds: a fraction brings the connection back sooner.
        wait: Any = 0.1
        await self._client.connect(server, reconnect_time_wait=wait, max_reconnect_attempts=-1, error_cb=_keep_quiet)
        self._jetstream = self._client.jetstream(timeout=PUBLISH_TIMEOUT_S)
        try:
            await self._jetstream.stream_info(self._stream)
        except nats.js.errors.NotFoundError:
            await self._make_stream()
        return await DirectReader.open(self._client, self._stream)

    async def _make_stream(self) -> None:
        config = nats.js.api.StreamConfig(name=self._stream, subjects=["outcome.v1.>"], allow_direct=True)
        try:
            await self._jetstream.add_stream(config)
        except nats.js.errors.APIError as error:
            if error.err_code != _STREAM_EXISTS:  # another client was faster
                raise

    async def _publish_all(self, deposits: Sequence[Deposit]) -> None:
        outcomes = await asyncio.gather(*map(self._publish, deposits), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _publish(self, deposit: Deposit) -> None:
        digest = hashlib.sha256(key_bytes(deposit)).hexdigest()[:32]
        headers = {"Nats-Msg-Id": digest, "Nats-Expected-Last-Subject-Sequence": "0"}
        subject = f"{self._below(deposit.address)}.{deposit.kind}.{digest}"
        try:
            await self._jetstream.publish(subject, encode_deposit(deposit), headers=headers, stream=self._stream)
        except nats.js.errors.APIError as error:
            if error.err_code != _ALREADY_THERE:
                raise

    async def _get_all(self, addresses: Sequence[str], newest: int) -> list[Deposit]:
        end = (await self._jetstream.stream_info(self._stream)).state.last_seq + 1
        found = await asyncio.gather(*(self._get(address, newest, end) for address in addresses))
        return [deposit for deposits in found for deposit in deposits]

    async def _get(self, address: str, newest: int, end: int) -> list[Deposit]:
        below = self._below(address)
        everything = await self._reader.read(f"{below}.>", 1, newest)
        if everything.pending:
            kinds = await asyncio.gather(
                *(newest_messages(self._reader, f"{below}.{kind}.>", newest, end) for kind in KINDS)
            )
            messages = [message for kind in kinds for message in kind]
        else:
            messages = everything.messages[::-1]
        deposits = decode_deposits(message.body for message in messages)
        return [deposit for kind in KINDS for deposit in deposits if (deposit.kind, deposit.address) == (kind, address)]

    def _below(self, address: str) -> str:
        return f"outcome.v1.{self._topics.get(address, f'address.{address}')}"

    def _run(self, work: Coroutine[Any, Any, Result], timeout_s: float = CALL_TIMEOUT_S) -> Result:
        try:
            return self._loop.run(work, timeout_s)
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise RouterUnavailableError(f"nats router: {type(error).__name__}") from error


async def _keep_quiet(error: Exception) -> None:
    """The client would log every lost connection with its address; callers learn of it from the call that fails."""
