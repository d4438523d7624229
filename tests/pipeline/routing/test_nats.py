"""What only JetStream shows: subjects of topics, real idempotence behind the de-duplication window, newest of hot subjects."""

import asyncio
import time

import nats
import pytest
from nats.js.api import StreamConfig

from pipeline.routing.nats_reader import DirectReader, newest_messages
from pipeline.routing.open import open_router
from tests.pipeline.routing import backends, samples


@pytest.fixture
def backend(tmp_path):
    with backends.nats(tmp_path) as opened, opened.routers:
        yield opened


def on_server(backend, work):
    async def run():
        client = await nats.connect(backend.url)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(run())


def test_a_program_may_subscribe_to_a_topic_by_name(backend):
    router = backend.open()
    deposit = samples.packet_deposit(1)
    problem, symptom = samples.topics()[0]

    async def subscribe(client):
        subscription = await client.subscribe(f"outcome.v1.{problem}.{symptom}.packet.*")
        await client.flush()
        await asyncio.to_thread(router.put, deposit)
        message = await subscription.next_msg(timeout=5)
        assert message.data.endswith(deposit.payload)

    on_server(backend, subscribe)


def test_a_deposit_put_again_after_the_window_is_still_the_same(backend):
    async def prepare(client):
        config = StreamConfig("LOOMROUTE", subjects=["outcome.v1.>"], allow_direct=True, duplicate_window=0.1)
        await client.jetstream().add_stream(config)

    on_server(backend, prepare)
    router = backend.open()
    deposit = samples.packet_deposit(1)
    router.put(deposit)
    time.sleep(0.4)
    router.put(deposit)
    assert samples.everything(router) == [deposit]


def test_two_streams_of_a_server_are_told_apart_by_the_path(backend, tmp_path):
    async def prepare(client):
        await client.jetstream().add_stream(StreamConfig("OTHER", subjects=["elsewhere.>"], allow_direct=True))

    on_server(backend, prepare)
    backend.open().put(samples.packet_deposit(1))
    other = open_router(f"{backend.url}/OTHER", samples.context(tmp_path))
    assert samples.everything(other) == []
    other.close()


def test_what_strangers_publish_is_left_out(backend):
    router = backend.open()
    deposit = samples.packet_deposit(1)
    problem, symptom = samples.topics()[0]

    async def publish(client):
        await client.jetstream().publish(f"outcome.v1.{problem}.{symptom}.packet.x", b"no deposit")

    on_server(backend, publish)
    router.put(deposit)
    assert router.get([deposit.address]) == [deposit]
    assert samples.everything(router, limit=1) == [deposit]


@pytest.mark.parametrize("crowd", ["even", "all early", "all late", "alone"])
def test_the_newest_of_a_hot_subject_are_found_wherever_they_lie(backend, crowd):
    size = 1500
    ours = {
        "even": lambda n: n % 3 == 0,
        "all early": lambda n: n < 400,
        "all late": lambda n: n >= size - 450,
        "alone": lambda _: True,
    }[crowd]
    sequences = [n + 1 for n in range(size) if ours(n)]

    async def check(client):
        jetstream = client.jetstream()
        await jetstream.add_stream(StreamConfig("CROWD", subjects=["crowd.>"], allow_direct=True))
        for start in range(0, size, 250):
            await asyncio.gather(
                *(jetstream.publish(f"crowd.{'a' if ours(n) else 'b'}.{n}", b"x") for n in range(start, start + 250))
            )
        reader = await DirectReader.open(client, "CROWD")
        for newest in (1, 20, 150, 1000, 5000):
            found = await newest_messages(reader, "crowd.a.>", newest, size + 1)
            assert [message.sequence for message in found] == sequences[: -newest - 1 : -1]
        assert await newest_messages(reader, "crowd.c.>", 5, size + 1) == []

    on_server(backend, check)
