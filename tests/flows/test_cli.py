"""The command line as its users type it."""

import json
import os
import shlex
import shutil
import stat
import subprocess
import sys

import pytest

from pipeline.routing.sqlite import SqliteRouter

COMMANDS = [
    "ingest",
    "query",
    "redact",
    "classify",
    "approve",
    "review",
    "status",
    "sighting",
    "withdraw",
    "schedule",
    "pull",
    "doctor",
    "init",
    "train",
    "evaluate",
]


@pytest.fixture
def source(tmp_path, fixtures):
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("payments-503.vtt", "payments-503.meta.json", "zone-expired.vtt", "zone-expired.meta.json"):
        shutil.copy(fixtures / "recordings" / "engineering" / name, folder)
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(loomroute, command):
    assert "Example: loomroute" in loomroute(command, "--help").out


@pytest.mark.parametrize("group", [[], ["vocabulary"], ["relay"], ["relay", "token"]])
def test_every_group_has_help_with_an_example(loomroute, group):
    assert " ".join(["Example: loomroute", *group]) in loomroute(*group, "--help").out


def test_ingest_twice_then_status_then_query(loomroute, source):
    first = loomroute("ingest", source, "--direct", "--accept", 0, "--json")
    assert {line["state"] for line in first.lines} == {"emitted"} or {line["state"] for line in first.lines} == {
        "pending"
    }
    assert loomroute("ingest", source, "--direct", "--accept", 0, "--json").out == ""
    (status,) = loomroute("status", "--json").lines
    assert status["counts"] == {"emitted": 2}
    assert status["oldest_pending"] is None
    (answer,) = loomroute("query", "--problem", "connection_pool_exhaustion", "--json").lines
    assert answer["cases"][0]["packet"]["problem_type"] == "connection_pool_exhaustion"
    assert answer["cases"][0]["recordings"] == ["payments-503.vtt"]
    assert answer["synthesis"][0]["cases"] == 1


def test_the_founding_story_is_found_in_other_words(loomroute, fixtures):
    loomroute("ingest", fixtures / "recordings" / "engineering", "--direct", "--accept", 0)
    words = (
        "random service unavailable errors when we are busy, bouncing the pods helps for a few days and then it is back"
    )
    (answer,) = loomroute("query", words, "--json").lines
    assert "payments-503.vtt" in [name for case in answer["cases"][:5] for name in case.get("recordings", [])]


def test_the_same_finding_from_two_organisations_is_two_cases(loomroute, source, tmp_path):
    for ledger in ("one.db", "two.db"):
        loomroute("ingest", source, "--direct", "--accept", 0, "--ledger", tmp_path / ledger)
    (answer,) = loomroute("query", "--problem", "dns_failure", "--json").lines
    assert answer["cases"][0]["sources"] == 2
    assert answer["synthesis"][0]["cases"] == 2


def test_a_dry_run_leaves_nothing_behind(loomroute, source, tmp_path):
    loomroute("ingest", source, "--direct", "--dry-run", "--accept", 0, "--packets", tmp_path / "p.jsonl")
    assert len((tmp_path / "p.jsonl").read_text().splitlines()) == 2
    assert stat.S_IMODE((tmp_path / "p.jsonl").stat().st_mode) == 0o600
    assert not (tmp_path / "ledger.db").exists()
    assert not (tmp_path / "router.db").exists()


def test_what_must_be_approved_waits_for_it(loomroute, source):
    run = loomroute("ingest", source, "--direct", "--accept", 0, LOOMROUTE_EMIT="approved")
    assert "awaiting_approval" in run.err
    (status,) = loomroute("status", "--json").lines
    assert status["counts"] == {"awaiting_approval": 2}
    assert "nothing was ever deposited" in loomroute("query", "--problem", "dns_failure", check=False).err
    (waiting,) = loomroute("approve", "--json").lines
    assert loomroute("approve", waiting["batch"], "--json").lines[0]["delivered"] == 2
    assert loomroute("status", "--json").lines[0]["counts"] == {"emitted": 2}
    assert loomroute("approve", "nosuch", check=False).code == 2


def test_emit_off_makes_packets_and_sends_none(loomroute, source):
    loomroute("ingest", source, "--direct", "--accept", 0, LOOMROUTE_EMIT="off")
    assert loomroute("status", "--json").lines[0]["counts"] == {"held": 2}


