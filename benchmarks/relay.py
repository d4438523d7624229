"""Throughput of a relay on this machine: `python benchmarks/relay.py [--count 4000]`.

Starts `loomroute relay` (SQLite storage, validation, signatures, quotas and k = 5 on) on a free loopback port and puts signed
deposits of `--organisations` organisations through its client, one by one and in batches. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classifiers import resources
from flows.web.relay.database import open_database
from flows.web.relay.members import Members
from pipeline.packet.outcome import Conditions, Outcome
from pipeline.packet.packet import pack
from pipeline.routing.keys import sign
from pipeline.routing.protocol import Deposit
from pipeline.routing.relay_client import RelayRouter


def deposits(count: int, organisation: int) -> list[Deposit]:
    """Signed deposits of one organisation, topics and stack terms Zipf-distributed."""
    vocabulary, lexicon = resources.vocabulary(), resources.lexicon()
    chance = random.Random(organisation)
    topics = vocabulary.topics("engineering")
    random.Random(0).shuffle(topics)
    weights = [1 / rank for rank in range(1, len(topics) + 1)]
    terms = sorted(lexicon.terms, key=lambda term: -lexicon.terms[term].commonness)[:300]
    term_weights = [1 / rank for rank in range(1, len(terms) + 1)]
    resolutions = [term.id for term in vocabulary.resolutions.values() if term.domain == "engineering"]
    made = []
    for problem, symptom in chance.choices(topics, weights, k=count):
        stack = tuple(dict.fromkeys(chance.choices(terms, term_weights, k=3)))
        outcome = Outcome(
            *(problem, symptom, chance.choice(resolutions), "resolved", chance.randrange(101) / 100),
            conditions=Conditions(stack, load_profile=chance.choice(("peak", "steady", "unspecified"))),
        )
        packet = pack(outcome, vocabulary, lexicon)
        secret = organisation.to_bytes(32, "big")
        made.append(sign(secret, "packet", packet.address, packet.packet_id, packet.body, "2026-Q4"))
    return list({deposit.key: deposit for deposit in made}.values())


def bare_commits_per_s(folder: Path) -> float:
    """What the disk allows: commits of one row by SQLite alone, synced to disk each. A put needs one of them."""
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a)")
    began = time.perf_counter()
    for number in range(300):
        database.execute("INSERT INTO t VALUES (?)", (number,))
    return 300 / (time.perf_counter() - began)


def start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A relay in a process of its own and its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--storage", f"sqlite:///{folder}/storage.db", "--state", str(folder / "state")]
    options += ["--deposits-per-day", "10000000", "--requests-per-minute", "1000000", "--deposits-per-topic", "100000"]
    command = [sys.executable, "-c", "from flows.cli.app import main; main()", "relay"]
    process = subprocess.Popen([*command, "--listen", f"127.0.0.1:{port}", *options])
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.05)
        else:
            return process, f"http://127.0.0.1:{port}"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=4_000)
    arguments.add_argument("--organisations", type=int, default=8)
    options = arguments.parse_args()
    half = options.count // options.organisations
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        members = Members(open_database(folder / "state"))
        tokens = [members.add(f"member {number}")[1] for number in range(options.organisations)]
        made = [deposits(2 * half, number + 1) for number in range(options.organisations)]
        process, url = start(folder)
        try:
            routers = [RelayRouter(url, token) for token in tokens]
            single = [(router, d) for router, own in zip(routers, made, strict=True) for d in own[:half]]
            began = time.perf_counter()
            for router, deposit in single:
                router.put(deposit)
            one_by_one = len(single) / (time.perf_counter() - began)
            began, sent = time.perf_counter(), 0
            for router, own in zip(routers, made, strict=True):
                router.put_many(own[half:])
                sent += len(own[half:])
            batched = sent / (time.perf_counter() - began)
            addresses = sorted({deposit.address for own in made for deposit in own})[:128]
            reads = []
            for _ in range(20):
                began = time.perf_counter()
                found = len(routers[0].get(addresses))
                reads.append(1000 * (time.perf_counter() - began))
        finally:
            process.terminate()
            process.wait()
        bare = bare_commits_per_s(folder)
    result = {
        "put_per_s": round(one_by_one),
        "put_many_per_s": round(batched),
        "get_128_addresses_ms_p50": round(statistics.median(reads), 1),
        "deposits_read": found,
        "bare_sqlite_commits_per_s": round(bare),
        "deposits": len(single) + sent,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
