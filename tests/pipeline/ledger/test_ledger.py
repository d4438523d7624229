"""The ledger: exactly one state a version, written before sending, nothing lost and nothing twice."""

import contextlib
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, LedgerError, LedgerUnusableError
from pipeline.ledger.lease import Lease
from pipeline.ledger.ledger import REVIEW, Item, Ledger, Settled
from pipeline.routing.keys import sign

SECRET = b"s" * 32
A, B = Item("a.vtt", "v1"), Item("b.vtt", "v1")


def deposit(name, kind="packet", address="a" * 16):
    import hashlib

    body = name.encode()
    return sign(SECRET, kind, address, hashlib.sha256(body).hexdigest(), body if kind == "packet" else b"", "2026-Q4")


def tombstone(gone):
    return sign(SECRET, "tombstone", gone.address, gone.packet_id, b"", gone.epoch)


@pytest.fixture
def ledger(tmp_path):
    book = Ledger(tmp_path / "ledger.db", "here")
    yield book
    book.close()


def lease(ledger, items, **options):
    return ledger.lease("src", items, Lease.of_this_process(), batch="b1", **options)


def settle(ledger, ends, deposits=(), ready=True):
    ledger.settle("src", ends, deposits, ready=ready, tombstone=tombstone)


def test_a_settled_version_is_not_taken_again_unless_reprocessed(ledger):
    assert lease(ledger, [A, B]) == [A, B]
    settle(ledger, [Settled(A, "held", "classify", "problem_unsure"), Settled(B, "rejected")])
    assert lease(ledger, [A, B]) == []
    assert lease(ledger, [A, B], reprocess=True) == [A]
    assert lease(ledger, [Item("a.vtt", "v2")]) == [Item("a.vtt", "v2")]


def test_an_acceptance_is_run_again_by_a_reviewer_only(ledger):
    packet = deposit("one")
    settle(ledger, [Settled(A, "awaiting_approval", REVIEW, packet_id=packet.packet_id)], [packet], ready=False)
    assert lease(ledger, [A]) == []
    assert lease(ledger, [A], reprocess=True) == []
    assert lease(ledger, [A], by_reviewer=True) == [A]
    settle(ledger, [Settled(A, "pending", packet_id=packet.packet_id)], [packet])
    assert lease(ledger, [A], reprocess=True) == [A]


def test_a_live_lease_of_another_process_is_respected_and_a_dead_one_is_not(ledger):
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    machine = Lease.of_this_process().owner.partition(":")[0]
    held = Lease(f"{machine}:{other.pid}", time.time() + 600)
    assert ledger.lease("src", [A], held, batch="b0") == [A]
    assert lease(ledger, [A]) == []
    other.kill()
    other.wait()
    assert lease(ledger, [A]) == [A]


def test_an_expired_lease_elsewhere_is_taken_over(ledger):
    elsewhere = Lease("othermachine:1", time.time() + 600)
    assert ledger.lease("src", [A], elsewhere, batch="b0") == [A]
    assert lease(ledger, [A]) == []
    ledger.lease("src", [B], Lease("othermachine:1", time.time() - 1), batch="b0")
    assert lease(ledger, [B]) == [B]


def test_deposits_are_in_the_outbox_until_marked_sent(ledger):
    packet = deposit("one")
    settle(ledger, [Settled(A, "pending", packet_id=packet.packet_id)], [packet])
    assert ledger.outbox.outgoing() == [packet]
    assert ledger.outbox.oldest_ready() is not None
    ledger.outbox.sent([packet])
    assert ledger.outbox.outgoing() == []
    assert ledger.counts() == {"emitted": 1}
    assert ledger.recordings_of(packet.packet_id) == ["a.vtt"]


def test_a_kill_between_sending_and_marking_sends_the_same_deposit_again(tmp_path):
    packet = deposit("one")
    first = Ledger(tmp_path / "ledger.db", "here")
    settle(first, [Settled(A, "pending", packet_id=packet.packet_id)], [packet])
    sent = first.outbox.outgoing()
    first.close()
    again = Ledger(tmp_path / "ledger.db", "here")
    assert again.outbox.outgoing() == sent
    again.close()


def test_approval_releases_exactly_one_batch(ledger):
    one, two = deposit("one"), deposit("two")
    ledger.lease("src", [A], Lease.of_this_process(), batch="b1")
    ledger.lease("src", [B], Lease.of_this_process(), batch="b2")
    settle(ledger, [Settled(A, "awaiting_approval", packet_id=one.packet_id)], [one], ready=False)
    settle(ledger, [Settled(B, "awaiting_approval", packet_id=two.packet_id)], [two], ready=False)
    assert ledger.batches() == [("b1", 1), ("b2", 1)]
    assert ledger.outbox.outgoing() == []
    assert ledger.approve("b1", tombstone) == 1
    assert ledger.outbox.outgoing() == [one]
    assert ledger.approve("nothing", tombstone) == 0


