"""Every transport behind one face for the conformance suite: a fresh empty store, its URL, and how to break it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.routing.open import open_router
from pipeline.routing.protocol import Router
from tests.pipeline.routing import samples, servers
from tests.pipeline.routing.servers import Server


@dataclass
class Backend:
    """One empty store. `server` is what can be killed; None where the transport is a library over files."""

    name: str
    url: str
    folder: Path
    server: Server | None = None
    unreachable: str | None = None
    """A URL of this transport, with a secret in it where it takes one, that nothing answers."""
    routers: ExitStack = field(default_factory=ExitStack)

    def open(self, organisation: str = "one") -> Router:
        """A client of its own; what it keeps is kept under the organisation's name."""
        router = open_router(self.url, samples.context(self.state(organisation)))
        self.routers.callback(router.close)
        return router

    def state(self, organisation: str) -> Path:
        return self.folder / "state" / organisation

    def settle(self, router: Router, addresses: Sequence[str]) -> None:
        """Make what others put visible to `since`: nothing to do, except where `since` covers what a node has seen."""

    def restart(self) -> None:
        """End the server without warning and start it again on its data. A library over files has none to end."""
        if self.server is not None:
            self.server.kill()
            self.server.start()


@contextmanager
def sqlite(folder: Path) -> Iterator[Backend]:
    locked = folder / "not-a-folder"
    locked.write_bytes(b"")
    yield Backend("sqlite", f"sqlite:///{folder}/router.db", folder, unreachable=f"sqlite:///{locked}/router.db")


@contextmanager
def redis(folder: Path) -> Iterator[Backend]:
    data = folder / "redis"
    data.mkdir()
    server = servers.redis(data)
    server.start()
    try:
        unreachable = f"redis://user:hunter2@127.0.0.1:{servers.free_port()}/0"
        yield Backend("redis", f"redis://127.0.0.1:{server.port}/0", folder, server, unreachable)
    finally:
        server.kill()


@contextmanager
def nats(folder: Path) -> Iterator[Backend]:
    server = servers.nats(folder / "nats")
    server.start()
    try:
        unreachable = f"nats://user:hunter2@127.0.0.1:{servers.free_port()}"
        yield Backend("nats", f"nats://127.0.0.1:{server.port}", folder, server, unreachable)
    finally:
        server.kill()


@contextmanager
def postgresql(folder: Path, server: Server) -> Iterator[Backend]:
    unreachable = f"postgresql://user:hunter2@127.0.0.1:{servers.free_port()}/nothing"
    yield Backend("postgresql", servers.new_database(server), folder, server, unreachable)


@contextmanager
def lancedb(folder: Path) -> Iterator[Backend]:
    locked = folder / "not-a-folder"
    locked.write_bytes(b"")
    yield Backend("lancedb", f"lancedb:///{folder}/router", folder, unreachable=f"lancedb:///{locked}/router")
