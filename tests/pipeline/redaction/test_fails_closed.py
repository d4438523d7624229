import re
import threading
import time

import pytest

from pipeline.errors import RedactionFailedError
from pipeline.recording import Cue, Recording

RECORDING = Recording("a.vtt", "", (Cue("odile at marrowbank"), Cue("a" * 64 + "!")))


def failing(make_scrubber, find, **policy):
    """A scrubber that is warm, so that its time goes into the recognizer `extra`."""
    warm = make_scrubber()
    warm.scrub(Recording("warm.vtt", "", (Cue("warm"),)))
    scrubber = make_scrubber(**policy)
    scrubber.detectors = warm.detectors
    scrubber.detectors.finders = (*warm.detectors.finders, ("extra", find))
    return scrubber


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
        time.sleep(0.4)
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
