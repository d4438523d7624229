"""A relay in a process of its own, through the command line, on a free loopback port."""

from __future__ import annotations

import sys

from tests.pipeline.routing.servers import Server, free_port


def relay_server(folder, *options):
    """A relay over SQLite in `folder`, not started yet."""
    port = free_port()
    command = [sys.executable, "-c", "from flows.cli.app import main; main()", "relay"]
    command += ["--listen", f"127.0.0.1:{port}", "--storage", f"sqlite:///{folder}/storage.db"]
    return Server([*command, "--state", f"{folder}/state", *options], port)