def test_a_rejected_recording_never_leaves(ledger):
    packet = deposit("one")
    lease(ledger, [A])
    settle(ledger, [Settled(A, "awaiting_approval", packet_id=packet.packet_id)], [packet], ready=False)
    ledger.reject("src", A)
    ledger.approve("b1", tombstone)
    assert ledger.outbox.outgoing() == []
    assert ledger.counts() == {"rejected": 1}


def test_a_changed_packet_withdraws_its_predecessor(ledger):
    old, new = deposit("old"), deposit("new")
    settle(ledger, [Settled(A, "pending", packet_id=old.packet_id)], [old])
    ledger.outbox.sent([old])
    later = Item("a.vtt", "v2")
    settle(ledger, [Settled(later, "pending", packet_id=new.packet_id)], [new])
    kinds = {(d.kind, d.packet_id) for d in ledger.outbox.outgoing()}
    assert kinds == {("packet", new.packet_id), ("tombstone", old.packet_id)}
    assert ledger.counts() == {"pending": 1}
    assert ledger.outbox.status(old.packet_id) is None


def test_a_packet_that_another_recording_supports_is_not_withdrawn(ledger):
    old = deposit("old")
    settle(ledger, [Settled(A, "pending", packet_id=old.packet_id)], [old])
    settle(ledger, [Settled(B, "duplicate", packet_id=old.packet_id)])
    ledger.outbox.sent([old])
    settle(ledger, [Settled(Item("a.vtt", "v2"), "held", "classify", "problem_unsure")])
    assert ledger.outbox.outgoing() == []
    assert ledger.outbox.status(old.packet_id) == "sent"


def test_reprocessing_the_same_version_to_another_packet_withdraws_the_first(ledger):
    old, new = deposit("old"), deposit("new")
    lease(ledger, [A])
    settle(ledger, [Settled(A, "pending", packet_id=old.packet_id)], [old])
    ledger.outbox.sent([old])
    lease(ledger, [A], reprocess=True)
    settle(ledger, [Settled(A, "pending", packet_id=new.packet_id)], [new])
    assert {d.kind for d in ledger.outbox.outgoing()} == {"packet", "tombstone"}


def test_destinations_and_pseudonyms_are_kept_apart(tmp_path):
    one, two = Ledger(tmp_path / "l.db", "one"), Ledger(tmp_path / "l.db", "two")
    settle(one, [Settled(A, "held")])
    assert one.counts() == {"held": 1}
    assert two.counts() == {}
    other = Ledger(tmp_path / "other.db", "one")
    assert one.pseudonym("a.vtt") == two.pseudonym("a.vtt") != other.pseudonym("a.vtt")
    assert len(one.pseudonym("a.vtt")) == 16
    for book in (one, two, other):
        book.close()


def test_the_file_is_private_and_a_newer_one_is_refused(tmp_path):
    path = tmp_path / "ledger.db"
    Ledger(path, "here").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 99 WHERE name = 'schema_version'")
    with pytest.raises(LedgerError):
        Ledger(path, "here")
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database at all" * 100)
    with pytest.raises(LedgerError):
        Ledger(broken, "here")


def test_what_a_person_may_decide_about_is_the_newest_of_its_source(ledger):
    later = Item("a.vtt", "v2")
    lease(ledger, [A, B])
    settle(ledger, [Settled(A, "held", "classify", "problem_unsure"), Settled(B, "awaiting_approval")])
    assert {row.recording for row in ledger.to_review("src")} == {"a.vtt", "b.vtt"}
    assert ledger.to_review("other") == []
    lease(ledger, [later])
    assert [row.recording for row in ledger.to_review("src")] == ["b.vtt"]
    settle(ledger, [Settled(later, "held", "classify", "symptom_unsure")])
    assert [row.version for row in ledger.to_review("src") if row.recording == "a.vtt"] == ["v2"]
    ledger.reject("src", later)
    assert [row.recording for row in ledger.to_review("src")] == ["b.vtt"]


def test_a_replacement_that_waits_for_approval_withdraws_nothing_until_it_is_approved(ledger):
    old, new = deposit("old"), deposit("new")
    settle(ledger, [Settled(A, "pending", packet_id=old.packet_id)], [old])
    ledger.outbox.sent([old])
    later = Item("a.vtt", "v2")
    lease(ledger, [later])
    settle(ledger, [Settled(later, "awaiting_approval", packet_id=new.packet_id)], [new], ready=False)
    assert ledger.outbox.outgoing() == []
    assert ledger.approve("b1", tombstone) == 1
    assert {(d.kind, d.packet_id) for d in ledger.outbox.outgoing()} == {
        ("packet", new.packet_id),
        ("tombstone", old.packet_id),
    }


def test_a_time_out_is_tried_again_by_the_next_run(ledger):
    lease(ledger, [A, B])
    settle(ledger, [Settled(A, "quarantined", "redaction", "timed_out"), Settled(B, "quarantined", "source", "empty")])
    assert lease(ledger, [A, B]) == [A]


