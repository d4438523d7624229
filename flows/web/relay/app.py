"""The relay as a web application, version 1 of its HTTP interface."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sse_starlette import EventSourceResponse, ServerSentEvent

from flows.web.relay import forms, problems
from flows.web.relay.body_limit import BodyLimit
from flows.web.relay.handbook import handbook
from flows.web.relay.members import Member
from flows.web.relay.relay import Relay
from pipeline.errors import RouterError
from pipeline.packet.address import semantic_address
from pipeline.routing.json_form import from_json_form, to_json_form
from pipeline.routing.protocol import Deposit, Page

_POLL_S = 1.0
_bearer = HTTPBearer(auto_error=False, description="A member's token.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def admitted(request: Request, credentials: Credentials) -> Member:
    """The member that asks. Answers 401 for a token that is not admitted and 429 past the quota of requests."""
    relay: Relay = request.app.state.relay
    member = relay.admit(credentials.credentials) if credentials else None
    if member is None:
        raise problems.unauthorised()
    relay.requests.spend(member.id)
    return member


Asking = Annotated[Member, Depends(admitted)]
Cursor = Annotated[str | None, Query(max_length=500, description="Where to go on; opaque.")]


def create_app(relay: Relay) -> FastAPI:
    """The application over an opened relay; looks after releases and vote keys while it runs."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        threads = [threading.Thread(target=work, args=(stop,), daemon=True) for work in (relay.keep, relay.send)]
        for thread in threads:
            thread.start()
        yield
        stop.set()
        for thread in threads:
            await run_in_threadpool(thread.join, 10)

    app = FastAPI(title="loomroute relay", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.relay = relay
    app.add_middleware(BodyLimit, max_bytes=relay.settings.max_body_bytes)
    problems.install(app)
    _add_writing(app, relay)
    _add_reading(app, relay)
    _add_pages(app, relay)
    return app


def _add_writing(app: FastAPI, relay: Relay) -> None:
    @app.put("/v1/deposits", status_code=204, responses=problems.ANSWERS)
    def put_deposit(member: Asking, form: forms.DepositForm) -> None:
        """Deposit one. Depositing again changes nothing; the answer says nothing about others."""
        relay.desk.deposit(member, [from_json_form(form.__dict__)])

    @app.post("/v1/deposits", status_code=204, responses=problems.ANSWERS)
    def put_deposits(member: Asking, form: forms.BatchForm) -> None:
        """Deposit up to 1,000: all, or none and the reasons."""
        relay.desk.deposit(member, [from_json_form(item.__dict__) for item in form.deposits])


def _add_reading(app: FastAPI, relay: Relay) -> None:
    @app.post("/v1/get", response_model=forms.Deposits, responses=problems.ANSWERS)
    def get_deposits(_member: Asking, form: forms.GetForm) -> Response:
        """For each address the newest deposits of each kind, newest first, addresses in the order asked."""
        return _json({"deposits": _listed(relay.reader.get(form.addresses, form.newest))})

    @app.post("/v1/similar", response_model=forms.Deposits, responses=problems.ANSWERS)
    def similar(_member: Asking, form: forms.SimilarForm) -> Response:
        """Everything that can be among the best cases for scored topics; the reader ranks it."""
        topics = sorted(form.topics, key=lambda topic: -topic.score)
        addresses = [semantic_address(topic.problem_type, topic.symptom_pattern) for topic in topics]
        return _json({"deposits": _listed(relay.reader.get(list(dict.fromkeys(addresses)), 200))})

    @app.get("/v1/since", response_model=forms.DepositPage, responses=problems.ANSWERS)
    def since(
        _member: Asking, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=forms.MAX_PAGE)] = 100
    ) -> Response:
        """Everything in order of arrival, page by page; a cursor stays good while others deposit."""
        page = relay.reader.since(cursor, limit)
        return _json({"deposits": _listed(page.deposits), "cursor": page.cursor})

    @app.get("/v1/changes", response_class=EventSourceResponse, responses=problems.ANSWERS)
    async def changes(_member: Asking, request: Request, credentials: Credentials, cursor: Cursor = None) -> Response:
        """Server-sent events: pages of deposits as they arrive; the event id is the cursor to come back with."""
        start = request.headers.get("last-event-id", cursor)
        first = await run_in_threadpool(relay.reader.since, start, 100)
        token = credentials.credentials if credentials else ""
        return EventSourceResponse(_follow(relay, token, start, first), ping=15)


def _add_pages(app: FastAPI, relay: Relay) -> None:
    @app.get("/v1/health", response_model=forms.Health, responses={503: problems.ANSWERS[503]})
    def health() -> Response:
        """Whether the relay and its storage work. Needs no token."""
        relay.reader.since(None, 1)
        return _json({"status": "ok"})

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(handbook(app.openapi()))


async def _follow(relay: Relay, token: str, cursor: str | None, page: Page) -> AsyncIterator[ServerSentEvent]:
    # A revoked token ends the stream.
    while relay.admit(token) is not None:
        cursor = page.cursor or cursor
        if page.deposits:
            yield ServerSentEvent(json.dumps({"deposits": _listed(page.deposits)}), event="deposits", id=cursor)
        else:
            await asyncio.sleep(_POLL_S)
        page = Page((), cursor)
        with contextlib.suppress(RouterError):  # the storage may come back
            page = await run_in_threadpool(relay.reader.since, cursor, 100)


def _listed(deposits: tuple[Deposit, ...] | list[Deposit]) -> list[dict[str, str]]:
    return [to_json_form(deposit) for deposit in deposits]


def _json(value: object) -> Response:
    # Built from checked deposits: no second validation on the way out.
    return Response(json.dumps(value, separators=(",", ":")), media_type="application/json")
