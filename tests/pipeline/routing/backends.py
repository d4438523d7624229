"""Every transport behind one face for the conformance suite: a fresh empty store, its URL, and how to break it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from classifiers import resources
from flows.web.relay.database import open_database
from flows.web.relay.entry_check import EntryCheck
from flows.web.relay.members import Members
from flows.web.relay.settings import RelaySettings
from pipeline.errors import DepositRefusedError
from pipeline.routing.dht import DhtAddress, DhtRouter, parse_address
from pipeline.routing.open import open_router
from pipeline.routing.protocol import Deposit, Router
from tests.flows.web.relay_process import RelayProcess
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

    def takes(self, deposits: Sequence[Deposit]) -> list[Deposit]:
        """Those of the deposits that this transport has to take: all, except where every packet is validated."""
        return list(deposits)

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


class ValidatingBackend(Backend):
    """A relay refuses what is no packet and no sighting, and what is not signed by its source."""

    def takes(self, deposits: Sequence[Deposit]) -> list[Deposit]:
        check = EntryCheck(resources.vocabulary(), resources.lexicon(), newer_versions=True)

        def taken(deposit: Deposit) -> bool:
            try:
                check.check(deposit, dt.datetime.now(dt.UTC).date())
            except DepositRefusedError:
                return False
            return True

        return [deposit for deposit in deposits if taken(deposit)]


@contextmanager
def relay(folder: Path) -> Iterator[Backend]:
    """The relay over SQLite, its conditions released at once (k = 1), to a gateway that speaks for all organisations."""
    server = RelayProcess(RelaySettings(f"sqlite:///{folder}/storage.db", folder / "relay", k=1))
    (folder / "state").mkdir()
    register = Members(open_database(server.settings.state))
    (folder / "state" / "token").write_text(register.add("everybody", gateway=True)[1])
    server.start()
    try:
        unreachable = f"http://127.0.0.1:{servers.free_port()}"
        yield ValidatingBackend("relay", f"http://127.0.0.1:{server.port}", folder, server, unreachable)
    finally:
        server.kill()


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


@dataclass
class DhtBackend(Backend):
    """A few nodes that stay, and a node for every organisation."""

    seeds: list[DhtRouter] = field(default_factory=list)

    def settle(self, router: Router, addresses: Sequence[str]) -> None:
        router.get(addresses)

    def restart(self) -> None:
        """The node that everybody joined through goes away and comes back."""
        port = self.seeds[0].port
        self.seeds[0].close()
        network = parse_address(self.url).network
        self.seeds[0] = DhtRouter(
            DhtAddress((("127.0.0.1", str(self.seeds[1].port)),), port, network), self.state("seed0")
        )


@contextmanager
def dht(folder: Path) -> Iterator[Backend]:
    network = secrets.randbelow(10**9)
    first = DhtRouter(DhtAddress((), 0, network), folder / "state" / "seed0")
    host = ("127.0.0.1", str(first.port))
    others = [DhtRouter(DhtAddress((host,), 0, network), folder / "state" / f"seed{number}") for number in range(1, 4)]
    unreachable = f"dht://127.0.0.1:{servers.free_port()}?network={network}"
    url = f"dht://127.0.0.1:{first.port}?network={network}"
    backend = DhtBackend("dht", url, folder, unreachable=unreachable, seeds=[first, *others])
    try:
        yield backend
    finally:
        for seed in backend.seeds:
            seed.close()
