"""What an operator sets for a relay."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """`storage`: URL of the router behind the relay; `state`: folder of the relay's own database.

    `k`: how many sources must share conditions before they are released (1: no generalising); quotas are per member: deposits
    a UTC day, requests a minute, and deposits at one topic within one epoch; `retention_days`: how long after its epoch's end
    a vote key is kept; `release_interval_s`: seconds between two looks for conditions that k sources share by now.
    """

    storage: str
    state: Path
    k: int = 5
    deposits_per_day: int = 20_000
    requests_per_minute: int = 1_200
    deposits_per_topic: int = 200
    retention_days: int = 183
    release_interval_s: float = 300.0
    max_body_bytes: int = 2 * 1024 * 1024
