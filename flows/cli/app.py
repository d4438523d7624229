"""The `loomroute` command: one file a command, imported late so that `--help` is quick."""

from __future__ import annotations

import sys

import typer

from flows.cli import (
    approve,
    classify,
    doctor,
    evaluate,
    export,
    ingest,
    init,
    mcp,
    pull,
    query,
    redact,
    relay,
    review,
    schedule,
    sighting,
    status,
    train,
    vocabulary,
    withdraw,
)
from flows.cli.output import EXIT_INCOMPLETE, EXIT_INTERNAL, EXIT_USAGE, say
from pipeline.errors import LoomrouteError, RouterUnavailableError, UsageError, kind_of

app = typer.Typer(
    name="loomroute",
    help="Turn recorded explanations into anonymous outcome packets, and find the ones that match your symptoms.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    ingest,
    query,
    redact,
    classify,
    approve,
    review,
    status,
    sighting,
    withdraw,
    schedule,
    pull,
    doctor,
    init,
    train,
    evaluate,
    export,
    mcp,
):
    app.command(name=module.__name__.rpartition(".")[2])(module.command)
app.add_typer(vocabulary.app, name="vocabulary")
app.add_typer(relay.app, name="relay")


def main() -> None:
    """Run the command line. Exit 0 fine, 1 incomplete, 2 usage or configuration, 3 internal error."""
    try:
        app()
    except UsageError as error:
        say(f"loomroute: {error}")
        sys.exit(EXIT_USAGE)
    except RouterUnavailableError as error:
        say(f"loomroute: router: {error}")
        sys.exit(EXIT_INCOMPLETE)
    except LoomrouteError as error:
        say(f"loomroute: {error}")
        sys.exit(EXIT_INTERNAL)
    except OSError as error:
        say(f"loomroute: {error.strerror or type(error).__name__}: {error.filename or 'input or output'}")
        sys.exit(EXIT_USAGE)
    except Exception as error:  # noqa: BLE001 the text of an unexpected error may hold transcript text: name its type only
        say(f"loomroute: internal error: {kind_of(error)}")
        sys.exit(EXIT_INTERNAL)


if __name__ == "__main__":
    main()
