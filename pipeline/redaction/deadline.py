"""A bound on the work one scrub may take.

What counts is the processor time of the scrubbing thread, so that a busy machine, where a short text waits for its turn,
is no reason to refuse it. Work that waits instead of computing ends at a much later moment on the clock. Nothing is loaded
under a deadline: `Detectors.prepare` comes first.

In the main thread of a process (worker processes included) interval timers interrupt even a regular expression that runs
away: CPython's matcher looks for signals as it goes. In any other thread, and where the platform has no such timers,
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
PATIENCE = 10.0
"""How many times the processor time allowed may pass on the clock."""
_SOONEST = 0.01  # seconds; an interval timer set to nothing would never ring


class Deadline:
    """`seconds` of this thread's processor time from now, or `PATIENCE` times as long on the clock; then `check` raises."""

    def __init__(self, seconds: float) -> None:
        self._work_end = time.thread_time() + seconds
        self._end = time.monotonic() + seconds * PATIENCE

    @property
    def work_left(self) -> float:
        """Seconds of processor time left to the thread that asks, which must be the one that made the deadline."""
        return self._work_end - time.thread_time()

    def check(self) -> None:
        """Raise RedactionFailedError when the time is over."""
        if self.work_left < 0 or time.monotonic() > self._end:
            raise RedactionFailedError(TIMED_OUT)


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Run a block under a bound. Interval timers and signal handlers of the caller are put back afterwards."""
    limit = Deadline(seconds)
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield limit
        return

    def worked(_signal: int, _frame: FrameType | None) -> None:
        # The timer counts all threads of the process: what others have used is given back.
        if limit.work_left > 0:
            signal.setitimer(signal.ITIMER_PROF, max(limit.work_left, _SOONEST))
            return
        raise RedactionFailedError(TIMED_OUT)

    def waited(_signal: int, _frame: FrameType | None) -> None:
        raise RedactionFailedError(TIMED_OUT)

    with (
        _timer(signal.ITIMER_PROF, signal.SIGPROF, seconds, worked),
        _timer(signal.ITIMER_REAL, signal.SIGALRM, seconds * PATIENCE, waited),
    ):
        yield limit


@contextmanager
def _timer(kind: int, rings: int, seconds: float, handle: signal._HANDLER) -> Iterator[None]:
    handler = signal.signal(rings, handle)
    before = signal.setitimer(kind, seconds)
    try:
        yield
    finally:
        signal.setitimer(kind, *before)
        signal.signal(rings, handler)
