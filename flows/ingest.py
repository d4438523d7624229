"""The ingest flow: plan, batches and delivery as Prefect tasks over `flows.run.Run`. Parameters and artifacts hold no text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.prepared import Prepared, forget_prepared, load_prepared
from flows.run import Line, Run, RunReport
from flows.sealed import SealedError, flow, task
from pipeline.errors import RouterUnavailableError
from pipeline.sources.source import Candidate

OnLine = Callable[[Line], None]


@task("plan")
def plan_task(run: Run) -> tuple[list[list[Candidate]], list[Line]]:
    """Scan the source and lease what needs work."""
    return run.plan()


@task("process-batch")
def process_task(run: Run, batch: list[Candidate]) -> list[Line]:
    """Take one batch of recordings through all stages."""
    return run.process(batch)


@task("deliver", again_after=[1, 4, 10], again_on=RouterUnavailableError)
def deliver_task(run: Run) -> None:
    """Send what is ready; a router that is away is tried again, and then left to the next run."""
    run.deliver()
    if run.report.undelivered:
        raise RouterUnavailableError("deposits stay pending")


@flow("loomroute-ingest")
def ingest(run: str | None = None) -> dict[str, int]:
    """Ingest flow of a prepared run (its random name), or of the `loomroute.toml` in the working folder without one.

    Returns recordings by state.

    Fails when deposits stayed pending, so that the flow run shows it. Raises SealedError.
    """
    report = _ingest(load_prepared(run) if run else Prepared(), lambda _line: None)
    if report.undelivered:
        raise RouterUnavailableError(f"{report.undelivered} deposits stay pending")
    return dict(report.states)


@flow("loomroute-ingest")
def _watched(run: str) -> RunReport:
    return _ingest(load_prepared(run), _listeners[run])


_listeners: dict[str, OnLine] = {}


def run_flow(prepared: Prepared, on_line: OnLine) -> RunReport:
    """Run the flow in this process for the command line; `on_line` hears the end of every recording.

    Raises what the engine raised: Prefect knows the kind of it only.
    """
    name = prepared.store()
    _listeners[name] = on_line
    try:
        return _watched(name)
    except SealedError as failure:
        raise failure.original from None
    finally:
        del _listeners[name]
        forget_prepared(name)


def _ingest(prepared: Prepared, on_line: OnLine) -> RunReport:
    run = Run(prepared.settings(), prepared.options())
    try:
        batches, lines = plan_task(run)
        for batch in batches:
            lines = [*lines, *process_task(run, batch)]
        with suppress(RouterUnavailableError):  # counted in the report, and left to the next run
            deliver_task(run)
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
