"""Prefect's settings for a quiet, offline, text-free run; set before Prefect is imported, never over what a user has set."""

from __future__ import annotations

import os

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}


def prepare_environment(*, quiet: bool) -> None:
    """Set the defaults; `quiet` keeps Prefect's log lines off the terminal as well, unless a user has set their level."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    if quiet and "PREFECT_LOGGING_LEVEL" not in os.environ:
        # Its database keeps them: the command itself says what went wrong, in one line.
        os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
