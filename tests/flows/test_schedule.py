"""A schedule on a real Prefect server fires by itself."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.prepared import Prepared

PREFECT = Path(sys.executable).with_name("prefect")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command, environment, folder, log):
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=out, start_new_session=True)
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(1)
    raise AssertionError(what)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.mark.soak
def test_a_cron_run_fires_by_itself_and_emits(loomroute, fixtures, tmp_path):
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = {**loomroute.environment, "PREFECT_API_URL": api, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    server = [str(PREFECT), "server", "start", "--port", str(port)]
    worker = [str(PREFECT), "worker", "start", "--pool", "loomroute", "--type", "process"]
    with running(server, environment, tmp_path, tmp_path / "server.log"):
        wait_for(lambda: answers(f"{api}/health"), 90, "the Prefect server did not come up")
        run = loomroute(
            "schedule", fixtures / "recordings" / "research", "--cron", "* * * * *", "--json", PREFECT_API_URL=api
        )
        assert run.lines[0]["pool"] == "loomroute"
        with running(worker, environment, tmp_path, tmp_path / "worker.log"):
            wait_for(
                lambda: sum((loomroute("status", "--json").lines[0]["counts"] or {}).values()) > 0,
                200,
                "no scheduled run had ingested anything",
            )
    assert str(fixtures) not in (tmp_path / "server.log").read_text()


def test_without_a_server_it_says_what_to_do(loomroute, fixtures):
    run = loomroute("schedule", fixtures, "--cron", "0 2 * * *", check=False)
    assert run.code == 2
    assert "prefect server start" in run.err


def test_a_folder_that_is_missing_is_refused(loomroute, tmp_path):
    api = f"http://127.0.0.1:{free_port()}/api"
    run = loomroute("schedule", tmp_path / "gone", "--cron", "0 2 * * *", check=False, PREFECT_API_URL=api)
    assert (run.code, run.err) == (2, f"loomroute: source not found: {tmp_path / 'gone'}\n")
    assert not prepared_runs(loomroute)


def test_a_server_that_is_away_leaves_no_prepared_run(loomroute, tmp_path):
    api = f"http://127.0.0.1:{free_port()}/api"
    run = loomroute("schedule", tmp_path, "--cron", "0 2 * * *", check=False, PREFECT_API_URL=api)
    assert run.code == 1
    assert not prepared_runs(loomroute)


def test_two_sources_are_two_deployments_and_a_replaced_one_takes_its_prepared_run_along(loomroute, tmp_path):
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = {**loomroute.environment, "PREFECT_API_URL": api, "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    for name in ("kettleby", "zebulon"):
        (tmp_path / name).mkdir()

    def schedule(*arguments):
        return loomroute("schedule", *arguments, "--cron", "0 2 * * *", "--json", PREFECT_API_URL=api).lines[0]

    with running(
        [str(PREFECT), "server", "start", "--port", str(port)], environment, tmp_path, tmp_path / "server.log"
    ):
        wait_for(lambda: answers(f"{api}/health"), 90, "the Prefect server did not come up")
        one, other = schedule("kettleby"), schedule("zebulon")
        assert one["deployment"] != other["deployment"]
        assert not {"kettleby", "zebulon"} & set(one["deployment"].split("-") + other["deployment"].split("-"))
        kept = prepared_runs(loomroute)
        assert len(kept) == 2
        again = schedule("kettleby")
        assert (again["deployment"], again["id"]) == (one["deployment"], one["id"])
        assert [line["replaced"] for line in (one, other, again)] == [False, False, True]
        now = prepared_runs(loomroute)
        assert len(now) == 2
        assert len(now & kept) == 1


def prepared_runs(loomroute):
    return set((loomroute.folder / "state").rglob("*.json"))


def test_a_prepared_run_finds_a_source_in_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("LOOMROUTE_ROUTER", raising=False)
    assert Prepared(source="~/exports").absolute().source == str(tmp_path / "exports")
