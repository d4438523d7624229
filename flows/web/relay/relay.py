"""A relay put together: members, desk, reader and the work that comes by the clock."""

from __future__ import annotations

import logging
import threading
import time

from flows.web.relay.database import open_database
from flows.web.relay.desk import Desk
from flows.web.relay.members import Member, Members, RequestQuota
from flows.web.relay.settings import RelaySettings
from flows.web.relay.storage import Reader, Storage
from pipeline.errors import RouterError
from pipeline.routing.open import RouterContext, open_router

_log = logging.getLogger(__name__)
_DAY_S = 86_400.0
_TOGETHER_S = 0.05
_RETRY_S = 1.0


class Relay:
    """One relay of one process. A state folder serves one process at a time (the register may be edited beside it)."""

    def __init__(self, settings: RelaySettings, context: RouterContext) -> None:
        """Open storage and state. Raises ConfigurationError or RouterUnavailableError."""
        self.settings = settings
        self._storage = Storage(open_router(settings.storage, context))
        self.desk = Desk(settings, self._storage, context.vocabulary, context.lexicon)
        self._reading, self._admission = open_database(settings.state), open_database(settings.state)
        self.reader = Reader(self._storage, self._reading, self.desk.flush)
        self.requests = RequestQuota(settings.requests_per_minute)
        self._members = Members(self._admission)

    def admit(self, token: str) -> Member | None:
        """The member of a token, looked up every time, so that a revocation counts at once."""
        return self._members.admit(token)

    def keep(self, stop: threading.Event) -> None:
        """Until `stop`: delete expired vote keys daily and release what k sources share every interval."""
        maintained = -_DAY_S
        while not stop.is_set():
            try:
                if time.monotonic() - maintained >= _DAY_S:
                    self.desk.maintain()
                    maintained = time.monotonic()
                self.desk.release_shared()
            except RouterError as error:
                _log.warning("relay upkeep put off: %s", type(error).__name__)
            stop.wait(self.settings.release_interval_s)

    def send(self, stop: threading.Event) -> None:
        """Until `stop`: send deposits on to the storage, those of a moment together."""
        while not stop.wait(_TOGETHER_S):
            if not self.desk.unsent.wait(_RETRY_S):
                continue
            try:
                self.desk.flush()
            except RouterError as error:
                _log.warning("relay storage not reached: %s", type(error).__name__)
                stop.wait(_RETRY_S)

    def close(self) -> None:
        """Close storage and state."""
        self.desk.close()
        self._storage.close()
        self._reading.close()
        self._admission.close()
