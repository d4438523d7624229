"""Told to end, an ingest takes Prefect's temporary server and its prepared file with it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def processes_with(home):
    """The processes whose Prefect home this is, by their environment."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"PREFECT_HOME={home}\0".encode() in (entry / "environ").read_bytes():
                found.add(int(entry.name))
        except OSError:
            continue  # ended meanwhile, or somebody else's
    return found


def test_sigterm_ends_the_server_and_the_prepared_file_goes(loomroute):
    home = loomroute.environment["PREFECT_HOME"]
    pipe = loomroute.folder / "identifiers"
    os.mkfifo(pipe)  # read before anything is done: the run waits here until it is told to end
    (loomroute.folder / "source").mkdir()
    (loomroute.folder / "loomroute.toml").write_text(f'[identifiers]\nfiles = ["{pipe}"]\n')
    command = [sys.executable, "-m", "flows.cli.app", "ingest", "source"]
    process = subprocess.Popen(command, cwd=loomroute.folder, env=loomroute.environment, stderr=subprocess.PIPE)
    writer = os.open(pipe, os.O_WRONLY)  # returns once the flow has opened it
    try:
        assert len(processes_with(home)) > 1, "no temporary server to leave behind"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 128 + signal.SIGTERM
        assert err == b""
        deadline = time.monotonic() + 10
        while processes_with(home) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert processes_with(home) == set()
        assert list((loomroute.folder / "state" / "loomroute" / "runs").iterdir()) == []
    finally:
        os.close(writer)
        process.kill()
        for left in processes_with(home):
            os.kill(left, signal.SIGKILL)
