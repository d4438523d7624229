"""Running the relay on a socket, without an access log: who asked for what is written down nowhere."""

from __future__ import annotations

import uvicorn

from classifiers import resources
from flows.web.relay.app import create_app
from flows.web.relay.relay import Relay
from flows.web.relay.settings import RelaySettings
from pipeline.errors import ConfigurationError
from pipeline.routing.open import RouterContext


def relay_context(settings: RelaySettings) -> RouterContext:
    """What the storage behind the relay may need."""
    return RouterContext(
        resources.vocabulary(), resources.lexicon(), resources.nearness(), settings.state / "transport"
    )


def serve(settings: RelaySettings, listen: str) -> None:
    """Serve until interrupted. Raises ConfigurationError for a `listen` that is not HOST:PORT."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise ConfigurationError("relay: --listen takes HOST:PORT, e.g. 127.0.0.1:8787")
    relay = Relay(settings, relay_context(settings))
    try:
        uvicorn.run(
            create_app(relay),
            host=host.strip("[]"),
            port=int(port),
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=512,
            timeout_graceful_shutdown=5,
        )
    finally:
        relay.close()
