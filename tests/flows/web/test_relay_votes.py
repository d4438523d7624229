"""One vote for each source, topic and resolution, whatever the source sends."""

import datetime as dt
import hashlib
import json

import pytest

from classifiers import resources
from flows.synthesis import synthesize
from flows.web.relay import desk as desk_module
from flows.web.relay.desk import BatchRefusedError
from pipeline.routing.keys import verify
from pipeline.routing.protocol import Scored
from pipeline.routing.rank import Circumstances, rank_cases
from tests.flows.web.samples import NOW, RESOLUTION, TOPIC, finding, packet, secret, sighting, tombstone

HONEST = ("alder", "birch", "cedar", "elm")


def ranking(here):
    topic = Scored(*TOPIC, finding().address, 1000)
    return rank_cases(here.cases(topic.address), [topic], Circumstances(), resources.lexicon(), epoch=NOW)


def flood(here, count):
    """An admitted source under as many tags as it likes: copies, contradictions, other epochs. Returns how many were refused."""
    refused = 0
    for start in range(0, count, 100):
        deposits = []
        for number in range(start, start + 100):
            outcome, load = ("negative", "resolved")[number % 2], ("peak", "idle", "steady")[number % 3]
            made = finding(outcome=outcome, confidence=number % 101 / 100, load=load)
            deposits.append(packet(f"tag{number % 97}", made, ("2026-Q4", "2026-Q3", "2020-Q1")[number % 5 % 3]))
        try:
            here.put("mallory", *deposits)
        except BatchRefusedError as error:
            assert {reason for _, reason in error.refused} == {"topic_quota"}
            refused += 100
    return refused


@pytest.mark.parametrize(("count", "deposits_per_topic"), [(10_000, 200), (3_000, 100_000)])
def test_a_source_that_floods_a_topic_has_one_vote(exchange, count, deposits_per_topic):
    here = exchange(k=1, deposits_per_topic=deposits_per_topic)
    for name in HONEST:
        here.put(name, packet(name, finding(confidence=0.9)))
    honest = ranking(here)
    assert [len(item.case.sources) for item in honest] == [4]
    refused = flood(here, count)
    assert refused > 9_000 if count > deposits_per_topic else refused == 0
    after = ranking(here)
    (found,) = synthesize(after, NOW).findings
    assert (found.resolution_pattern, found.cases) == (RESOLUTION, 5)
    assert found.worked >= 4
    assert after[0].case.packet_id == honest[0].case.packet_id
    assert len({tag for item in after for tag in item.case.sources}) == 5


def test_a_mirror_that_followed_everything_counts_one_vote_too(exchange):
    here = exchange(k=1)
    for number in range(40):
        here.put("mallory", packet(f"tag{number}", finding(confidence=number / 100)))
    assert len({deposit.source_tag for deposit in here.everything()}) == 1


def test_a_later_vote_replaces_an_earlier_one_and_withdrawal_brings_it_back(exchange):
    here = exchange(k=1)
    first, second = packet("alder", finding()), packet("alder", finding(outcome="negative"))
    here.put("alder", first)
    here.put("alder", second)
    assert [d.packet_id for d in here.packets(first.address)] == [second.packet_id]
    here.put("alder", tombstone("alder", second))
    assert [d.packet_id for d in here.packets(first.address)] == [first.packet_id]
    here.put("alder", tombstone("alder", first))
    assert here.packets(first.address) == []
    here.put("alder", first)
    assert here.packets(first.address) == []


def test_other_resolutions_and_other_members_are_votes_of_their_own(exchange):
    here = exchange(k=1)
    here.put("alder", packet("alder", finding()), packet("alder", finding(resolution=None)))
    here.put("birch", packet("birch", finding()))
    deposits = here.packets(finding().address)
    assert len(deposits) == 3
    assert len({deposit.source_tag for deposit in deposits}) == 2
    assert all(verify(deposit) for deposit in deposits)


def test_replaced_votes_take_no_room_among_the_newest(exchange):
    here = exchange(k=1)
    here.put("alder", packet("alder", finding(confidence=0.9)))
    for number in range(60):
        here.put("mallory", packet(f"tag{number}", finding(confidence=number / 100)))
    assert [len(here.get(finding().address, newest)) for newest in (1, 2, 5)] == [1, 2, 2]
    assert here.packets(finding().address)[0].payload == finding(confidence=0.59).body


def test_a_packet_can_be_withdrawn_by_its_own_tag_only(exchange):
    here = exchange(k=1)
    mine = packet("alder")
    here.put("alder", mine)
    here.put("birch", tombstone("birch", mine))
    assert len(here.packets(mine.address)) == 1
    # Even before the packet arrives, and across a restart.
    other = packet("cedar", finding(confidence=0.1))
    here.put("cedar", tombstone("cedar", other))
    here.reopen()
    here.put("cedar", other)
    assert [d.packet_id for d in here.packets(mine.address)] == [mine.packet_id]


