"""Killed anywhere and run again, an ingest loses nothing and deposits nothing twice."""

import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from command_line import CommandLine


def deposits(router):
    with sqlite3.connect(router) as db:
        return sorted(db.execute("SELECT kind, packet_id FROM deposits").fetchall())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, fixtures):
    run = CommandLine(tmp_path_factory.mktemp("undisturbed"))
    run("ingest", fixtures / "recordings" / "research", "--direct", "--accept", 0)
    return deposits(run.folder / "router.db")


@pytest.mark.parametrize("settled", [1, 4])
def test_a_killed_ingest_is_completed_by_the_next(loomroute, fixtures, undisturbed, settled):
    source = fixtures / "recordings" / "research"
    environment = {**loomroute.environment, "LOOMROUTE_BATCH_SIZE": "1"}
    command = [sys.executable, "-m", "flows.cli.app", "ingest", str(source), "--direct", "--accept", "0"]
    process = subprocess.Popen(command, cwd=loomroute.folder, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if loomroute.ledger.exists() and pending_rows(loomroute.ledger) >= settled:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"
    loomroute("ingest", source, "--direct", "--accept", 0)
    assert deposits(loomroute.folder / "router.db") == undisturbed
    counts = loomroute("status", "--json").lines[0]["counts"]
    assert set(counts) <= {"emitted", "duplicate"}


def pending_rows(ledger):
    try:
        with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True, timeout=1) as db:
            return db.execute("SELECT COUNT(*) FROM recordings WHERE state = 'pending'").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
