"""One behaviour over every transport, against the real server or library."""

import dataclasses
import functools
import hashlib
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
import rfc8785

from pipeline.errors import DepositRefusedError, RouterUnavailableError, UsageError
from pipeline.packet.address import semantic_address
from pipeline.routing.cases import collect_cases
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.keys import sign
from pipeline.routing.open import open_router
from pipeline.routing.rank import Circumstances, rank_cases
from pipeline.routing.verified import RememberingVerifier
from tests.pipeline.routing import samples
from tests.pipeline.routing.samples import about, batch, everything, packet_deposit, topics

KINDS = ("packet", "sighting", "tombstone")


def keys(deposits):
    return Counter(deposit.key for deposit in deposits)


def until_available(action, seconds=30.0):
    """What a depositor does: try again until the transport is back."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()
        except RouterUnavailableError:
            assert time.monotonic() < deadline, "never came back"
            time.sleep(0.1)


def test_all_three_kinds_come_back_as_they_were_put(backend):
    router = backend.open()
    packet = packet_deposit(1)
    sighting = about(packet, "sighting", "two", b'{"verdict":"worked"}')
    tombstone = about(packet, "tombstone")
    for deposit in (packet, sighting, tombstone):
        router.put(deposit)
    assert sorted(router.get([packet.address]), key=lambda d: d.kind) == [packet, sighting, tombstone]
    assert list(router.since(None).deposits) == [packet, sighting, tombstone]


def test_putting_again_changes_nothing(backend):
    router, other = backend.open(), backend.open("two")
    first, second = packet_deposit(1), packet_deposit(2)
    router.put(first)
    router.put(second)
    router.put(first)
    router.put_many([second, first, second, first])
    other.put(first)
    assert router.get([first.address]) == [second, first]
    assert everything(router) == [first, second]


def test_the_same_finding_of_two_sources_is_two_deposits(backend):
    router = backend.open()
    one, two = packet_deposit(1, "one"), packet_deposit(1, "two")
    router.put_many([one, two])
    assert keys(router.get([one.address])) == keys([one, two])


def test_newest_counts_for_each_kind_newest_first_in_the_order_asked(backend):
    router = backend.open()
    here = [packet_deposit(number) for number in range(7)]
    there = [packet_deposit(number, topic=topics()[1]) for number in range(4)]
    sightings = [about(deposit, "sighting", payload=b'{"verdict":"worked"}') for deposit in here[:5]]
    tombstones = [about(deposit, "tombstone") for deposit in here[:2]]
    for deposit in (*sightings, *here, *there, *tombstones):
        router.put(deposit)
    found = router.get([there[0].address, "0" * 16, here[0].address], newest=3)
    assert found[:3] == there[:0:-1]
    assert {d.kind: [x for x in found[3:] if x.kind == d.kind] for d in found[3:]} == {
        "packet": here[:3:-1],
        "sighting": sightings[:1:-1],
        "tombstone": tombstones[::-1],
    }


def test_a_hot_topic_gives_its_newest_two_hundred(backend):
    router = backend.open()
    deposits = [packet_deposit(number, f"org{number}") for number in range(330)]
    other = [packet_deposit(number, topic=topics()[1]) for number in range(30)]
    router.put_many(deposits[:150] + other + deposits[150:])
    assert router.get([deposits[0].address]) == deposits[: -200 - 1 : -1]
    assert router.get([]) == []


def test_pages_follow_arrival_order_and_stay_stable_under_inserts(backend):
    router = backend.open()
    first, later = batch("one", 23), batch("two", 9)
    for deposit in first:
        router.put(deposit)
    page = router.since(None, limit=10)
    assert list(page.deposits) == first[:10]
    for deposit in later:
        router.put(deposit)
    assert router.since(page.cursor, limit=100).deposits == tuple(first[10:] + later)
    assert everything(router, limit=7) == first + later
    end = router.since(page.cursor, limit=100).cursor
    assert router.since(end) == dataclasses.replace(page, deposits=(), cursor=end)


@pytest.mark.parametrize("cursor", ["", "nonsense", "MToz!", "MTotMQ", "é"])
def test_a_cursor_that_is_not_ours_is_refused(backend, cursor):
    router = backend.open()
    with pytest.raises(UsageError):
        router.since(cursor)


def test_two_writer_processes_and_a_follower_miss_and_repeat_nothing(backend):
    count = 40
    names = ("alder", "birch")
    expected = [deposit for name in names for deposit in batch(name, count)]
    addresses = sorted({deposit.address for deposit in expected})
    follower = backend.open("follower")
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.pipeline.routing.writer", backend.url, backend.state(name), name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in names
    ]
    seen = []
    try:
        cursor, deadline = None, time.monotonic() + 90
        while len(seen) < len(expected) and time.monotonic() < deadline:
            assert not any(writer.poll() for writer in writers)
            backend.settle(follower, addresses)
            page = follower.since(cursor, limit=11)
            seen += page.deposits
            cursor = page.cursor
        assert [writer.stdout.readline() for writer in writers] == [b"done\n", b"done\n"]
        backend.settle(follower, addresses)
        assert follower.since(cursor).deposits == ()
    finally:
        for writer in writers:
            writer.communicate()
    assert keys(seen) == keys(expected)
    assert everything(follower) == seen


def test_two_organisations_write_and_read_at_once(backend):
    routers = {name: backend.open(name) for name in ("one", "two")}
    errors = []

    def work(name):
        try:
            for deposit in batch(name, 25):
                routers[name].put(deposit)
                assert deposit.key in keys(routers[name].get([deposit.address]))
        except Exception as error:  # noqa: BLE001 whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in routers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    expected = batch("one", 25) + batch("two", 25)
    addresses = sorted({deposit.address for deposit in expected})
    for router in routers.values():
        assert keys(router.get(addresses)) == keys(expected)


def test_512_bytes_are_taken_and_513_refused(backend):
    router = backend.open()
    address = semantic_address(*topics()[0])
    for size in (512, 513):
        body = b'{"v":2,"x":"%s"}' % (b"x" * (size - 14))
        deposit = sign(samples.secret("one"), "packet", address, hashlib.sha256(body).hexdigest(), body, samples.NOW)
        if size == 512:
            router.put(deposit)
            assert router.get([address]) == [deposit]
        else:
            with pytest.raises(DepositRefusedError):
                router.put(deposit)
            with pytest.raises(DepositRefusedError):
                router.put_many([deposit])
    assert len(everything(router)) == 1


def test_payloads_are_bytes(backend):
    router = backend.open()
    address = semantic_address(*topics()[0])
    payloads = [b"", b"\0", bytes(range(256)) * 2, b"\r\n\r\n", "é".encode("latin-1"), "日本".encode(), b"'; --"]
    payloads += [rfc8785.dumps({"v": 2, "x": "\0\r\n日本'; --"}), b'{"verdict":"worked"}']
    deposits = [
        sign(samples.secret("one"), "packet", address, hashlib.sha256(p).hexdigest(), p, samples.NOW) for p in payloads
    ] + [
        sign(samples.secret("one"), "sighting", address, hashlib.sha256(p).hexdigest(), p, samples.NOW)
        for p in payloads
    ]
    deposits = backend.takes(deposits)
    assert {d.kind for d in deposits} == {"packet", "sighting"}
    router.put_many(deposits)
    assert {d.key: d for d in router.get([address])} == {d.key: d for d in deposits}


def test_an_unknown_major_version_and_an_unknown_address_are_stored(backend):
    router = backend.open()
    fields = json.loads(packet_deposit(1).payload) | {"v": 2, "newer": "key"}
    body = rfc8785.dumps(fields)
    packet_id = hashlib.sha256(body).hexdigest()
    deposits = [
        sign(samples.secret("one"), "packet", address, packet_id, body, samples.NOW)
        for address in (semantic_address(*topics()[0]), "00ff00ff00ff00ff")
    ]
    for deposit in deposits:
        router.put(deposit)
        assert router.get([deposit.address]) == [deposit]
    assert everything(router) == deposits


BROKEN = {
    "kind": {"kind": "rumour"},
    "address": {"address": "XYZ"},
    "wildcard address": {"address": "*" * 16},
    "packet id": {"packet_id": "f" * 64},
    "upper case id": {"packet_id": "F" * 64},
    "payload": {"payload": b"{}"},
    "source tag": {"source_tag": "ab"},
    "epoch": {"epoch": "2026-11-21"},
    "signature": {"signature": b"short"},
    "tombstone with a payload": {"kind": "tombstone"},
}


def test_what_is_no_deposit_is_refused_and_not_stored(backend):
    router = backend.open()
    good = packet_deposit(1)
    for what, changes in BROKEN.items():
        with pytest.raises(DepositRefusedError):
            router.put(dataclasses.replace(good, **changes))
            pytest.fail(what)
    assert everything(router) == []


def test_what_was_put_survives_a_restart(backend):
    router = backend.open()
    deposits = batch("one", 12)
    router.put_many(deposits[:10])
    cursor = router.since(None, limit=4).cursor
    backend.restart()
    follow = until_available(lambda: router.since(cursor))
    assert list(follow.deposits) == deposits[4:10]
    until_available(lambda: router.put_many(deposits))
    fresh = backend.open("two")
    assert keys(fresh.get(sorted({d.address for d in deposits}))) == keys(deposits)
    assert everything(router) == deposits


def test_a_restart_in_mid_batch_loses_nothing_and_doubles_nothing(backend):
    router = backend.open()
    deposits = batch("one", 600)
    started = threading.Event()
    errors = []

    def write():
        try:
            for start in range(0, len(deposits), 50):
                until_available(lambda part=deposits[start : start + 50]: router.put_many(part))
                started.set()
        except Exception as error:  # noqa: BLE001 whatever it is, the test shows it
            errors.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    started.wait(30)
    backend.restart()
    thread.join()
    assert errors == []
    assert keys(everything(router)) == keys(deposits)


def test_a_transport_that_cannot_be_reached_says_so_quickly_and_tells_no_secret(backend, tmp_path):
    started = time.monotonic()
    with pytest.raises(RouterUnavailableError) as caught:
        open_router(backend.unreachable, samples.context(tmp_path / "elsewhere")).get([packet_deposit(1).address])
    assert time.monotonic() - started < 10
    assert "hunter2" not in str(caught.value)


@functools.cache
def world():
    """Deposits as they come: hot and cold topics, copies by several sources, several epochs, sightings, withdrawals, junk."""
    chance = random.Random(7)
    near = enumerate_topics(SYMPTOMS, {}, *_grades())
    popular = [(t.problem_type, t.symptom_pattern) for t in near[:40]] + list(topics()[::60])
    weights = [1 / (rank + 1) for rank in range(len(popular))]
    made = []
    for number in range(500):
        topic = chance.choices(popular, weights)[0]
        epoch = chance.choice(("2024-Q3", "2025-Q4", "2026-Q3", "2026-Q4"))
        for name in chance.sample(range(60), chance.choice((1, 1, 1, 2, 4))):
            made.append(packet_deposit(number, f"org{name}", topic, epoch))
    for deposit in chance.sample(made, 120):
        verdict = chance.choice((b'{"verdict":"worked"}', b'{"verdict":"did_not"}'))
        made.append(about(deposit, "sighting", f"org{chance.randrange(60)}", verdict))
    withdrawn = [d for d in chance.sample(made, 60) if d.kind == "packet"]
    made += [about(d, "tombstone", f"org{name}") for d in withdrawn for name in range(60) if _owns(d, name)]
    forged = [dataclasses.replace(d, signature=bytes(64), source_tag="ab" * 32) for d in chance.sample(made, 20)]
    return list({d.key: d for d in made + forged}.values())


def _owns(deposit, name):
    return about(deposit, "tombstone", f"org{name}").source_tag == deposit.source_tag


def _grades():
    context = samples.context(None)
    return context.vocabulary, context.nearness


VERIFY = RememberingVerifier()
SYMPTOMS = {"intermittent_503_under_load": 0.6, "elevated_latency": 0.3}
QUESTIONS = [
    (SYMPTOMS, {}, Circumstances()),
    (SYMPTOMS, {"connection_pool_exhaustion": 0.9}, Circumstances(("postgresql",), {"load_profile": "peak"})),
    ({"stale_data": 1.0}, {}, Circumstances((), {"load_profile": "steady", "onset": "time", "restart": "clears"})),
    ({}, {}, Circumstances()),
]


def test_native_search_ranks_as_the_exact_key_enumeration_does(backend):
    router = backend.open()
    deposits = world()
    router.put_many(backend.takes(deposits))
    context = samples.context(None)
    for symptoms, problems, asked in QUESTIONS:
        topics_asked = enumerate_topics(symptoms, problems, *_grades())
        wanted = {topic.address for topic in topics_asked}

        def ranking(found, read=tuple(topics_asked), asked=asked):
            cases = collect_cases(found, context.vocabulary, context.lexicon, VERIFY)
            return rank_cases(cases, read, asked, context.lexicon, epoch=samples.NOW)

        expected = ranking([d for d in deposits if d.address in wanted])
        exact = ranking(router.get([topic.address for topic in topics_asked]))
        assert view(exact) == view(expected)
        for top_k in (1, 5, 20):
            found = router.search(topics_asked, top_k)
            if found is not None:
                assert view(ranking(found)[:top_k]) == view(expected[:top_k])


def view(ranking):
    return [(item.case.packet_id, item.case.sources, item.case.verdicts, item.similarity, item.why) for item in ranking]
