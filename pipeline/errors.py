"""Every error loomroute raises on purpose. One root class, so that a caller can catch exactly ours.

Messages carry ids, reasons and settings, never transcript text: they end up in logs, in Prefect's database and on screens.
"""

from __future__ import annotations


def kind_of(error: BaseException) -> str:
    """The type of an error and the line of code that raised it, without its message: that may hold text."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return type(error).__name__
    return f"{type(error).__name__} (in {traceback.tb_frame.f_globals.get('__name__', '?')}:{traceback.tb_lineno})"


class LoomrouteError(Exception):
    """Root of all errors raised on purpose."""


class UsageError(LoomrouteError):
    """The command or the call cannot be carried out as asked (exit code 2)."""


class ConfigurationError(UsageError):
    """A setting is missing, contradictory or unreadable (exit code 2)."""


class MissingExtraError(ConfigurationError):
    """An optional dependency is not installed; the message names the extra that brings it."""

    def __init__(self, extra: str, what: str) -> None:
        """Name the `extra` to install and `what` needs it."""
        super().__init__(f"{what} needs an optional dependency: pip install 'loomroute[{extra}]'")
        self.extra = extra


class RouterMissingError(ConfigurationError):
    """An embedded router's file or folder was never made, and the caller only reads."""


class QuarantinedError(LoomrouteError):
    """One recording cannot be processed. `reason` is a fixed text-free code such as `empty` or `cue_count_mismatch`."""

    def __init__(self, stage: str, reason: str) -> None:
        """Say which `stage` refused and the `reason` code."""
        super().__init__(f"{stage}: {reason}")
        self.stage = stage
        self.reason = reason


class RedactionFailedError(QuarantinedError):
    """A recognizer raised, timed out or is missing: the recording must not go on (privacy fails closed)."""

    def __init__(self, reason: str) -> None:
        """Name the text-free `reason`."""
        super().__init__("redaction", reason)


class PacketRefusedError(LoomrouteError):
    """A packet is not one: too large, an unknown id, key or term, or two domains. `reason` is text-free."""

    def __init__(self, reason: str) -> None:
        """Name the text-free `reason`."""
        super().__init__(reason)
        self.reason = reason


class ReviewRefusedError(LoomrouteError):
    """A reviewer's decision cannot be carried out. `reason` is a fixed code such as `changed` or `emit_off`."""

    def __init__(self, reason: str) -> None:
        """Name the text-free `reason`."""
        super().__init__(f"review: {reason}")
        self.reason = reason


class RouterError(LoomrouteError):
    """Base of what a transport can report."""


class RouterUnavailableError(RouterError):
    """The transport cannot be reached now; the deposit stays pending and is tried again."""


class DepositRefusedError(RouterError):
    """The transport or the guard in front of it will never take this deposit."""


class LedgerError(LoomrouteError):
    """The ledger is locked for too long, or damaged."""


class LedgerUnusableError(LedgerError, ConfigurationError):
    """What stands at the ledger's path is no ledger that can be used here: a folder, another file, not permitted, too new."""