def test_a_router_that_is_away_keeps_packets_pending_and_the_next_run_sends_them(loomroute, source, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    away = {"LOOMROUTE_ROUTER": f"sqlite:///{blocked}/router.db"}
    assert loomroute("ingest", source, "--direct", "--accept", 0, check=False, **away).code == 1
    (status,) = loomroute("status", "--json", **away).lines
    assert status["counts"] == {"pending": 2}
    assert status["oldest_pending"]
    blocked.unlink()
    assert loomroute("ingest", source, "--direct", "--accept", 0, **away).code == 0
    assert loomroute("status", "--json", **away).lines[0]["counts"] == {"emitted": 2}


def test_a_changed_recording_withdraws_what_it_said_before(loomroute, source):
    loomroute("ingest", source, "--direct", "--accept", 0)
    meta = source / "zone-expired.meta.json"
    labels = {
        "problem_type": "routing_error",
        "symptom_pattern": "packet_loss",
        "resolution_pattern": "network_reroute",
    }
    meta.write_text(json.dumps({**json.loads(meta.read_text()), **labels}))
    loomroute("ingest", source, "--direct", "--accept", 0)
    assert loomroute("status", "--json").lines[0]["counts"] == {"emitted": 2}
    (old,) = loomroute("query", "--problem", "dns_failure", "--json").lines
    assert not [case for case in old["cases"] if case["packet"]["problem_type"] == "dns_failure"]
    (new,) = loomroute("query", "--problem", "routing_error", "--symptom", "packet_loss", "--json").lines
    assert new["cases"][0]["packet"]["resolution_pattern"] == "network_reroute"


def test_bad_files_are_quarantined_and_the_exit_code_says_so(loomroute, fixtures):
    run = loomroute("ingest", fixtures / "broken", "--direct", "--accept", 0, "--json", check=False)
    assert run.code == 1
    assert {line["state"] for line in run.lines} == {"quarantined"}
    assert all(line["reason"] for line in run.lines)
    again = loomroute("ingest", fixtures / "broken", "--direct", "--accept", 0, "--json")
    assert again.out == ""


def test_sightings_are_weighed(loomroute, source, tmp_path):
    loomroute("ingest", source, "--direct", "--accept", 0)
    (answer,) = loomroute("query", "--problem", "dns_failure", "--json").lines
    case = answer["cases"][0]
    for name in ("x", "y"):
        loomroute("sighting", case["packet_id"][:12], "--did-not", "--ledger", tmp_path / f"{name}.db")
    (after,) = loomroute("query", "--problem", "dns_failure", "--json").lines
    finding = next(
        f
        for f in after["synthesis"]
        if f["resolution_pattern"] == case["packet"]["resolution_pattern"] and f["cases"] >= 3
    )
    assert (finding["worked"], finding["did_not"]) == (1, 2)
    assert loomroute("sighting", "0" * 12, "--worked", check=False).code == 2
    assert loomroute("sighting", case["packet_id"], check=False).code == 2


def test_init_writes_a_configuration_that_loads(loomroute, source, tmp_path):
    loomroute("init", str(source))
    assert loomroute("init", str(source), check=False).code == 2
    loomroute("ingest", "--direct", "--accept", 0)
    assert loomroute("status", "--json").lines[0]["counts"] == {"emitted": 2}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingest", "/nowhere/at/all", "--direct"], "source"),
        (["query", "slow", "--router", "gopher://x"], "unknown scheme"),
        (["ingest", ".", "--config", "missing.toml"], "configuration file not found"),
        (["status", "--state", "lost"], "unknown state"),
        (["ingest", ".", "--accept", "7"], "--accept"),
        (["query", "slow", "--router", "http://[::1"], "no URL"),
        (["ingest", ".", "--direct", "--router", "http://[::1"], "no URL"),
        (["query", "slow", "--router", "http://127.0.0.1:99999"], "a port is a number"),
        (["ingest", ".", "--direct", "--router", "nats://127.0.0.1:99999"], "a port is a number"),
        (["export", "--stix", "x.json", "--router", "sqlite:///no.db"], "nothing was ever deposited"),
        (["query", "slow", "--router", "lancedb:///no/such"], "nothing was ever deposited"),
        (["sighting", "0123456789", "--worked", "--router", "sqlite:///no.db"], "nothing was ever deposited"),
        (["relay", "token", "list", "--state", "no"], "no relay has its state"),
        (["relay", "token", "revoke", "5f0c19aa", "--state", "no"], "no relay has its state"),
        (["relay", "token", "add", " "], "label is blank"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_wrong(loomroute, arguments, says):
    run = loomroute(*arguments, check=False)
    assert run.code == 2, run.err
    assert says in run.err
    assert not [name for name in ("no", "no.db", "x.json") if (loomroute.folder / name).exists()]


@pytest.mark.parametrize("text", ["a: [", "hello", "version: 1\nproblem_types: 5", "version: 1\nproblem_types: [x]"])
def test_a_file_that_is_no_vocabulary_is_refused(loomroute, tmp_path, text):
    (tmp_path / "b.yaml").write_text(text)
    run = loomroute("vocabulary", "diff", "b.yaml", check=False)
    assert run.code == 2, run.err
    assert run.err.startswith("loomroute: vocabulary b.yaml")
    assert run.err.count("\n") == 1


@pytest.mark.parametrize("gold", ["", '{"text": "it is slow", "problem_type": "nope"}'])
def test_a_report_needs_gold_of_the_vocabulary(loomroute, tmp_path, gold):
    (tmp_path / "g.jsonl").write_text(gold)
    run = loomroute("evaluate", "--gold", "g.jsonl", "--outside-only", "--report", "out", check=False)
    assert run.code == 2, run.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["redact", "classify"])
def test_what_was_not_covered_is_named(loomroute, source, command):
    (source / "empty.vtt").write_text("")
    (source / "twice.vtt").write_text("")
    (source / "twice.srt").write_text("")
    expected = ["empty.vtt: not covered (source: empty)"]
    expected += [f"twice.{kind}: not covered (source: two_transcripts)" for kind in ("srt", "vtt")]
    page = ["--html", "page.html"] if command == "redact" else []
    readable = loomroute(command, source, *page, check=False)
    assert readable.code == 1
    assert [line for line in readable.out.splitlines() if "not covered" in line] == expected
    lines = loomroute(command, source, "--json", check=False)
    assert [line["recording"] for line in lines.lines] == ["payments-503.vtt", "zone-expired.vtt"]
    assert [line for line in lines.err.splitlines() if "not covered" in line] == expected


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_reader_who_has_left_is_no_failure(loomroute, option):
    """As behind `| head -1`, without the race for who is first."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "flows.cli.app", "vocabulary", "list", *option]
    done = subprocess.run(
        command, stdout=writing, stderr=subprocess.PIPE, text=True, env=loomroute.environment, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_what_init_suggests_can_be_pasted(loomroute):
    assert "loomroute redact 'my exports/'" in loomroute("init", "my exports/").err


def test_doctor_names_variables_that_are_no_settings_and_not_their_values(loomroute):
    odd = {"LOOMROUTE_ROUTR": "sqlite:///hidden.db", "LOOMROUTE_SOURCE__URL": "x", "LOOMROUTE_WORKERS": "2"}
    said = loomroute("doctor", **odd).out
    assert "ignored: LOOMROUTE_ROUTR\n" in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("router", "code"), [("http://[::1", 2), ("gopher://x", 2), ("sqlite:///no/such.db", 0), ("lancedb:///no/such", 0)]
)
def test_doctor_looks_at_a_router_and_makes_none(loomroute, tmp_path, router, code):
    run = loomroute("doctor", "--router", router, check=False)
    assert run.code == code, run.out
    assert "router: " in run.out
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["query"], "say what you see"),
        (["query", "--problem", "gremlins"], "unknown problem id"),
        (["query", "it is slow", "--stack", "acmeware"], "not in the public lexicon"),
        (["query", "🔥🔥🔥"], "not understood"),
        (["query", "unsere datenbank ist seit gestern sehr langsam geworden"], "not understood"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused(loomroute, tmp_path, arguments, says):
    SqliteRouter(tmp_path / "router.db").close()
    run = loomroute(*arguments, check=False)
    assert run.code == 2, run.err
    assert says in run.err


def test_asking_creates_nothing(loomroute, tmp_path):
    run = loomroute("query", "it is slow", "--router", f"sqlite:///{tmp_path}/no/such.db", check=False)
    assert run.code == 2
    assert not (tmp_path / "no").exists()


def test_an_unknown_setting_is_named(loomroute, tmp_path):
    (tmp_path / "loomroute.toml").write_text("rooter = 'sqlite:///x.db'\n")
    run = loomroute("status", check=False)
    assert run.code == 2
    assert "rooter" in run.err


def test_doctor_is_content_with_a_fresh_installation(loomroute):
    checks = {line["check"]: line for line in loomroute("doctor", "--json").lines}
    assert checks["data"]["ok"]
    assert checks["model"]["ok"]
    assert checks["router"]["ok"]
    assert checks["packages"]["ok"]


def test_vocabulary_lists_ids(loomroute):
    ids = {line["id"] for line in loomroute("vocabulary", "list", "symptoms", "--json").lines}
    assert "intermittent_503_under_load" in ids
    assert len(ids) == 65


def test_what_is_withdrawn_is_gone_and_stays_gone(loomroute, source):
    loomroute("ingest", source, "--direct", "--accept", 0)
    assert loomroute("withdraw", "payments-503.vtt", "--json").lines[0]["withdrawn"] == 1
    (answer,) = loomroute("query", "--problem", "connection_pool_exhaustion", "--json").lines
    assert not [case for case in answer["cases"] if "payments-503.vtt" in case.get("recordings", [])]
    loomroute("ingest", source, "--direct", "--accept", 0, "--reprocess")
    assert loomroute("status", "--json").lines[0]["counts"] == {"emitted": 1, "withdrawn": 1}
    assert loomroute("withdraw", "payments-503.vtt", check=False).code == 2


def test_status_speaks_of_the_version_that_is_there_now(loomroute, source):
    (source / "empty.vtt").touch()
    meta = source / "zone-expired.meta.json"
    text = meta.read_text()
    meta.write_text("{")
    assert loomroute("ingest", source, "--direct", "--accept", 0, check=False).code == 1
    (status,) = loomroute("status", "--state", "quarantined", "--json").lines
    assert status["counts"] == {"emitted": 1, "quarantined": 2}
    assert {row["recording"] for row in status["recordings"]} == {"empty.vtt", "zone-expired.vtt"}
    meta.write_text(text)
    shutil.copy(source / "payments-503.vtt", source / "empty.vtt")
    loomroute("ingest", source, "--direct", "--accept", 0)
    (status,) = loomroute("status", "--state", "quarantined", "--json").lines
    assert "quarantined" not in status["counts"]
    assert sum(status["counts"].values()) == 3
    assert "recordings" not in status


@pytest.mark.parametrize("arguments", [["status"], ["approve"], ["ingest", "source"], ["review", "source"]])
def test_what_is_no_ledger_is_said_in_one_line(loomroute, source, arguments):
    loomroute.ledger.mkdir()
    run = loomroute(*arguments, check=False)
    assert run.code == 2
    assert run.err == "loomroute: ledger: cannot be opened (Is a directory)\n"


def test_the_printed_approval_works_as_it_is_printed(loomroute, source, tmp_path):
    router = f"sqlite:///{tmp_path}/other router.db"
    run = loomroute("ingest", source, "--direct", "--accept", 0, "--router", router, LOOMROUTE_EMIT="approved")
    printed = shlex.split(run.err.rpartition("then: ")[2])
    assert printed[:2] == ["loomroute", "approve"]
    assert loomroute(*printed[1:], "--json").lines[0]["delivered"] == 2


def test_what_was_held_because_packets_were_off_goes_once_they_are_on(loomroute, source):
    run = loomroute("ingest", source, "--direct", "--accept", 0, LOOMROUTE_EMIT="off")
    assert 'emit = "off"' in run.err
    assert "--accept 0" not in run.err
    assert "2 unchanged" in loomroute("ingest", source, "--direct", "--accept", 0, LOOMROUTE_EMIT="off").err
    loomroute("ingest", source, "--direct", "--accept", 0)
    assert loomroute("status", "--json").lines[0]["counts"] == {"emitted": 2}


def test_a_dry_run_does_not_send_anybody_to_the_ledger(loomroute, fixtures):
    run = loomroute("ingest", fixtures / "broken", "--direct", "--dry-run", check=False)
    assert run.code == 1
    assert "loomroute status" not in run.err
    assert "--json" in run.err