def test_the_same_version_run_again_under_approval_withdraws_its_first_packet_when_approved(ledger):
    old, new = deposit("old"), deposit("new")
    lease(ledger, [A])
    settle(ledger, [Settled(A, "pending", packet_id=old.packet_id)], [old])
    ledger.outbox.sent([old])
    lease(ledger, [A], reprocess=True)
    settle(ledger, [Settled(A, "awaiting_approval", packet_id=new.packet_id)], [new], ready=False)
    assert ledger.outbox.outgoing() == []
    ledger.approve("b1", tombstone)
    assert {(d.kind, d.packet_id) for d in ledger.outbox.outgoing()} == {
        ("packet", new.packet_id),
        ("tombstone", old.packet_id),
    }


def test_only_the_version_seen_last_is_counted_and_listed(ledger):
    missing, first, second = Item("a.vtt", "unreadable"), A, Item("a.vtt", "v2")
    settle(ledger, [Settled(missing, "quarantined", "source", "unreadable")])
    lease(ledger, [first, B])
    settle(ledger, [Settled(first, "held", "classify", "problem_unsure"), Settled(B, "held", "emit", "emit_off")])
    assert ledger.counts() == {"held": 2}
    assert ledger.rows("quarantined") == []
    lease(ledger, [second, B])
    settle(ledger, [Settled(second, "held", "classify", "symptom_unsure")])
    assert ledger.counts() == {"held": 2}
    assert [row.version for row in ledger.rows("held") if row.recording == "a.vtt"] == ["v2"]
    assert lease(ledger, [first, B]) == []  # changed back: settled, and current again
    assert [row.version for row in ledger.to_review("src") if row.recording == "a.vtt"] == ["v1"]


def test_what_is_current_for_one_router_or_source_says_nothing_about_another(tmp_path):
    one, two = Ledger(tmp_path / "l.db", "one"), Ledger(tmp_path / "l.db", "two")
    for book in (one, two):
        lease(book, [A])
        settle(book, [Settled(A, "held")])
    lease(two, [Item("a.vtt", "v2")])
    one.lease("another", [Item("a.vtt", "v3")], Lease.of_this_process(), batch="b1")
    assert one.counts() == {"in_progress": 1, "held": 1}
    assert two.counts() == {"in_progress": 1}
    assert (one.elsewhere(), two.elsewhere()) == (1, 2)
    for book in (one, two):
        book.close()


def test_a_ledger_of_before_knows_what_is_current_after_the_next_run(tmp_path):
    path, later = tmp_path / "ledger.db", Item("a.vtt", "v2")
    book = Ledger(path, "here")
    settle(book, [Settled(A, "held"), Settled(later, "held")])
    book.close()
    with sqlite3.connect(path) as db:
        db.executescript("DROP VIEW current_recordings; DROP TABLE current_versions")
    book = Ledger(path, "here")
    assert book.counts() == {"held": 2}
    lease(book, [later])
    assert book.counts() == {"held": 1}
    book.close()


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from pipeline.errors import ConfigurationError, LedgerError
from pipeline.ledger.ledger import Ledger
if os.geteuid() == 0:
    os.setuid(65534)
for reading in (True, False):
    try:
        book = Ledger(Path(sys.argv[1]), "here", reading=reading)
        print(book.counts(), book.pseudonym("a.vtt"))
        book.close()
    except LedgerError as error:
        print(isinstance(error, ConfigurationError), error)
"""


@pytest.mark.parametrize("writer", [False, True])
def test_a_protected_ledger_can_be_read_and_is_left_as_it_is(writer):
    # Not in pytest's folder: where the tests run as root, the child gives that up, and may not look in there.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = Ledger(folder / "ledger.db", "here")
        settle(book, [Settled(A, "held")])
        pseudonym = book.pseudonym("a.vtt")
        if not writer:
            book.close()
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        before = sorted(folder.iterdir())
        done = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, folder / "ledger.db"], capture_output=True, text=True, check=True
        )
        after = sorted(folder.iterdir())
        folder.chmod(0o700)
        book.close()
    assert done.stdout.splitlines() == [
        f"{{'held': 1}} {pseudonym}",
        "True ledger: cannot be opened (Permission denied)",
    ]
    assert after == before


def test_what_is_no_ledger_is_a_matter_of_configuration(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("Ingrid said so. " * 100)
    for path in (tmp_path / "folder", tmp_path / "text", tmp_path / "text" / "ledger.db"):
        for reading in (True, False):
            with pytest.raises(LedgerUnusableError) as raised:
                Ledger(path, "here", reading=reading)
            assert isinstance(raised.value, ConfigurationError)
            assert not {"Ingrid", str(tmp_path)} & set(str(raised.value).split())


def test_a_ledger_that_is_locked_is_no_matter_of_configuration(tmp_path, monkeypatch):
    path = tmp_path / "ledger.db"
    Ledger(path, "here").close()
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, **{**options, "timeout": 0.01}))
    with contextlib.closing(connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError) as raised:
            Ledger(path, "here")
    assert not isinstance(raised.value, ConfigurationError)
