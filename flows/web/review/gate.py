"""The gate in front of the review pages: this machine's own browser with the token, and nobody else."""

from __future__ import annotations

import logging
import secrets

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {script}; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


class Gate:
    """ASGI application around the pages. A request that is refused learns nothing: 403, whatever is wrong with it."""

    def __init__(self, app: ASGIApp, *, token: str, host: str, script_hash: str) -> None:
        """Let requests to `http://host/token/...` through. `host` is HOST:PORT as the browser sends it."""
        self._app, self._token, self._host = app, token, host
        self._headers = [
            (b"cache-control", b"no-store"),
            (b"content-security-policy", POLICY.format(script=f"'sha256-{script_hash}'").encode()),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"referrer-policy", b"same-origin"),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Of an unexpected error only its type is said: its text may quote a transcript."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": [*message["headers"], *self._headers]}
            await send(message)

        refused: Response | None = None
        try:
            if self._admitted(scope):
                await self._app(scope, receive, guarded)
            else:
                refused = PlainTextResponse("forbidden", 403)
        except Exception as error:  # noqa: BLE001 the server would print the error's text
            _log.error("review: internal error: %s", type(error).__name__)
            refused = None if started else PlainTextResponse("internal error", 500)
        if refused is not None:
            await refused(scope, receive, guarded)

    def _admitted(self, scope: Scope) -> bool:
        if scope["type"] != "http":
            return False
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        segment = scope["path"].removeprefix("/").partition("/")[0]
        return (
            secrets.compare_digest(segment.encode(), self._token.encode())
            and given == [self._host]
            and all(origin == f"http://{self._host}" for origin in origins)
        )
