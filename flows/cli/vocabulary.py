"""`loomroute vocabulary`: the ids of the controlled vocabulary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.output import EXIT_INCOMPLETE, ConfigOption, JsonOption, emit_json

app = typer.Typer(
    help=(
        "List the controlled vocabulary, compare versions, suggest ids for words.\n\n"
        "Example: loomroute vocabulary list symptoms"
    ),
    no_args_is_help=True,
)


@app.command("list")
def list_ids(
    axis: Annotated[str | None, typer.Argument(help="problem_types, symptoms or resolutions (default: all).")] = None,
    *,
    json_output: JsonOption = False,
) -> None:
    """List ids with their definitions.

    Example: loomroute vocabulary list symptoms
    """
    from classifiers import resources
    from pipeline.errors import UsageError
    from pipeline.packet.vocabulary import AXES

    if axis is not None and axis not in AXES:
        raise UsageError(f"unknown axis {axis!r}: one of {', '.join(AXES)}")
    vocabulary = resources.vocabulary()
    for name in AXES:
        if axis in {None, name}:
            for term in vocabulary.axis(name).values():
                if json_output:
                    emit_json({"axis": name, "id": term.id, "domain": term.domain, "definition": term.definition})
                else:
                    typer.echo(f"{name:14} {term.id:32} {term.definition}")


@app.command("diff")
def diff(
    other: Annotated[Path, typer.Argument(help="Another vocabulary file.")],
    *,
    json_output: JsonOption = False,
) -> None:
    """Compare this release's vocabulary with a file; exit 1 when ids differ.

    Example: loomroute vocabulary diff proposed.yaml
    """
    from classifiers import resources
    from pipeline.packet.vocabulary import AXES, load_vocabulary

    ours, theirs = resources.vocabulary(), load_vocabulary(other)
    changed = False
    for axis in AXES:
        here, there = ours.axis(axis), theirs.axis(axis)
        changes = [("removed", i) for i in here if i not in there] + [("added", i) for i in there if i not in here]
        changes += [("redefined", i) for i in here if i in there and here[i].definition != there[i].definition]
        for what, name in changes:
            changed = changed or what != "redefined"
            if json_output:
                emit_json({"axis": axis, "change": what, "id": name})
            else:
                typer.echo(f"{what:10} {axis:14} {name}")
    if changed:
        raise typer.Exit(EXIT_INCOMPLETE)


@app.command("suggest")
def suggest(
    text: Annotated[str, typer.Argument(help="A situation in plain words.")],
    *,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Suggest problem and symptom ids for a situation.

    Example: loomroute vocabulary suggest "jobs pile up every monday morning"
    """
    from classifiers import resources
    from classifiers.classifier import Classifier
    from flows.settings import load_settings
    from flows.wiring import policy_of
    from pipeline.errors import UsageError
    from pipeline.redaction.scrubber import Scrubber

    if not text.strip():
        raise UsageError("say what you see")
    settings = load_settings(config)
    scrubber = Scrubber(policy_of(settings), resources.lexicon(), resources.vocabulary())
    beliefs = Classifier.load(settings.model).beliefs(scrubber.scrub_text(text))
    for axis, probabilities in (("problem_types", beliefs.problem_type), ("symptoms", beliefs.symptom_pattern)):
        for name, probability in sorted(probabilities.items(), key=lambda entry: (-entry[1], entry[0]))[:5]:
            if json_output:
                emit_json({"axis": axis, "id": name, "probability": round(probability, 4)})
            else:
                typer.echo(f"{axis:14} {name:32} {probability:.0%}")
