"""Running the review pages on this machine's own address, without an access log."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from flows.web.listening import listening, serve_on
from flows.web.review.app import create_app
from flows.web.review.desk import Desk

ADDRESS = "127.0.0.1"


def serve(desk: Desk, port: int, announce: Callable[[str], None]) -> None:
    """Serve on 127.0.0.1 until interrupted; `announce` is called with the URL once it answers to it.

    Port 0 takes a free one. Raises ConfigurationError for a port that is taken.
    """
    with listening(ADDRESS, port, "review") as bound:
        host = f"{ADDRESS}:{bound.getsockname()[1]}"
        token = secrets.token_urlsafe(24)
        app = create_app(desk, token=token, host=host)
        announce(f"http://{host}/{token}/")
        serve_on(bound, app, most_at_once=32)
