"""Deploying the ingest flow on a Prefect server, by module entry point: no code is copied and no path is stored there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import PREFECT_API_URL

from flows.ingest import ingest
from flows.prepared import Prepared, forget_prepared
from flows.settings import Settings
from flows.wiring import deployment_name
from pipeline.errors import ConfigurationError, RouterUnavailableError
from pipeline.sources.local import LocalStore
from pipeline.sources.store import local_path

ENTRYPOINT = "flows.ingest.ingest"
_FORBIDDEN = frozenset("/%&<>")  # in names of a Prefect server


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment on the server: its full name and id, and whether it took the place of another."""

    name: str
    id: str
    replaced: bool


def deploy(prepared: Prepared, *, cron: str, timezone: str, name: str | None, pool: str) -> Deployed:
    """Create or replace the deployment; the prepared run is stored on this machine, where the worker must run as well.

    Without a name it gets one of its source, so that another source gets another deployment. Raises ConfigurationError
    without a server, for a malformed cron line or name, and for a folder that is not there; RouterUnavailableError when
    the server is away.
    """
    if not PREFECT_API_URL.value():
        raise ConfigurationError("no Prefect server: start one (prefect server start) and set PREFECT_API_URL")
    try:
        schedule = CronSchedule(cron=cron, timezone=timezone)
    except ValueError as error:
        raise ConfigurationError(f"cron line or time zone not understood: {cron!r}, {timezone!r}") from error
    settings = prepared.settings()
    _check_source(settings)
    name = name or deployment_name(settings)
    if _FORBIDDEN.intersection(name):
        raise ConfigurationError(f"a deployment's name holds none of / % & < >: {name!r}")
    run = prepared.store()
    try:
        with get_client(sync_client=True) as client:
            before = _run_of(client, name)
            deployment = _create(client, run, schedule, name, pool)
    except httpx.HTTPError as error:
        forget_prepared(run)
        raise RouterUnavailableError(f"Prefect server: {type(error).__name__}") from error
    if before:
        forget_prepared(before)
    return Deployed(f"{ingest.name}/{name}", str(deployment), replaced=before is not None)


def _check_source(settings: Settings) -> None:
    """A folder has to be there now; what is elsewhere may need credentials that only the worker has."""
    url = settings.source.url
    if not url:
        raise ConfigurationError("no source: name one on the command line or as [source] url")
    path = local_path(url)
    if path is not None:
        LocalStore.open(path)


def _run_of(client: SyncPrefectClient, name: str) -> str | None:
    """The prepared run of a deployment, `""` where it has none; None where there is no such deployment."""
    try:
        return client.read_deployment_by_name(f"{ingest.name}/{name}").parameters.get("run") or ""
    except ObjectNotFound:
        return None


def _create(client: SyncPrefectClient, run: str, schedule: CronSchedule, name: str, pool: str) -> UUID:
    with contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=pool, type="process"))
    return client.create_deployment(
        flow_id=client.create_flow(ingest),
        name=name,
        schedules=[DeploymentScheduleCreate(schedule=schedule, active=True)],
        parameters={"run": run},
        work_pool_name=pool,
        entrypoint=ENTRYPOINT,
        enforce_parameter_schema=False,
    )
