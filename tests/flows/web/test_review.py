"""The review pages: who is let in, what is shown, and what a decision does to the ledger and the router."""

import json
import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from classifiers import resources
from classifiers.classification import AxisResult, Classification
from flows.deliver import tombstone_signer
from flows.run import Run, RunOptions
from flows.web.review.decision import CIRCUMSTANCES, Decision, beside, outcome_of, suggested
from flows.web.review.desk import Desk
from pipeline.errors import ConfigurationError
from pipeline.ledger.lease import Lease
from pipeline.ledger.ledger import Item, Settled
from pipeline.packet.outcome import Conditions
from tests.flows.web.review_session import POOL, TOKEN, Session

PAYMENTS, ZONE = "payments-503.vtt", "zone-expired.vtt"
OF_RESEARCH = next(term.id for term in resources.vocabulary().problem_types.values() if term.domain == "research")


@pytest.fixture(scope="module")
def opened(tmp_path_factory, fixtures):
    return Session(tmp_path_factory.mktemp("review"), fixtures)


@pytest.fixture
def session(opened):
    return opened.fresh()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/wrong/", {}),
        (f"/{TOKEN}x/", {}),
        (f"//{TOKEN}/", {}),
        ("/docs", {}),
        ("/openapi.json", {}),
        (f"/{TOKEN}/", {"Host": "rebound.example"}),
        (f"/{TOKEN}/", {"Host": "localhost:8790"}),
        (f"/{TOKEN}/", {"Host": "127.0.0.1"}),
        (f"/{TOKEN}/", {"Origin": "https://elsewhere.example"}),
        (f"/{TOKEN}/", {"Origin": "null"}),
    ],
)
def test_nobody_else_is_let_in(session, path, headers):
    for method in ("GET", "POST"):
        answer = session.client().request(method, path, headers=headers)
        assert (answer.status_code, answer.text) == (403, "forbidden")


def test_a_form_from_another_site_changes_nothing(session):
    form = session.form(PAYMENTS, "reject")
    path = f"/{TOKEN}/recordings/{session.key(PAYMENTS)}"
    assert session.client().post(path, data=form, headers={"Origin": "http://evil.example"}).status_code == 403
    assert session.client().post(path.replace(TOKEN, "guess"), data=form).status_code == 403
    assert session.counts() == {"held": 3}


def test_every_answer_is_kept_out_of_caches_and_frames(session):
    for answer in (session.get(), session.get("recordings/0000000000000000"), session.client().get("/")):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_list_says_what_waits_and_why(session):
    page = session.get().text
    assert set(re.findall(r'recordings/([0-9a-f]{16})">([^<]+)', page)) == {
        (session.key(name), name) for name in (PAYMENTS, ZONE, "markup.txt")
    }
    assert "not sure enough which problem it is</a> 3" in page
    assert "of other sources" not in page
    assert "Nothing waits" in session.get("?reason=symptom_unsure").text
    session.base.ledger.unlink()
    assert "Nothing waits" in session.get().text


def test_what_other_sources_hold_is_counted_and_not_shown(session):
    item = Item("their-recording.vtt", "v1")
    with session.ledger() as ledger:
        ledger.lease("another", [item], Lease.of_this_process(), batch="b1")
        ledger.settle("another", [Settled(item, "held")], ready=True, tombstone=lambda gone: gone)
    page = session.get().text
    assert "1 of other sources wait too" in page
    assert "their-recording" not in page
    assert session.get(f"recordings/{session.key(item.recording)}").status_code == 404


def test_the_title_that_a_browser_remembers_names_nothing(session):
    for path in ("", f"recordings/{session.key(PAYMENTS)}"):
        assert "payments" not in re.search("<title>(.*)</title>", session.get(path).text)[1]


def test_a_recording_is_shown_scrubbed_with_evidence_guesses_and_packet(session, fixtures):
    page = session.get(f"recordings/{session.key(PAYMENTS)}").text
    shown = page.replace(PAYMENTS, "")
    metadata = json.loads((fixtures / "recordings" / "engineering" / "payments-503.meta.json").read_text())
    for raw in (metadata["owner_name"], metadata["workspace"], *metadata.get("members", ())):
        assert raw.lower() not in shown.lower()
    assert '<mark data-type="PERSON"' in shown
    assert 'class="line" data-role="symptom"' in shown
    assert len(re.findall(r'data-field="(?:problem_type|symptom_pattern|resolution_pattern)" data-value', shown)) == 15
    assert "of 512 bytes" in shown
    assert "&#34;confidence&#34;: 1.0" in shown
    assert session.counts() == {"held": 3}


