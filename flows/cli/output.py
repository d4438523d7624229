"""How commands speak: JSON lines on stdout, everything else on stderr, exit codes by kind of error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

EXIT_INCOMPLETE = 1
EXIT_USAGE = 2
EXIT_INTERNAL = 3
EXIT_READER_GONE = 141
"""As shells say of a tool that SIGPIPE ended."""

ConfigOption = Annotated[Path | None, typer.Option("--config", help="Configuration file (default: ./loomroute.toml).")]
RouterOption = Annotated[str | None, typer.Option("--router", help="Router URL, e.g. sqlite:///router.db.")]
LedgerOption = Annotated[Path | None, typer.Option("--ledger", help="Ledger file (default: .loomroute/ledger.db).")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines on stdout and nothing else.")]


def emit_json(value: Any) -> None:
    """Print one JSON line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def say(text: str = "") -> None:
    """Print a line for people on stderr."""
    typer.echo(text, err=True)


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Any]:
    """A progress bar on stderr when that is a terminal; yields a function of (done, total)."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
