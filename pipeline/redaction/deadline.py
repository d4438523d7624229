"""A bound on the time one scrub may take.

In the main thread of a process (worker processes included) an interval timer interrupts even a regular expression that
runs away: CPython's matcher looks for signals as it goes. In any other thread, and where the platform has no such timer,
`check` between recognizers notices the overrun once the recognizer is back; work that must be bounded there belongs into a
worker process.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pipeline.errors import RedactionFailedError

TIMED_OUT = "timed_out"


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise RedactionFailedError(TIMED_OUT)


class Deadline:
    """A moment, `seconds` from now, after which `check` raises."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        """Raise RedactionFailedError when the time is over."""
        if time.monotonic() > self._end:
            raise RedactionFailedError(TIMED_OUT)


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Run a block under a time bound. An interval timer of the caller is put back afterwards."""
    limit = Deadline(seconds)
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield limit
        return
    handler = signal.signal(signal.SIGALRM, _interrupt)
    before = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield limit
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, handler)
