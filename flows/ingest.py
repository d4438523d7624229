"""The ingest flow: plan, batches and delivery as Prefect tasks over `flows.run.Run`. Parameters and artifacts hold no text."""

from __future__ import annotations

from collections.abc import Callable

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.prepared import Prepared, forget_prepared, load_prepared
from flows.run import Line, Run, RunReport
from pipeline.errors import RouterUnavailableError
from pipeline.sources.source import Candidate

OnLine = Callable[[Line], None]


@task(name="plan", cache_policy=NO_CACHE, persist_result=False)
def plan_task(run: Run) -> tuple[list[list[Candidate]], list[Line]]:
    """Scan the source and lease what needs work."""
    return run.plan()


@task(name="process-batch", cache_policy=NO_CACHE, persist_result=False)
def process_task(run: Run, batch: list[Candidate]) -> list[Line]:
    """Take one batch of recordings through all stages."""
    return run.process(batch)


@task(name="deliver", cache_policy=NO_CACHE, persist_result=False, retries=3, retry_delay_seconds=[1, 4, 10])
def deliver_task(run: Run) -> None:
    """Send what is ready; a router that is away is tried again, and then left to the next run."""
    run.deliver()
    if run.report.undelivered:
        raise RouterUnavailableError("deposits stay pending")


@flow(name="loomroute-ingest", persist_result=False, validate_parameters=False)
def ingest(run: str | None = None) -> dict[str, int]:
    """Ingest flow of a prepared run (its random name), or of the `loomroute.toml` in the working folder without one.

    Returns recordings by state.

    Raises RouterUnavailableError when deposits stayed pending, so that the flow run shows as failed.
    """
    report = _ingest(load_prepared(run) if run else Prepared(), lambda _line: None)
    if report.undelivered:
        raise RouterUnavailableError(f"{report.undelivered} deposits stay pending")
    return dict(report.states)


@flow(name="loomroute-ingest", persist_result=False, validate_parameters=False)
def _watched(run: str) -> RunReport:
    return _ingest(load_prepared(run), _listeners[run])


_listeners: dict[str, OnLine] = {}


def run_flow(prepared: Prepared, on_line: OnLine) -> RunReport:
    """Run the flow in this process for the command line; `on_line` hears the end of every recording."""
    name = prepared.store()
    _listeners[name] = on_line
    try:
        return _watched(name)
    finally:
        del _listeners[name]
        forget_prepared(name)


def _ingest(prepared: Prepared, on_line: OnLine) -> RunReport:
    run = Run(prepared.settings(), prepared.options())
    try:
        batches, lines = plan_task(run)
        for batch in batches:
            lines = [*lines, *process_task(run, batch)]
        deliver_task(run, return_state=True)
        for line in run.final(lines):
            on_line(line)
        _publish(run.report)
    finally:
        run.close()
    return run.report


def _publish(report: RunReport) -> None:
    """Write the batch summary as artifacts: counts only."""
    key = "loomroute-batch"
    states = "\n".join(f"| {state} | {count} |" for state, count in sorted(report.states.items()))
    reasons = "\n".join(f"| {reason} | {count} |" for reason, count in sorted(report.reasons.items()))
    masked = "\n".join(f"| {kind} | {count} |" for kind, count in report.masked.most_common())
    create_markdown_artifact(
        key=key,
        description=f"Batch {report.batch}",
        markdown=(
            f"# Batch {report.batch}\n\n| state | recordings |\n| --- | ---: |\n{states}\n\n"
            f"Unchanged: {report.unchanged}. Delivered: {report.delivered}. Not delivered: {report.undelivered}.\n\n"
            f"## Held, quarantined, ignored\n\n| stage: reason | recordings |\n| --- | ---: |\n{reasons}\n\n"
            f"## Masked\n\n| type | spans |\n| --- | ---: |\n{masked}\n"
        ),
    )
    table = [{"state": state, "recordings": count} for state, count in sorted(report.states.items())]
    create_table_artifact(key=f"{key}-states", description=f"Batch {report.batch}", table=table)
