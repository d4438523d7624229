"""Requests whose body is too large are answered 413, whatever their headers claim."""

from __future__ import annotations

import contextlib

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _TooLargeError(Exception):
    """More arrived than may be read."""


class BodyLimit:
    """ASGI middleware that counts what arrives."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        """Let bodies of at most `max_bytes` through."""
        self._app, self._max = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        stated = headers.get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > self._max:
            await self._refuse(scope, receive, send)
            return
        read, too_large = 0, False

        async def counted() -> Message:
            nonlocal read, too_large
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._max:
                too_large = True
                raise _TooLargeError
            return message

        async def watched(message: Message) -> None:
            # Frameworks turn an error while reading into an answer of their own: it is held back.
            if not too_large:
                await send(message)

        with contextlib.suppress(_TooLargeError):
            await self._app(scope, counted, watched)
        if too_large:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = JSONResponse({"error": "body too large", "refused": []}, 413, headers={"Connection": "close"})
        await answer(scope, receive, send)
