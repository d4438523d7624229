"""`loomroute ingest`: the main job."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import (
    EXIT_INCOMPLETE,
    ConfigOption,
    JsonOption,
    LedgerOption,
    RouterOption,
    emit_json,
    progress,
    say,
)
from flows.cli.termination import orderly_termination

if TYPE_CHECKING:
    from flows.prepared import Prepared
    from flows.run import Line, RunReport


def command(
    source: Annotated[str | None, typer.Argument(help="Folder or fsspec URL (default: [source] url).")] = None,
    *,
    router: RouterOption = None,
    direct: Annotated[bool, typer.Option("--direct", help="Run the same engine without Prefect.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Emit nothing and leave the ledger alone.")] = False,
    accept: Annotated[
        float | None,
        typer.Option("--accept", min=0, max=1, help="One confidence threshold for all axes; 0 holds nothing."),
    ] = None,
    reprocess: Annotated[bool, typer.Option("--reprocess", help="Run unchanged recordings again.")] = False,
    workers: Annotated[int | None, typer.Option("--workers", min=1, max=64, help="Worker processes.")] = None,
    packets: Annotated[Path | None, typer.Option("--packets", help="Write every packet made as a JSON line.")] = None,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Read recordings, scrub, classify and emit outcome packets to the router.

    Example: loomroute ingest exports/ --router sqlite:///router.db
    """
    from flows.prepared import Prepared

    prepared = Prepared(
        config=config,
        source=source,
        router=router,
        ledger=ledger,
        accept=accept,
        workers=workers,
        dry_run=dry_run,
        reprocess=reprocess,
        packets=packets,
    )
    if direct:
        report = _direct(prepared, json_output=json_output)
    else:
        from flows.prefect_environment import prepare_environment
        from flows.wiring import open_ledger

        if not dry_run:
            open_ledger(prepared.settings()).close()  # refused before Prefect starts a server
        prepare_environment(quiet=json_output or not sys.stderr.isatty())
        from flows.ingest import run_flow

        with orderly_termination():
            report = run_flow(prepared, on_line=_line_printer(json_output))
    _finish(report, prepared, json_output=json_output)


def _direct(prepared: Prepared, *, json_output: bool) -> RunReport:
    from flows.run import Run

    run = Run(prepared.settings(), prepared.options())
    printer = _line_printer(json_output)
    try:
        with progress("ingesting", quiet=json_output) as on_progress:
            for line in run.execute(on_progress):
                printer(line)
    finally:
        run.close()
    return run.report


def _line_printer(json_output: bool) -> Callable[[Line], None]:
    def printer(line: Line) -> None:
        if json_output:
            emit_json(
                {
                    "recording": line.recording,
                    "state": line.state,
                    "stage": line.stage,
                    "reason": line.reason,
                    "packet_id": line.packet.packet_id if line.packet else None,
                }
            )

    return printer


def _finish(report: RunReport, prepared: Prepared, *, json_output: bool) -> None:
    if not json_output:
        states = ", ".join(f"{count} {state}" for state, count in sorted(report.states.items())) or "nothing new"
        say(f"batch {report.batch}: {states}; {report.unchanged} unchanged")
        say(f"delivered {report.delivered}, not delivered {report.undelivered}")
        for reason, count in sorted(report.reasons.items()):
            say(f"  {count:5d}  {reason}")
        if not report.states and not report.unchanged:
            say("no recordings there: is this the right folder?")
        if prepared.dry_run:
            say("a dry run: the ledger knows nothing of it; to see which is which, add --json")
        else:
            _advise(report, prepared)
    if report.failed:
        raise typer.Exit(EXIT_INCOMPLETE)


def _advise(report: RunReport, prepared: Prepared) -> None:
    if report.states["quarantined"]:
        say(f"which: {_again(prepared, 'status', '--state', 'quarantined')}")
    switched_off = report.reasons["emit: emit_off"]
    if switched_off:
        say('held because emit = "off": switch it to "on" or "approved" and ingest again')
    if report.states["held"] > switched_off:
        review = _again(prepared, "review", *([prepared.source] if prepared.source else []))
        say(f"held ones were not sent: look at them with {review}, or take every best guess with --accept 0")
    if report.states["awaiting_approval"]:
        say(f"look at the redaction (loomroute redact --html), then: {_again(prepared, 'approve', report.batch)}")


def _again(prepared: Prepared, *arguments: str) -> str:
    """A command that sees what this run saw: options that were given here have to be given there."""
    given = (("--router", prepared.router), ("--ledger", prepared.ledger), ("--config", prepared.config))
    options = [part for name, value in given if value is not None for part in (name, str(value))]
    return shlex.join(["loomroute", *arguments, *options])
