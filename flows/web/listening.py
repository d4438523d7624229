"""A listening socket that is bound before anybody is told its address, and serving on it without a trace of who asked."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from pipeline.errors import ConfigurationError


@contextlib.contextmanager
def listening(host: str, port: int, command: str) -> Iterator[socket.socket]:
    """A TCP socket bound to `host` (name, IPv4 or IPv6) and `port` (0: any free one), closed at the end.

    Raises ConfigurationError naming `command` where the address cannot be used.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ConfigurationError(f"{command}: this address cannot be used ({type(error).__name__})") from error
    with bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(address)
            bound.listen(1024)
        except OSError as error:
            raise ConfigurationError(f"{command}: port {port} cannot be used ({type(error).__name__})") from error
        yield bound


def serve_on(bound: socket.socket, app: ASGIApp, *, most_at_once: int) -> None:
    """Serve an application on a bound socket until interrupted: no access log, no server header, no web sockets."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=most_at_once,
        timeout_graceful_shutdown=5,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[bound])
