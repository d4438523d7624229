import re
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from pipeline.errors import RedactionFailedError
from pipeline.recording import Cue, Recording
from pipeline.redaction import detectors

RECORDING = Recording("a.vtt", "", (Cue("odile at marrowbank"), Cue("a" * 64 + "!")))


def failing(make_scrubber, find, **policy):
    """A scrubber that is warm, so that its time goes into the recognizer `extra`."""
    warm = make_scrubber()
    warm.scrub(Recording("warm.vtt", "", (Cue("warm"),)))
    scrubber = make_scrubber(**policy)
    scrubber.detectors = warm.detectors
    scrubber.detectors.finders = (*warm.detectors.finders, ("extra", find))
    return scrubber


def busy(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_a_recognizer_that_raises_stops_the_recording(make_scrubber):
    def find(text):
        raise ValueError(text)

    with pytest.raises(RedactionFailedError) as caught:
        failing(make_scrubber, find).scrub(RECORDING)
    assert "odile" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_recognizer_that_sleeps_is_interrupted(make_scrubber):
    start = time.monotonic()
    with pytest.raises(RedactionFailedError, match="timed_out"):
        failing(make_scrubber, lambda _: time.sleep(30), timeout_s=0.3).scrub(RECORDING)
    assert time.monotonic() - start < 5


def test_a_regular_expression_that_runs_away_is_interrupted(make_scrubber):
    runaway = re.compile(r"(a+)+$")

    def find(text):
        runaway.search(text[text.index("aaaa") :])
        return []

    start = time.monotonic()
    with pytest.raises(RedactionFailedError, match="timed_out"):
        failing(make_scrubber, find, timeout_s=0.3).scrub(RECORDING)
    assert time.monotonic() - start < 5


def test_in_another_thread_an_overrun_is_noticed_afterwards(make_scrubber):
    def find(text):
        busy(0.4)
        return []

    scrubber = failing(make_scrubber, find, timeout_s=0.2)
    caught = []

    def work():
        try:
            scrubber.scrub(RECORDING)
        except RedactionFailedError as error:
            caught.append(error.reason)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert caught == ["timed_out"]


def test_the_next_recording_is_not_affected(make_scrubber):
    scrubber = failing(make_scrubber, lambda text: time.sleep(30) if "odile" in text else [], timeout_s=0.3)
    with pytest.raises(RedactionFailedError):
        scrubber.scrub(RECORDING)
    time.sleep(0.4)
    assert scrubber.scrub(Recording("b.vtt", "", (Cue("all is well"),))).recording.cues[0].text == "all is well"


def test_building_the_recognizers_does_not_count(make_scrubber, monkeypatch):
    build = detectors.load_context_model

    def slowly():
        busy(0.5)
        return build()

    monkeypatch.setattr(detectors, "load_context_model", slowly)
    assert make_scrubber(timeout_s=0.3).scrub_text("all is well").cues[0].text == "all is well"


def test_waiting_for_a_busy_machine_does_not_count(make_scrubber):
    def find(text):
        time.sleep(0.5)
        return []

    assert failing(make_scrubber, find, timeout_s=0.3).scrub_text("all is well").cues[0].text == "all is well"


def test_other_threads_work_does_not_count(make_scrubber):
    over = threading.Event()

    def work():
        while not over.is_set():
            pass

    thread = threading.Thread(target=work)
    thread.start()
    try:
        text = failing(make_scrubber, lambda _: time.sleep(0.6) or [], timeout_s=0.3).scrub_text("all is well")
    finally:
        over.set()
        thread.join(30)
    assert text.cues[0].text == "all is well"


def test_a_cold_process_scrubs_a_short_text_in_little_time(make_scrubber):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        text = pool.submit(make_scrubber(timeout_s=0.5).scrub_text, "the pool ran dry").result(120)
    assert text.cues[0].text == "the pool ran dry"


def test_the_callers_timers_are_put_back(make_scrubber):
    def mine(*_):
        raise AssertionError

    before = signal.signal(signal.SIGPROF, mine)
    signal.setitimer(signal.ITIMER_PROF, 500.0)
    try:
        make_scrubber().scrub_text("all is well")
        assert signal.getsignal(signal.SIGPROF) is mine
        assert 300 < signal.getitimer(signal.ITIMER_PROF)[0] <= 500
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