def test_looking_at_a_recording_stores_nothing_of_it(session):
    def contents():
        return {path: path.read_bytes() for path in session.folder.rglob("*") if path.is_file()}

    before = contents()
    assert "503s on" in session.get(f"recordings/{session.key(PAYMENTS)}").text
    session.post(PAYMENTS, "packet")
    after = contents()
    assert {path for path in after if not path.name.startswith("ledger.db")} <= set(before)
    written = [data for path, data in after.items() if path.parent != session.source]
    assert written
    assert not any(b"503s on" in data for data in written)


def test_markup_in_a_transcript_is_text(session):
    page = session.get(f"recordings/{session.key('markup.txt')}").text
    assert "<script>window" not in page
    assert "&lt;script&gt;" in page
    assert "<img" not in page


def test_the_packet_of_other_labels_is_shown_without_deciding(session):
    page = session.post(PAYMENTS, "packet", problem_type="dns_failure", resolution_pattern="").text
    packet = re.search(r'<pre tabindex="0" aria-label="Packet">(.*?)</pre>', page, re.DOTALL)[1].replace("&#34;", '"')
    assert json.loads(packet)["problem_type"] == "dns_failure"
    assert json.loads(packet)["resolution_pattern"] is None
    assert session.counts() == {"held": 3}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"problem_type": "nonsense"}, "Choose a problem"),
        ({"problem_type": ""}, "Choose a problem"),
        ({"symptom_pattern": "<b>"}, "Choose a symptom"),
        ({"resolution_pattern": "nonsense"}, "Choose a resolution"),
        ({"outcome": "perhaps"}, "Choose an outcome"),
        ({"fix_scope": "magic"}, "Choose a scope"),
        ({"load_profile": "lunch"}, "Choose circumstances"),
        ({"problem_type": OF_RESEARCH}, "different domains"),
    ],
)
def test_labels_that_make_no_packet_are_refused(session, fields, said):
    answer = session.post(PAYMENTS, "accept", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.counts() == {"held": 3}


def test_accepting_sends_the_decided_packet_and_goes_on_with_the_next(session):
    listed = re.findall(r"recordings/([0-9a-f]{16})", session.get().text)
    place = listed.index(session.key(PAYMENTS))
    answer = session.post(PAYMENTS, "accept")
    assert answer.status_code == 303
    following = f"recordings/{listed[place + 1]}" if place + 1 < len(listed) else ""
    assert answer.headers["location"] == f"/{TOKEN}/{following}?said=emitted"
    assert session.counts() == {"emitted": 1, "held": 2}
    (deposit,) = session.deposits()
    packet = json.loads(deposit.payload)
    assert {name: packet[name] for name in POOL} == POOL
    assert packet["confidence"] == 1.0
    assert packet["conditions"]["stack"] == []
    assert session.post(PAYMENTS, "accept").status_code == 404
    assert len(session.deposits()) == 1


def test_what_was_found_beside_the_labels_is_kept_where_it_is_ticked(session):
    page = session.get(f"recordings/{session.key(PAYMENTS)}").text
    suspected = re.findall(r'name="keep" value="ruled_out:([^"]+)" checked', page)
    assert suspected
    session.post(PAYMENTS, "accept", keep=f"ruled_out:{suspected[0]}")
    assert json.loads(session.deposits()[0].payload)["ruled_out"] == suspected[:1]


def test_the_same_packet_from_two_recordings_is_sent_once(session):
    for name in (PAYMENTS, ZONE):
        session.post(name, "accept")
    states = session.counts()
    assert states["held"] == 1
    assert sum(states.values()) == 3
    assert len({deposit.packet_id for deposit in session.deposits()}) == states["emitted"]


def test_rejecting_ends_it(session):
    assert session.post(ZONE, "reject").headers["location"].endswith("said=rejected")
    assert session.counts() == {"held": 2, "rejected": 1}
    assert ZONE not in session.get().text
    assert session.get(f"recordings/{session.key(ZONE)}").status_code == 404


def test_a_decision_outlives_processing_again(session):
    session.post(PAYMENTS, "accept")
    session.post(ZONE, "reject")
    sent = session.deposits()
    run = Run(session.base.model_copy(update={"accept": 1.0}), RunOptions(reprocess=True))
    try:
        assert {line.recording for line in run.execute()} == {"markup.txt"}
    finally:
        run.close()
    assert session.counts() == {"emitted": 1, "held": 1, "rejected": 1}
    assert session.deposits() == sent


def test_what_changed_since_is_refused(session):
    path = session.source / ZONE
    before = path.read_bytes()
    path.write_bytes(before.replace(b"\n", b" \n", 1))
    try:
        shown = session.get(f"recordings/{session.key(ZONE)}")
        answers = [shown, session.post(ZONE, "accept"), session.post(ZONE, "reject"), session.post(ZONE, "packet")]
    finally:
        path.write_bytes(before)
    assert [answer.status_code for answer in answers] == [409] * 4
    assert all("has changed since" in answer.text for answer in answers)
    assert session.counts() == {"held": 3}
    assert session.deposits() == []


def test_a_page_of_another_version_decides_nothing(session):
    for action in ("accept", "reject"):
        assert session.post(ZONE, action, version="0" * 64).status_code == 409
    assert session.counts() == {"held": 3}


def test_what_is_not_in_the_source_any_more_is_refused(session):
    path = session.source / "markup.txt"
    text = path.read_text()
    path.unlink()
    try:
        answer = session.get(f"recordings/{session.key('markup.txt')}")
    finally:
        path.write_text(text)
    assert answer.status_code == 409
    assert "not in the source any more" in answer.text


def test_where_approval_is_asked_for_the_packet_waits_and_can_be_relabelled(session):
    session.change(emit="approved")
    assert session.post(PAYMENTS, "accept").headers["location"].endswith("said=awaiting_approval")
    assert session.counts() == {"awaiting_approval": 1, "held": 2}
    assert f"loomroute approve {session.desk.batch}" in session.get("?said=awaiting_approval").text
    page = session.get(f"recordings/{session.key(PAYMENTS)}").text
    assert "a packet is made and awaits approval" in page
    assert "What awaits approval now" in page
    with session.ledger() as ledger:
        (first,) = [row.packet_id for row in ledger.rows("awaiting_approval")]
    session.post(PAYMENTS, "accept", outcome="workaround")
    assert session.counts() == {"awaiting_approval": 1, "held": 2}
    assert session.deposits() == []
    with session.ledger() as ledger:
        assert ledger.outbox.status(first) is None
        assert ledger.batches() == [(session.desk.batch, 1)]
        assert ledger.approve(session.desk.batch, tombstone_signer(ledger)) == 1
        assert [json.loads(d.payload)["outcome"] for d in ledger.outbox.outgoing()] == ["workaround"]


def test_rejecting_what_awaits_approval_cancels_it(session):
    session.change(emit="approved")
    session.post(PAYMENTS, "accept")
    session.post(PAYMENTS, "reject")
    with session.ledger() as ledger:
        assert ledger.counts() == {"held": 2, "rejected": 1}
        assert ledger.batches() == []
        assert ledger.outbox.outgoing() == []


def test_where_packets_are_off_nothing_is_accepted(session):
    session.change(emit="off")
    assert "nothing can be accepted" in session.get(f"recordings/{session.key(PAYMENTS)}").text
    assert session.post(PAYMENTS, "accept").status_code == 409
    assert session.counts() == {"held": 3}
    assert session.post(PAYMENTS, "reject").status_code == 303


def test_a_router_that_is_away_leaves_it_pending(session):
    blocked = session.folder / "router"
    blocked.write_text("a file where a folder should be")
    try:
        assert session.post(PAYMENTS, "accept").headers["location"].endswith("said=pending")
        assert session.counts() == {"held": 2, "pending": 1}
    finally:
        blocked.unlink()


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"{}", "application/json"), (b"a=%ff" * 2000 * 4, "application/x-www-form-urlencoded"), (b"\xff", "text/plain")],
)
def test_what_is_no_form_is_refused(session, body, kind):
    path = f"/{TOKEN}/recordings/{session.key(PAYMENTS)}"
    answer = session.client().post(path, content=body, headers={"Content-Type": kind})
    assert answer.status_code in {409, 413}
    assert session.counts() == {"held": 3}


