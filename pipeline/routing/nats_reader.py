"""Reading a JetStream stream without consumers: batched direct get, and the newest messages of a subject.

The request and its answers are specified in NATS ADR-31 (https://github.com/nats-io/nats-architecture-and-design).
"""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass
from typing import Any

from nats.errors import Error

ANSWER_TIMEOUT_S = 10.0


class ReadFailedError(Error):
    """The server answered a direct get with an error status, e.g. because the stream is gone."""


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message: its sequence in the stream and its bytes."""

    sequence: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """Messages in the stream's order, and how many more match behind the last of them."""

    messages: list[Message]
    pending: int


class DirectReader:
    """Batched direct gets over one reply subscription, any number at once."""

    def __init__(self, client: Any, stream: str) -> None:
        """Use `open`, which also subscribes."""
        self._client = client
        self._request = f"$JS.API.DIRECT.GET.{stream}"
        self._inbox = client.new_inbox()
        self._numbers = itertools.count()
        self._open: dict[str, asyncio.Queue[Any]] = {}

    @classmethod
    async def open(cls, client: Any, stream: str) -> DirectReader:
        """A reader of a stream, on a connected client."""
        reader = cls(client, stream)
        await client.subscribe(f"{reader._inbox}.*", cb=reader._deliver, pending_msgs_limit=-1, pending_bytes_limit=-1)
        return reader

    async def read(self, subject: str, start: int, most: int) -> Found:
        """Up to `most` messages of a subject filter, from stream sequence `start` on."""
        found: list[Message] = []
        while True:
            part = await self._batch(subject, start, most - len(found))
            found += part.messages
            # The server may end a batch early to bound its bytes.
            if not part.messages or not part.pending or len(found) >= most:
                return Found(found, part.pending)
            start = found[-1].sequence + 1

    async def _batch(self, subject: str, start: int, most: int) -> Found:
        token = str(next(self._numbers))
        answers = self._open[token] = asyncio.Queue()
        request = json.dumps({"seq": start, "next_by_subj": subject, "batch": most}).encode()
        found: list[Message] = []
        try:
            await self._client.publish(self._request, request, reply=f"{self._inbox}.{token}")
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                while True:
                    answer = await answers.get()
                    status = answer.headers.get("Status")
                    if status is None:
                        found.append(Message(int(answer.headers["Nats-Sequence"]), answer.data))
                    elif status == "204":
                        return Found(found, int(answer.headers["Nats-Num-Pending"]))
                    elif status == "404":
                        return Found([], 0)
                    else:
                        raise ReadFailedError(status)
        finally:
            del self._open[token]

    async def _deliver(self, message: Any) -> None:
        waiting = self._open.get(message.subject.rpartition(".")[2])
        if waiting is not None:
            waiting.put_nowait(message)


async def newest_messages(reader: DirectReader, subject: str, newest: int, end: int) -> list[Message]:
    """The newest messages of a subject filter, newest first; `end`: a sequence behind the stream's last.

    JetStream reads forwards only, but says how many messages lie behind one: the place to start from is found by asking for
    single messages, guessing that the subject's messages lie evenly in the stream and halving the range where they do not.
    """
    low = await reader.read(subject, 1, 1)
    if not low.messages:
        return []
    start, behind = low.messages[0].sequence, low.pending + 1
    for attempt in itertools.count():
        if behind <= 2 * newest or end - start <= 1:
            break
        share = 1.5 * newest / behind if attempt % 2 == 0 else 0.5
        middle = min(end - 1, max(start + 1, end - int((end - start) * share)))
        probe = await reader.read(subject, middle, 1)
        if len(probe.messages) + probe.pending >= newest:
            start, behind = middle, len(probe.messages) + probe.pending
        else:
            end = middle
    found = await reader.read(subject, start, 2 * newest)
    while found.pending:
        found = await reader.read(subject, found.messages[-newest].sequence, 2 * newest)
    return found.messages[: -newest - 1 : -1]
