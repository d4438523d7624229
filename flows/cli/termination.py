"""SIGTERM as an orderly end: what a command has started is stopped and what it has put aside is removed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def orderly_termination() -> Iterator[None]:
    """Leave by SystemExit on SIGTERM, as on an interrupt, with the exit code that a shell reports for it (143).

    Python's own way to end on it runs neither `finally` nor `atexit`, which is where Prefect stops its temporary server.
    """

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