def test_the_text_of_an_unexpected_error_is_said_nowhere(session, monkeypatch, capfd, caplog):
    def fail():
        raise ValueError("Desislava said so")

    monkeypatch.setattr(session.desk, "rows", fail)
    answer = session.get()
    assert answer.status_code == 500
    printed = "".join([answer.text, *capfd.readouterr(), caplog.text])
    assert "Desislava" not in printed
    assert "ValueError" in caplog.text


def test_a_desk_needs_a_source(session):
    with pytest.raises(ConfigurationError):
        Desk(session.base.model_copy(update={"source": session.base.source.model_copy(update={"url": None})}))


def labels(*, resolution_accepted=True):
    def axis(label, accepted=True):
        return AxisResult(label, 0.6, accepted, ((label, 0.6),))

    return Classification(
        axis("connection_pool_exhaustion", accepted=False),
        axis("intermittent_503_under_load"),
        axis("connection_pool_tuning", accepted=resolution_accepted),
        "slow_query",
        "resolved",
        "config",
        Conditions(stack=("postgresql", "java"), versions={"java": "17"}, load_profile="peak"),
        ("dns_failure", "slow_query"),
        ("restart_service", "connection_pool_tuning"),
        (),
    )


def test_an_unsure_resolution_is_not_suggested():
    assert suggested(labels()).resolution_pattern == "connection_pool_tuning"
    assert suggested(labels(resolution_accepted=False)).resolution_pattern is None


