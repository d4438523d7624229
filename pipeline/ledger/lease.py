"""Leases: which run works on a recording version, and when another may take it over."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim of one process. `owner` is "machine:pid" with the machine's name hashed; `until` is POSIX seconds."""

    owner: str
    until: float

    @classmethod
    def of_this_process(cls, seconds: float = 900.0) -> Lease:
        """A lease for the calling process."""
        return cls(f"{_machine()}:{os.getpid()}", time.time() + seconds)

    def may_take_from(self, owner: str | None, until: float | None) -> bool:
        """True when the other claim is ours, has run out, or belongs to a process of this machine that is gone."""
        if owner is None or until is None or owner == self.owner or until < time.time():
            return True
        machine, _, pid = owner.partition(":")
        return machine == _machine() and not _alive(int(pid))


def _machine() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:12]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
