"""Whatever goes wrong, Prefect learns the kind of it and no more: no path, no message, no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.test_no_identifier_leaves import text_of

ROOT = Path(__file__).resolve().parents[2]
NAME = "Acme-Kettleby-Zebulon"

# A flow and tasks of every way to fail, each with a name in its message and in what it came from.
FAILING = f"""\
import contextlib, json
from flows.sealed import SealedError, flow, task

def fail(error):
    try:
        raise OSError("no such folder: {NAME}")
    except OSError as cause:
        raise error from cause

class Stopped(BaseException):
    pass

@task("again", again_after=[0.01], again_on=ValueError)
def again(): fail(ValueError("{NAME}"))

@task("not-again", again_after=[60], again_on=ValueError)
def not_again(): fail(TypeError("{NAME}"))

@task("fine")
def fine(): return {{"fine": True}}

@task("stopped")
def stopped(): fail(Stopped("{NAME}"))

@flow("fails")
def fails():
    heard = []
    for one in (again, not_again):
        try:
            one()
        except (ValueError, TypeError) as error:
            heard.append(str(error))
    fail(KeyError("{NAME}", heard, fine()))

@flow("is-stopped")
def is_stopped(): stopped()

try:
    fails()
except SealedError as sealed:
    print(json.dumps([str(sealed), sealed.original.args]))
try:
    is_stopped()
except Stopped as error:
    print(json.dumps(error.args))
"""


def stored(folder):
    return "\n".join(text_of(path) for path in (folder / "prefect").glob("*.db"))


@pytest.fixture
def nothing_there(loomroute):
    return loomroute.folder / "priv" / NAME


def test_a_missing_folder_is_one_line_and_prefect_never_hears_its_name(loomroute, nothing_there):
    direct = loomroute("ingest", nothing_there, "--direct", check=False)
    run = loomroute("ingest", nothing_there, check=False)
    assert (run.code, run.err, run.out) == (direct.code, direct.err, direct.out)
    assert run.code == 2
    assert str(nothing_there) in run.err
    text = stored(loomroute.folder)
    assert "ConfigurationError" in text
    assert "Traceback" not in text
    assert "Zebulon" not in text
    assert str(loomroute.folder) not in text
    assert list((loomroute.folder / "state" / "loomroute" / "runs").iterdir()) == []


def test_every_way_to_fail_is_sealed_and_the_caller_hears_the_rest(loomroute):
    done = subprocess.run(
        [sys.executable, "-c", FAILING],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**loomroute.environment, "PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true"},
        timeout=200,
    )
    assert done.stdout.splitlines() == [
        f'["KeyError (in __main__:8)", ["{NAME}", ["{NAME}", "{NAME}"], {{"fine": true}}]]',
        "[]",
    ]
    assert "Zebulon" not in done.stderr
    text = stored(loomroute.folder)
    assert all(f"{kind} (in __main__:8)" in text for kind in ("ValueError", "TypeError", "KeyError"))
    assert "Zebulon" not in text
    left = [path for path in (loomroute.folder / "prefect").rglob("*") if path.is_file()]
    assert not [path for path in left if b"Zebulon" in path.read_bytes()]
