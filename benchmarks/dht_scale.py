"""How the DHT grows: latency and requests of real nodes, look-up rounds to 400,000 organisations, and who shares a topic.

    python -m benchmarks.dht_scale [--nodes 10,20,40,60] [--figure docs/transports/dht_scale.svg] [--json FILE]

Real nodes run in this process and talk over the loopback; requests are those that the reading node sends for a look-up.
The simulation follows Kademlia (Maymounkov and Mazieres, 2002): buckets of 8, three requests a round, until a round brings
nothing nearer. The topic mix is Zipf-distributed over this vocabulary's topics.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import secrets
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.routing.dht import SHARDS, DhtAddress, DhtRouter
from tests.pipeline.routing import samples

BUCKET, PARALLEL, BITS = 8, 3, 64
SIZES = (10, 100, 1_000, 10_000, 100_000, 400_000)
LOOK_UPS = 300
PROBLEMS_EACH = (1, 5, 20)
ORGANISATIONS_SAMPLED = 3_000


def real_nodes(count: int, folder: Path) -> dict[str, Any]:
    """Deposits of every node, each read again by a node that joined last."""
    network = secrets.randbelow(10**9)
    nodes = [DhtRouter(DhtAddress((), 0, network), folder / f"{count}-0")]
    host = (("127.0.0.1", str(nodes[0].port)),)
    nodes += [DhtRouter(DhtAddress(host, 0, network), folder / f"{count}-{number}") for number in range(1, count + 1)]
    topics = random.Random(count).sample(samples.topics(), 60)
    put_ms, get_ms = [], []
    for number, topic in enumerate(topics):
        deposit = samples.packet_deposit(number, "org", topic)
        started = time.perf_counter()
        nodes[1 + number % (count - 1)].put(deposit)
        put_ms.append(1000 * (time.perf_counter() - started))
    reader, lost = nodes[-1], 0
    sent = reader._node.getNodeMessageStats  # noqa: SLF001 the router has no use for it
    before = sum(sent())
    for number, topic in enumerate(topics):
        address = samples.packet(number, topic).address
        started = time.perf_counter()
        lost += len(reader.get([address])) != 1
        get_ms.append(1000 * (time.perf_counter() - started))
    requests = (sum(sent()) - before) / (len(topics) * SHARDS)
    for node in nodes:
        node.close()
    return {
        "nodes": count,
        "lost": lost,
        "put ms p50/p95": _percentiles(put_ms),
        "get ms p50/p95": _percentiles(get_ms),
        "requests a look-up": round(requests, 1),
    }


def _percentiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return round(statistics.median(ordered), 1), round(ordered[int(0.95 * (len(ordered) - 1))], 1)


class Network:
    """Simulated nodes with random identifiers. A node's bucket is drawn when it is first asked for, then stays."""

    def __init__(self, size: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.ids = sorted({self.chance.getrandbits(BITS) for _ in range(size)})
        self.table = np.array(self.ids, dtype=np.uint64)
        self.buckets: dict[tuple[int, int], list[int]] = {}

    def nearest_known(self, node: int, target: int) -> list[int]:
        """What `node` answers: up to BUCKET nodes of its bucket on the target's side."""
        shared = BITS - (node ^ target).bit_length()
        if shared == BITS:
            return [node]
        key = (node, shared)
        if key not in self.buckets:
            width = BITS - shared - 1
            low = target >> width << width
            first = int(np.searchsorted(self.table, np.uint64(low)))
            last = int(np.searchsorted(self.table, np.uint64(low + (1 << width) - 1), side="right"))
            self.buckets[key] = self.ids[first:last] if last - first <= BUCKET else self._drawn(first, last)
        return self.buckets[key]

    def _drawn(self, first: int, last: int) -> list[int]:
        return [self.ids[index] for index in self.chance.sample(range(first, last), BUCKET)]

    def rounds(self, start: int, target: int) -> int:
        """Rounds of an iterative look-up until nothing nearer is heard of."""
        heard, asked, rounds = {start}, set(), 0
        while True:
            nearest = sorted(heard, key=lambda node: node ^ target)[:BUCKET]
            turn = [node for node in nearest if node not in asked][:PARALLEL]
            if not turn:
                return rounds
            rounds += 1
            asked.update(turn)
            best = nearest[0]
            for node in turn:
                heard.update(self.nearest_known(node, target))
            if min(heard, key=lambda node: node ^ target) == best and best in asked:
                return rounds


def simulated(size: int) -> dict[str, Any]:
    """Mean and 95th percentile of look-up rounds among `size` nodes."""
    network = Network(size, size)
    targets = [network.chance.getrandbits(BITS) for _ in range(LOOK_UPS)]
    rounds = sorted(network.rounds(network.chance.choice(network.ids), target) for target in targets)
    return {
        "organisations": size,
        "log2": round(math.log2(size), 1),
        "rounds mean": round(statistics.mean(rounds), 2),
        "rounds p95": rounds[int(0.95 * (len(rounds) - 1))],
    }


def sharing(problems_each: int) -> dict[str, Any]:
    """Which part of all pairs of organisations has a topic in common, when each has had so many problems."""
    chance = np.random.default_rng(problems_each)
    count = len(samples.topics())
    weights = 1 / np.arange(1, count + 1)
    drawn = chance.choice(count, size=(ORGANISATIONS_SAMPLED, problems_each), p=weights / weights.sum())
    has = np.zeros((ORGANISATIONS_SAMPLED, count), dtype=np.float32)
    has[np.arange(ORGANISATIONS_SAMPLED)[:, None], drawn] = 1
    shared = (has @ has.T) > 0
    pairs = ORGANISATIONS_SAMPLED * (ORGANISATIONS_SAMPLED - 1) / 2
    part = float(np.triu(shared, 1).sum() / pairs)
    total = 400_000 * 399_999 // 2
    return {"problems each": problems_each, "pairs sharing a topic": round(part, 4), "of 400,000": round(part * total)}


def draw(real: list[dict[str, Any]], rounds: list[dict[str, Any]], shares: list[dict[str, Any]], path: Path) -> None:
    """Three small panels as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "loomroute"
    from matplotlib import pyplot as plt

    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    for which, label in ((0, "median"), (1, "95th percentile")):
        left.plot([r["nodes"] for r in real], [r["get ms p50/p95"][which] for r in real], marker="o", label=label)
    left.set(title="Real nodes: reading a topic", xlabel="nodes", ylabel="ms", yscale="log")
    left.legend()
    sizes = [r["organisations"] for r in rounds]
    middle.plot(sizes, [r["rounds mean"] for r in rounds], marker="o", label="rounds, mean")
    middle.plot(sizes, [r["log2"] for r in rounds], linestyle="--", color="grey", label="log2 N")
    middle.set(title="Simulated look-ups", xlabel="organisations", xscale="log")
    middle.legend()
    names = [str(share["problems each"]) for share in shares]
    right.bar(names, [100 * share["pairs sharing a topic"] for share in shares])
    right.set(title="Pairs that share a topic", xlabel="problems each organisation has had", ylabel="% of N(N-1)/2")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nodes", default="10,20,40,60")
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        real = [real_nodes(int(count), Path(folder)) for count in options.nodes.split(",")]
    results = {"real": real, "rounds": [simulated(s) for s in SIZES], "sharing": [sharing(p) for p in PROBLEMS_EACH]}
    for rows in results.values():
        for row in rows:
            print(json.dumps(row))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if options.figure:
        draw(*results.values(), options.figure)


if __name__ == "__main__":
    main()
