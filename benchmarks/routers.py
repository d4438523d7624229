"""How fast each transport is, beside a loop of its bare client on the same server, with Zipf-distributed topics.

    python -m benchmarks.routers [--packets 10000] [--only sqlite,redis] [--json FILE]

Milliseconds and operations a second of one client. `put/s` one by one, `batch/s` in batches of 500, `get` one topic (newest 200),
`query` the router's part of a question: 128 topics, by native search where there is one. `raw` columns: the router's time
divided by the bare client's, for one put and for one get.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.raw_clients import RAW, Raw
from pipeline.packet.packet import Packet
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.keys import signing_bytes
from pipeline.routing.protocol import Deposit, Router
from pipeline.routing.wire import encode_deposit
from tests.pipeline.routing import backends, samples, servers

BATCH = 500
GETS = 300
QUERIES = 40
COMPARED = 12
DIFFERENT = 40
SINGLES = 400


def deposits(count: int, seed: int) -> Iterator[Deposit]:
    """Valid packets of Zipf-distributed topics, each signed by a source of its own."""
    chance = random.Random(seed)
    topics = list(samples.topics())
    random.Random(0).shuffle(topics)
    weights = [1 / (rank + 1) for rank in range(len(topics))]
    packets: dict[tuple[str, str], list[Packet]] = {}
    for topic in chance.choices(topics, weights, k=count):
        pool = packets.setdefault(topic, [])
        if len(pool) < DIFFERENT:
            pool.append(samples.packet(len(pool), topic))
        packet = chance.choice(pool)
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        fields = (packet.address, packet.packet_id, packet.body)
        tag = key.public_key().public_bytes_raw().hex()
        signature = key.sign(signing_bytes("packet", *fields, tag, samples.NOW))
        yield Deposit("packet", *fields, tag, samples.NOW, signature)


def questions(count: int) -> list[list[Any]]:
    """Topics of questions with one suspected cause and two symptoms each."""
    context = samples.context(Path())
    chance = random.Random(5)
    symptoms, problems = sorted(context.vocabulary.symptoms), sorted(context.vocabulary.problem_types)
    return [
        enumerate_topics(
            dict(zip(chance.sample(symptoms, 2), (0.6, 0.3), strict=True)),
            {chance.choice(problems): 0.5},
            context.vocabulary,
            context.nearness,
        )
        for _ in range(count)
    ]


def timed(actions: list[Callable[[], object]]) -> list[float]:
    """Milliseconds of each."""
    times = []
    for action in actions:
        started = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - started))
    return times


def in_turns(ours: list[Callable[[], object]], theirs: list[Callable[[], object]]) -> tuple[list[float], list[float]]:
    """Times of two lists of actions, taken alternately."""
    times = timed([action for pair in zip(ours, theirs, strict=True) for action in pair])
    return times[::2], times[1::2]


def percentiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return round(statistics.median(ordered), 2), round(ordered[int(0.95 * (len(ordered) - 1))], 2)


def measure(router: Router, raw: Raw, count: int) -> dict[str, Any]:
    """Fill the router and take its times. The bare client gets the same bodies, as many as its own loop needs."""
    waiting = deposits(count, 1)
    one_by_one = [deposit for deposit, _ in zip(waiting, range(SINGLES), strict=False)]
    # Taken in turns, so that whatever else the machine does hits both.
    put, raw_put = in_turns(
        [lambda d=d: router.put(d) for d in one_by_one],
        [lambda d=d: raw.put(d.address, encode_deposit(d)) for d in one_by_one],
    )
    batch_ms = [0.0]
    while part := [deposit for deposit, _ in zip(waiting, range(BATCH), strict=False)]:
        batch_ms += timed([lambda part=part: router.put_many(part)])
    asked = [deposit.address for deposit in deposits(GETS, 2)]
    get = timed([lambda a=a: router.get([a]) for a in asked])
    query = timed([lambda t=t: router.search(t, 20) or router.get([x.address for x in t]) for t in questions(QUERIES)])

    same = asked[:COMPARED]
    for number, address in enumerate(same):
        for _ in router.get([address]):
            raw.put(f"same{number}{address}", bytes(550))
    own_get, raw_get = in_turns(
        [lambda a=a: router.get([a]) for a in same for _ in range(5)],
        [lambda n=n, a=a: raw.get(f"same{n}{a}") for n, a in enumerate(same) for _ in range(5)],
    )
    return {
        "packets": count,
        "put/s": round(1000 * len(put) / sum(put)),
        "batch/s": round(1000 * (count - SINGLES) / sum(batch_ms)),
        "get ms p50/p95": percentiles(get),
        "query ms p50/p95": percentiles(query),
        "put / raw": round(sum(put) / sum(raw_put), 2),
        "get / raw": round(sum(own_get) / sum(raw_get), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packets", type=int, default=10_000)
    parser.add_argument("--only", default=",".join(RAW))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = {}
    for name in options.only.split(","):
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            shared = [stack.enter_context(servers.postgresql(durable=True))] if name == "postgresql" else []
            backend = stack.enter_context(getattr(backends, name)(folder, *shared))
            stack.enter_context(backend.routers)
            raw = RAW[name](folder, backend.url)
            stack.callback(raw.close)
            results[name] = measure(backend.open(), raw, options.packets)
        print(name, json.dumps(results[name]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
