"""Deploying the ingest flow on a Prefect server, by module entry point: no code is copied and no path is stored there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import PREFECT_API_URL

from flows.ingest import ingest
from flows.prepared import Prepared
from pipeline.errors import ConfigurationError, RouterUnavailableError

ENTRYPOINT = "flows.ingest.ingest"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment on the server: its full name and id."""

    name: str
    id: str


def deploy(prepared: Prepared, *, cron: str, timezone: str, name: str, pool: str) -> Deployed:
    """Create or replace the deployment; the prepared run is stored on this machine, where the worker must run as well.

    Raises ConfigurationError without a server or for a malformed cron line, RouterUnavailableError when the server is away.
    """
    if not PREFECT_API_URL.value():
        raise ConfigurationError("no Prefect server: start one (prefect server start) and set PREFECT_API_URL")
    try:
        schedule = CronSchedule(cron=cron, timezone=timezone)
    except ValueError as error:
        raise ConfigurationError(f"cron line or time zone not understood: {cron!r}, {timezone!r}") from error
    settings = prepared.settings()
    if not settings.source.url:
        raise ConfigurationError("no source: name one on the command line or as [source] url")
    run = prepared.store()
    try:
        with get_client(sync_client=True) as client:
            with contextlib.suppress(ObjectAlreadyExists):
                client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
            flow_id = client.create_flow(ingest)
            deployment = client.create_deployment(
                flow_id=flow_id,
                name=name,
                schedules=[DeploymentScheduleCreate(schedule=schedule, active=True)],
                parameters={"run": run},
                work_pool_name=pool,
                entrypoint=ENTRYPOINT,
                enforce_parameter_schema=False,
            )
    except httpx.HTTPError as error:
        raise RouterUnavailableError(f"Prefect server: {type(error).__name__}") from error
    return Deployed(f"{ingest.name}/{name}", str(deployment))
