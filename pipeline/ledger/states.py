"""The states of a recording version. Each version is in exactly one of them."""

from __future__ import annotations

from typing import Literal, get_args

State = Literal[
    "in_progress",
    "emitted",
    "duplicate",
    "awaiting_approval",
    "pending",
    "held",
    "rejected",
    "withdrawn",
    "quarantined",
    "ignored",
]
STATES: tuple[State, ...] = get_args(State)
"""in_progress: leased by a running ingest. emitted: at the router. duplicate: this source had already deposited the same
packet. awaiting_approval: made, waits for `approve`. pending: stored, router not reached yet. held: unsure, to review.
rejected: by a reviewer. withdrawn: replaced by a later version. quarantined: unreadable or refused. ignored: no transcript."""