AS_FOUND = {**dict.fromkeys(CIRCUMSTANCES, "unspecified"), "load_profile": "peak", "fix_scope": "config"}


def test_circumstances_are_what_the_person_chose(session):
    session.post(PAYMENTS, "accept", load_profile="burst", fix_scope="process", trials="30-99")
    (sent,) = [json.loads(deposit.payload) for deposit in session.deposits()]
    assert sent["fix_scope"] == "process"
    assert sent["conditions"]["load_profile"] == "burst"
    assert "trials" not in sent["conditions"]  # it belongs to research


def test_findings_that_contradict_the_decision_are_left_out():
    everything = frozenset(beside(labels()))
    assert len(everything) == 8
    decided = Decision(
        "slow_query", "intermittent_503_under_load", "connection_pool_tuning", "resolved", AS_FOUND, everything
    )
    outcome = outcome_of(decided, labels())
    assert outcome.confidence == 1.0
    assert outcome.secondary_problem_type is None
    assert outcome.ruled_out == ("dns_failure",)
    assert outcome.tried == ("restart_service",)
    assert outcome.conditions.stack == ("postgresql", "java")
    assert outcome.conditions.versions == {"java": "17"}
    assert outcome.conditions.load_profile == "peak"


@pytest.mark.parametrize("left_out", beside(labels()))
def test_each_finding_can_be_left_out(left_out):
    kept = frozenset(beside(labels())) - {left_out}
    decided = Decision("lock_contention", "intermittent_503_under_load", None, "resolved", AS_FOUND, kept)
    outcome = outcome_of(decided, labels())
    conditions = outcome.conditions
    found = [
        f"secondary:{outcome.secondary_problem_type}",
        *(f"ruled_out:{name}" for name in outcome.ruled_out),
        *(f"tried:{name}" for name in outcome.tried),
        *(f"stack:{name}" for name in conditions.stack),
        *(f"version:{name}" for name in conditions.versions),
    ]
    assert set(found) - {"secondary:None"} == kept


def test_the_command_serves_what_an_ingest_held_until_interrupted(session, loomroute):
    loomroute("ingest", session.source, "--direct", "--accept", 1)
    command = [sys.executable, "-m", "flows.cli.app", "review", str(session.source), "--json"]
    running = subprocess.Popen(
        command,
        cwd=loomroute.folder,
        env=loomroute.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = json.loads(running.stdout.readline())["url"]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", url)
        with urllib.request.urlopen(url) as answer:
            assert PAYMENTS in answer.read().decode()
    finally:
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (0, "", "")


def test_the_command_needs_a_ledger_and_a_source(session, loomroute):
    assert loomroute("review", session.source, check=False).code == 2
    loomroute("ingest", session.source, "--direct", "--accept", 1)
    assert loomroute("review", check=False).code == 2
