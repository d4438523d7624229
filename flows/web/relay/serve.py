"""Running the relay on a socket, without an access log: who asked for what is written down nowhere."""

from __future__ import annotations

from collections.abc import Callable

from classifiers import resources
from flows.web.listening import listening, serve_on
from flows.web.relay.app import create_app
from flows.web.relay.database import only_server
from flows.web.relay.relay import Relay
from flows.web.relay.settings import RelaySettings
from pipeline.errors import ConfigurationError
from pipeline.routing.open import RouterContext


def relay_context(settings: RelaySettings) -> RouterContext:
    """What the storage behind the relay may need."""
    return RouterContext(
        resources.vocabulary(), resources.lexicon(), resources.nearness(), settings.state / "transport"
    )


def serve(settings: RelaySettings, listen: str, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; `announce` is called with the URL once it answers to it. Port 0 takes a free one.

    Raises ConfigurationError for a `listen` that is not HOST:PORT or is taken, and for a state folder that is served already.
    """
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise ConfigurationError("relay: --listen takes HOST:PORT, e.g. 127.0.0.1:8787")
    with only_server(settings.state), listening(host.strip("[]"), int(port), "relay") as bound:
        relay = Relay(settings, relay_context(settings))
        try:
            app = create_app(relay)
            announce(f"http://{host}:{bound.getsockname()[1]}")
            serve_on(bound, app, most_at_once=512)
        finally:
            relay.close()
