"""The parametrised transport: each test of the conformance suite gets a fresh, empty store of every one."""

import pytest

from tests.pipeline.routing import backends

TRANSPORTS = {
    "sqlite": backends.sqlite,
    "redis": backends.redis,
    "nats": backends.nats,
}


@pytest.fixture(params=TRANSPORTS)
def backend(request, tmp_path):
    with TRANSPORTS[request.param](tmp_path) as opened, opened.routers:
        yield opened
