"""A relay in a process of its own on a free loopback port, forked from a server that has imported everything already."""

import multiprocessing
import socket
import time

from flows.web.relay.serve import serve
from tests.pipeline.routing.servers import START_TIMEOUT_S, free_port

_CONTEXT = multiprocessing.get_context("forkserver")


def _tell_nobody(_url):
    """The port is known already."""


class RelayProcess:
    """Can be killed and started again with its data."""

    def __init__(self, settings):
        self.settings = settings
        self.port = free_port()
        self.process = None

    def start(self):
        _CONTEXT.set_forkserver_preload(["flows.web.relay.serve"])
        self.process = _CONTEXT.Process(
            target=serve, args=(self.settings, f"127.0.0.1:{self.port}", _tell_nobody), daemon=True
        )
        self.process.start()
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self.process.is_alive(), f"the relay ended with {self.process.exitcode}"
                assert time.monotonic() < deadline, "the relay does not answer"
                time.sleep(0.02)
            else:
                return

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.join(30)
            self.process = None