def test_a_sighting_counts_once_a_source_and_needs_a_packet(exchange):
    here = exchange(k=1)
    mine = packet("alder")
    here.put("alder", mine)
    for number in range(10):
        here.put("birch", sighting(f"tag{number}", mine, ("worked", "did_not")[number % 2]))
    assert list(here.cases(mine.address)[0].verdicts.values()) == ["worked"]
    with pytest.raises(BatchRefusedError) as refused:
        here.put("birch", sighting("birch", packet("birch", finding(confidence=0.2))))
    assert refused.value.refused == ((0, "unknown_packet"),)


def test_a_source_keeps_its_vote_when_the_epoch_turns(exchange, monkeypatch):
    here = exchange(k=2)
    here.put("alder", packet("alder", finding(confidence=0.4)))
    here.put("alder", packet("alder", finding(confidence=0.5, resolution=None)))
    monkeypatch.setattr(desk_module, "_today", lambda: dt.date(2027, 1, 2))
    here.put("alder", packet("alder", finding(confidence=0.6), "2027-Q1"))
    confidences = [json.loads(d.payload)["confidence"] for d in here.packets(finding().address)]
    assert sorted(confidences) == [0.5, 0.6]
    here.relay.desk.release_shared()
    assert all(b"postgresql" not in d.payload for d in here.packets(finding().address))


def test_a_refused_first_batch_leaves_no_vote_key_that_a_restart_would_lose(exchange):
    here = exchange(k=1)
    with pytest.raises(BatchRefusedError):
        here.put("alder", sighting("alder", packet("birch")))
    here.put("alder", packet("alder", finding(confidence=0.1)))
    here.reopen()
    here.put("alder", packet("another tag", finding(confidence=0.2)))
    assert [deposit.payload for deposit in here.packets(finding().address)] == [finding(confidence=0.2).body]


def test_vote_keys_are_deleted_after_their_time_and_what_is_there_stays(exchange, monkeypatch):
    here = exchange(k=1, retention_days=30)
    mine = packet("alder")
    here.put("alder", mine)
    names = "SELECT count(*) FROM secrets WHERE name LIKE 'epoch:%'"
    key = here.relay.desk._db.execute("SELECT value FROM secrets WHERE name LIKE 'epoch:%'").fetchone()[0]
    here.relay.desk.maintain()
    assert here.relay.desk._db.execute(names).fetchone()[0] == 1
    monkeypatch.setattr(desk_module, "_today", lambda: dt.date(2027, 1, 31))
    here.relay.desk.maintain()
    assert here.relay.desk._db.execute(names).fetchone()[0] == 0
    here.put("alder", tombstone("alder", mine))
    assert here.packets(mine.address) == []
    here.relay.close()
    assert all(key not in path.read_bytes() for path in here.settings.state.iterdir() if path.is_file())
    here.open()


def test_two_topics_of_one_source_share_no_name(exchange):
    here = exchange(k=1)
    elsewhere = finding(topic=("connection_pool_exhaustion", "elevated_latency"))
    here.put("alder", packet("alder"), packet("alder", elsewhere))
    one, other = here.everything()
    assert one.source_tag != other.source_tag
    rows = here.relay.desk._db.execute("SELECT voter, pseudonym FROM entries").fetchall()
    assert len({bytes(value) for row in rows for value in row}) == 2


def test_nothing_beside_a_packet_names_its_member(exchange):
    here = exchange(k=1)
    mine = packet("alder")
    here.put("alder", mine)
    member = here.relay.admit(here.token("alder"))
    token_hash = hashlib.sha256(here.token("alder").encode()).digest()
    for table in ("entries", "hidden", "outbox"):
        for row in here.relay.desk._db.execute(f"SELECT * FROM {table}"):
            for value in row:
                assert value not in (member.id, member.label, token_hash)
    stored = (here.settings.state / "relay.db").read_bytes() + (here.settings.state / "relay.db-wal").read_bytes()
    assert here.token("alder").encode() not in stored


def test_a_gateway_passes_its_sources_deposits_on_as_they_are(exchange):
    here = exchange(k=1)
    here.token("gate", gateway=True)
    deposits = [packet(name, finding(confidence=n / 10)) for n, name in enumerate(("alder", "alder", "birch"))]
    here.put("gate", *deposits)
    assert here.everything() == deposits
    assert here.get(deposits[0].address) == deposits[::-1]
    gone = tombstone("alder", deposits[0])
    here.put("gate", gone)
    assert here.everything() == [*deposits, gone]
    assert len(here.cases(gone.address)) == 2


def test_sources_behind_a_gateway_count_one_by_one_for_k(exchange):
    here = exchange(k=2)
    here.token("gate", gateway=True)
    here.put("gate", packet("alder", finding(confidence=0.1)), packet("birch", finding(confidence=0.2)))
    here.relay.desk.release_shared()
    assert sorted(d.payload for d in here.packets(finding().address)) == sorted(
        finding(confidence=c).body for c in (0.1, 0.2)
    )
    assert secret("alder") != secret("birch")
