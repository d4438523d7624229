"""What only LanceDB shows: a killed writer, compaction under readers, URL forms, and a search that reads less than get."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import lancedb
import pytest

from pipeline.errors import ConfigurationError
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.open import open_router
from tests.pipeline.routing import samples

ROOT = Path(__file__).parents[3]


@pytest.fixture
def router(tmp_path):
    return open_router(f"lancedb:///{tmp_path}/router", samples.context(tmp_path))


@pytest.mark.parametrize("url", ["lancedb:", "lancedb://", "lancedb:///", "lancedb://folder"])
def test_other_forms_of_url_are_refused(url, tmp_path):
    with pytest.raises(ConfigurationError):
        open_router(url, samples.context(tmp_path))


def test_a_killed_writer_leaves_a_readable_prefix_and_no_lock(router, tmp_path):
    deposits = samples.batch("alder", 400)
    url = f"lancedb:///{tmp_path}/router"
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.pipeline.routing.writer", url, str(tmp_path), "alder", "400"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
    )
    while len(router.since(None, limit=20).deposits) < 20:
        assert writer.poll() is None
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    kept = samples.everything(router)
    assert 20 <= len(kept) < 400
    assert kept == deposits[: len(kept)]
    router.put_many(deposits)
    assert samples.everything(router) == deposits


def test_compaction_changes_no_answer(router, tmp_path):
    reader = open_router(f"lancedb:///{tmp_path}/router", samples.context(tmp_path))
    deposits = samples.batch("alder", 230)
    for number, deposit in enumerate(deposits):
        router.put(deposit)
        if number % 23 == 0:
            assert reader.get([deposit.address])[0] == deposit
    fragments = lancedb.connect(tmp_path / "router").open_table("deposits").stats()["fragment_stats"]["num_fragments"]
    assert fragments <= 101, "it has been compacted twice"
    assert samples.everything(reader) == deposits


def test_search_reads_less_than_get_once_the_best_topics_hold_enough(router):
    context = samples.context(None)
    symptoms, problems = {"intermittent_503_under_load": 0.7}, {"connection_pool_exhaustion": 0.8}
    topics = enumerate_topics(symptoms, problems, context.vocabulary, context.nearness)
    near, far = ((t.problem_type, t.symptom_pattern) for t in (topics[0], topics[-1]))
    router.put_many([samples.packet_deposit(number, f"org{number}", near) for number in range(20)])
    router.put_many([samples.packet_deposit(number, f"org{number}", far) for number in range(30)])
    assert len(router.get([topic.address for topic in topics])) == 50
    assert len(router.search(topics, 10)) == 20
    assert len(router.search(topics, 30)) == 50
