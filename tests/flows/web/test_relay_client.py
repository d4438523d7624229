"""The relay's client against a relay in a process of its own."""

import dataclasses
import json
import threading
import time
from collections import Counter

import pytest

from flows.ask import Asker, Question
from flows.settings import Settings
from flows.web.relay.database import open_database
from flows.web.relay.members import Members
from flows.web.relay.settings import RelaySettings
from pipeline.errors import ConfigurationError, DepositRefusedError, RouterUnavailableError
from pipeline.routing.open import open_router
from pipeline.routing.relay_client import RelayRouter
from tests.flows.web.relay_process import RelayProcess
from tests.flows.web.samples import TOPIC, finding, packet
from tests.pipeline.routing import samples, servers


@pytest.fixture
def relay(tmp_path):
    made = RelayProcess(RelaySettings(f"sqlite:///{tmp_path}/storage.db", tmp_path / "state", deposits_per_day=700))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def register(relay):
    return Members(open_database(relay.settings.state))


def url(relay):
    return f"http://127.0.0.1:{relay.port}"


def test_a_token_that_is_not_admitted_leaves_deposits_pending_and_stays_out_of_messages(relay, register):
    member, token = register.add("alder")
    router = RelayRouter(url(relay), token)
    router.put(packet("alder"))
    register.revoke(member.id)
    for action in (lambda: router.put(packet("alder")), lambda: router.get(["0" * 16]), lambda: router.since(None)):
        with pytest.raises(RouterUnavailableError) as caught:
            action()
        assert token not in str(caught.value)
    router.close()


def test_a_spent_quota_leaves_deposits_pending(relay, register):
    router = RelayRouter(url(relay), register.add("alder")[1])
    router.put_many(samples.batch("alder", 500))
    with pytest.raises(RouterUnavailableError):
        router.put_many(samples.batch("birch", 500))
    assert len(router.since(None, limit=1000).deposits) <= 500
    router.close()


def test_what_the_relay_refuses_is_refused_for_good_with_its_reason(relay, register):
    router = RelayRouter(url(relay), register.add("alder")[1])
    forged = dataclasses.replace(packet("alder"), signature=bytes(64))
    for action in (router.put, lambda deposit: router.put_many([packet("alder"), deposit])):
        with pytest.raises(DepositRefusedError, match="signature"):
            action(forged)
    assert router.get([forged.address]) == []
    router.close()


@pytest.mark.parametrize(
    "wrong", ["http://lr_secret@127.0.0.1:1", "https://a:b@host", "http://", "http://host/?token=x"]
)
def test_credentials_do_not_belong_in_the_url(wrong, tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        open_router(wrong, samples.context(tmp_path / "one"))
    assert "secret" not in str(caught.value)


def test_a_relay_restarted_in_mid_batch_loses_and_doubles_nothing(relay, register):
    deposits = [d for d in samples.batch("alder", 600) if d.kind == "packet"]
    router = RelayRouter(url(relay), register.add("alder")[1])
    started = threading.Event()
    failures = []

    def retry(part):
        while True:
            try:
                return router.put_many(part)
            except RouterUnavailableError as error:
                failures.append(error)
                time.sleep(0.1)

    def write():
        for start in range(0, len(deposits), 40):
            retry(deposits[start : start + 40])
            started.set()

    thread = threading.Thread(target=write)
    thread.start()
    started.wait(30)
    relay.kill()
    relay.start()
    thread.join()
    stored = open_database(relay.settings.state).execute("SELECT kind, packet_id, source_tag FROM entries").fetchall()
    assert Counter(tuple(row) for row in stored) == Counter(d.key for d in deposits)
    votes = {(d.address, resolution_of(d)) for d in deposits}
    page = router.since(None, limit=1000)
    assert len(page.deposits) == len(votes)
    assert all(number == 1 for number in Counter(d.key for d in page.deposits).values())
    router.close()


def resolution_of(deposit):
    return json.loads(deposit.payload)["resolution_pattern"]


def test_two_members_see_each_other_and_themselves_no_differently(relay, register):
    routers = [RelayRouter(url(relay), register.add(name)[1]) for name in ("alder", "birch")]
    for router, name in zip(routers, ("alder", "birch"), strict=True):
        router.put(packet(name))
    views = [router.get([finding().address]) for router in routers]
    assert views[0] == views[1]
    assert len({deposit.source_tag for deposit in views[0]}) == 2
    for router in routers:
        router.close()


def test_asking_over_a_relay_counts_its_sources(relay, register, tmp_path):
    for name in ("alder", "birch"):
        router = RelayRouter(url(relay), register.add(name)[1])
        router.put(packet(name))
        router.close()
    token = register.add("cedar")[1]
    asker = Asker(Settings(router=url(relay), router_token=token, ledger=tmp_path / "ledger.db"))
    answer = asker.ask(Question(problem=TOPIC[0], symptom=TOPIC[1]))
    asker.close()
    assert [len(item.case.sources) for item in answer.cases] == [2]
    assert answer.cases[0].case.packet["conditions"]["stack"] == ["relational_database", "orm"]
    assert (answer.synthesis.findings[0].cases, answer.synthesis.findings[0].worked) == (2, 2)


def test_a_relay_stands_in_front_of_another_transport(tmp_path):
    (tmp_path / "redis").mkdir()
    redis = servers.redis(tmp_path / "redis")
    redis.start()
    made = RelayProcess(RelaySettings(f"redis://127.0.0.1:{redis.port}/0", tmp_path / "state", k=1))
    made.start()
    router = RelayRouter(url(made), Members(open_database(tmp_path / "state")).add("alder")[1])
    try:
        router.put_many([packet("alder"), packet("alder", finding(confidence=0.1))])
        assert [d.payload for d in router.get([finding().address])] == [finding(confidence=0.1).body]
        redis.kill()
        router.put(packet("alder", finding(confidence=0.2)))
        with pytest.raises(RouterUnavailableError):
            router.get([finding().address])
        redis.start()
        deadline = time.monotonic() + 30
        while True:
            try:
                assert [d.payload for d in router.get([finding().address])] == [finding(confidence=0.2).body]
                break
            except RouterUnavailableError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
    finally:
        router.close()
        made.kill()
        redis.kill()
