"""The review pages as a web application. Everything stands under the token; see `gate` for who is let in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Depends, FastAPI, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from flows.scrubbed_view import inline_script
from flows.web.relay.body_limit import BodyLimit
from flows.web.review.decision import Decision, from_form, suggested, waiting
from flows.web.review.desk import Desk, Opened
from flows.web.review.gate import Gate
from flows.web.review.page import Pages
from pipeline.errors import LoomrouteError, PacketRefusedError, ReviewRefusedError

_LARGEST_FORM = 16 * 1024  # bytes

Form = Mapping[str, Sequence[str]]
Key = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]


async def _posted(request: Request) -> Form:
    # urllib reads this one kind of form; Starlette's reader would bring a multipart parser with it.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise ReviewRefusedError("unreadable_form")
    try:
        return parse_qs((await request.body()).decode("utf-8"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise ReviewRefusedError("unreadable_form") from None


def create_app(desk: Desk, *, token: str, host: str) -> ASGIApp:
    """The application for one desk, reachable as `http://host/token/` only."""
    app = FastAPI(title="loomroute review", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(BodyLimit, max_bytes=_LARGEST_FORM)
    pages = Pages(desk)

    @app.exception_handler(LoomrouteError)
    def refuse(_request: Request, error: LoomrouteError) -> Response:
        reason = error.reason if isinstance(error, ReviewRefusedError) else str(error)
        return HTMLResponse(pages.refusal(reason), 404 if reason == "not_waiting" else 409)

    app.include_router(_routes(desk, pages, f"/{token}"))
    return Gate(app, token=token, host=host, script_hash=inline_script("review.js")["script_hash"])


def _routes(desk: Desk, pages: Pages, prefix: str) -> APIRouter:
    # All async on purpose: the work is done in the main thread, one request after the other, because only there the time
    # bound of the redaction can interrupt a regular expression that runs away.
    routes = APIRouter(prefix=prefix, default_response_class=HTMLResponse)

    @routes.get("/")
    async def listing(reason: str | None = None, said: str | None = None) -> str:
        """What waits for a person."""
        return pages.listing(desk.rows(), elsewhere=desk.elsewhere(), reason=reason, said=said)

    @routes.get("/recordings/{key}")
    async def recording(key: Key, said: str | None = None) -> str:
        """One recording with the form as the classifiers, or its waiting packet, fill it in."""
        opened = desk.open(key)
        labels = opened.examined.classification
        decision = suggested(labels) if opened.waiting is None else waiting(opened.waiting, labels)
        return _page(desk, pages, opened, decision, said)

    @routes.post("/recordings/{key}")
    async def decide(key: Key, form: Annotated[Form, Depends(_posted)]) -> Response:
        """Accept, reject, or show the packet of the labels in the form."""
        action, version = form.get("action", ["packet"])[0], form.get("version", [""])[0]
        following = _following(desk, key)
        if action == "reject":
            desk.reject(key, version)
            return _onwards(prefix, following, "rejected")
        decision = from_form(form)
        if action == "accept":
            try:
                return _onwards(prefix, following, desk.accept(key, version, decision))
            except PacketRefusedError:
                return HTMLResponse(_page(desk, pages, desk.open(key), decision, None), 422)
        return HTMLResponse(_page(desk, pages, desk.open(key), decision, None))

    return routes


def _page(desk: Desk, pages: Pages, opened: Opened, decision: Decision, said: str | None) -> str:
    try:
        packet, refused = desk.packet(opened, decision), None
    except PacketRefusedError as error:
        packet, refused = None, error.reason
    return pages.recording(opened, decision, packet, refused=refused, said=said)


def _following(desk: Desk, key: str) -> str | None:
    """The recording after this one in the list, so that a reviewer can go on without going back."""
    keys = [row.pseudonym for row in desk.rows()]
    place = keys.index(key) if key in keys else len(keys)
    return next(iter(keys[place + 1 : place + 2]), None)


def _onwards(prefix: str, following: str | None, said: str) -> Response:
    where = f"{prefix}/recordings/{following}" if following is not None else f"{prefix}/"
    return RedirectResponse(f"{where}?{urlencode({'said': said})}", 303)
