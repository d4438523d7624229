"""Running the review pages on this machine's own address, without an access log."""

from __future__ import annotations

import contextlib
import secrets
import socket
from collections.abc import Callable

import uvicorn

from flows.web.review.app import create_app
from flows.web.review.desk import Desk
from pipeline.errors import ConfigurationError

ADDRESS = "127.0.0.1"


def serve(desk: Desk, port: int, announce: Callable[[str], None]) -> None:
    """Serve on 127.0.0.1 until interrupted; `announce` is called with the URL once it answers to it.

    Port 0 takes a free one. Raises ConfigurationError for a port that is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((ADDRESS, port))
            listening.listen()
        except OSError as error:
            raise ConfigurationError(f"review: port {port} cannot be used ({type(error).__name__})") from error
        host = f"{ADDRESS}:{listening.getsockname()[1]}"
        token = secrets.token_urlsafe(24)
        app = create_app(desk, token=token, host=host)
        config = uvicorn.Config(
            app,
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=32,
            timeout_graceful_shutdown=5,
        )
        announce(f"http://{host}/{token}/")
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
