"""What only the embedded router promises: files by relative or absolute URL, and many processes at once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.open import open_router
from tests.pipeline.routing import samples

ROOT = Path(__file__).parents[3]


def start_writer(url, folder, name, count):
    command = [sys.executable, "-m", "tests.pipeline.routing.writer", url, str(folder), name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_the_url_is_relative_with_three_slashes_and_absolute_with_four(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    deposit = samples.packet_deposit(1)
    relative = open_router("sqlite:///below/router.db", samples.context(tmp_path))
    relative.put(deposit)
    absolute = open_router(f"sqlite:///{tmp_path}/below/router.db", samples.context(tmp_path))
    assert absolute.get([deposit.address]) == [deposit]
    for router in (relative, absolute):
        router.close()


@pytest.mark.parametrize("url", ["sqlite:", "sqlite://", "sqlite:///", "sqlite://router.db", "SQLITE:///", "file:///x"])
def test_other_forms_are_refused(url, tmp_path):
    with pytest.raises(ConfigurationError):
        open_router(url, samples.context(tmp_path))


def test_four_processes_write_the_same_and_different_deposits(tmp_path):
    url = f"sqlite:///{tmp_path}/router.db"
    names = ("alder", "alder", "birch", "cedar")
    writers = [start_writer(url, tmp_path, name, 80) for name in names]
    assert [writer.communicate()[0] for writer in writers] == [b"done\n"] * 4
    router = open_router(url, samples.context(tmp_path))
    expected = [deposit for name in set(names) for deposit in samples.batch(name, 80)]
    assert Counter(samples.everything(router)) == Counter(expected)
    router.close()


def test_a_killed_writer_leaves_a_readable_prefix_and_can_be_run_again(tmp_path):
    url = f"sqlite:///{tmp_path}/router.db"
    router = open_router(url, samples.context(tmp_path))
    deposits = samples.batch("alder", 400)
    writer = start_writer(url, tmp_path, "alder", 400)
    while len(router.since(None, limit=20).deposits) < 20:
        assert writer.poll() is None
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    kept = samples.everything(router)
    assert 20 <= len(kept) < 400
    assert kept == deposits[: len(kept)]
    router.put_many(deposits)
    assert samples.everything(router) == deposits
    router.close()


def test_search_reads_less_than_get_once_the_best_topics_hold_much(tmp_path):
    context = samples.context(tmp_path)
    router = open_router(f"sqlite:///{tmp_path}/router.db", context)
    symptoms, problems = {"intermittent_503_under_load": 0.7}, {"connection_pool_exhaustion": 0.8}
    topics = enumerate_topics(symptoms, problems, context.vocabulary, context.nearness)
    names = [(topic.problem_type, topic.symptom_pattern) for topic in topics]
    router.put_many([samples.packet_deposit(number, f"org{number}", names[-1]) for number in range(30)])
    router.put_many([samples.packet_deposit(number, f"org{number}", names[0]) for number in range(150)])
    assert len(router.search(topics, 10)) == 180
    for name in names[1:6]:
        router.put_many([samples.packet_deposit(number, f"org{number}", name) for number in range(150)])
    assert len(router.search(topics, 10)) == 900
    assert len(router.get([topic.address for topic in topics])) == 930
    router.close()
