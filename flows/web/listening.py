"""A listening socket that is bound before anybody is told its address."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

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
