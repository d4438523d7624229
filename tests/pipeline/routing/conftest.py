"""The parametrised transport: each test of the conformance suite gets a fresh, empty store of every one."""

import pytest

from tests.pipeline.routing import backends, servers

TRANSPORTS = {
    "sqlite": backends.sqlite,
    "relay": backends.relay,
    "redis": backends.redis,
    "nats": backends.nats,
    "postgresql": backends.postgresql,
    "lancedb": backends.lancedb,
    "dht": backends.dht,
}


@pytest.fixture(scope="session")
def postgresql_server():
    with servers.postgresql() as server:
        yield server


@pytest.fixture(params=TRANSPORTS)
def backend(request, tmp_path):
    # PostgreSQL takes a second to set up, so its server is shared and each test gets a database of its own.
    shared = [request.getfixturevalue("postgresql_server")] if request.param == "postgresql" else []
    with TRANSPORTS[request.param](tmp_path, *shared) as opened, opened.routers:
        yield opened
