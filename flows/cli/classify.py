"""`loomroute classify`: labels of recordings, without emitting anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import EXIT_INCOMPLETE, ConfigOption, JsonOption, emit_json

if TYPE_CHECKING:
    from classifiers.classification import AxisResult, Classification


def command(
    source: Annotated[str, typer.Argument(help="Folder or fsspec URL.")],
    *,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Label every recording of a source and show how sure the classifiers are, and which files could not be covered.

    Example: loomroute classify exports/ --json
    """
    from classifiers.classifier import Classifier
    from flows.cli.redact import NotCovered, scrub_source, tell_not_covered
    from flows.settings import load_settings

    settings = load_settings(config)
    classifier = Classifier.load(settings.model)
    failed: list[NotCovered] = []
    for name, scrubbing in scrub_source(source, settings, failed, quiet=json_output):
        classification = classifier.classify(scrubbing.recording)
        if json_output:
            emit_json(classification_json(name, classification))
        else:
            _print(name, classification)
    tell_not_covered(failed, json_output=json_output)
    if failed:
        raise typer.Exit(EXIT_INCOMPLETE)


def classification_json(name: str, classification: Classification) -> dict[str, object]:
    """The `--json` line of one recording."""
    conditions = classification.conditions
    return {
        "recording": name,
        "problem_type": _axis(classification.problem_type),
        "symptom_pattern": _axis(classification.symptom_pattern),
        "resolution_pattern": _axis(classification.resolution_pattern),
        "secondary_problem_type": classification.secondary_problem_type,
        "outcome": classification.outcome,
        "fix_scope": classification.fix_scope,
        "conditions": {
            "stack": list(conditions.stack),
            "versions": dict(conditions.versions),
            "load_profile": conditions.load_profile,
            "onset": conditions.onset,
            "restart": conditions.restart,
            "segment": conditions.segment,
            "trials": conditions.trials,
        },
        "ruled_out": list(classification.ruled_out),
        "tried": list(classification.tried),
        "evidence": [{"where": evidence.where, "role": evidence.role} for evidence in classification.evidence],
    }


def _axis(result: AxisResult) -> dict[str, object]:
    return {
        "label": result.label,
        "confidence": round(result.confidence, 4),
        "accepted": result.accepted,
        "top": [[name, round(probability, 4)] for name, probability in result.top],
    }


def _print(name: str, classification: Classification) -> None:
    typer.echo(f"{name}: {classification.outcome}")
    for axis in ("problem_type", "symptom_pattern", "resolution_pattern"):
        result: AxisResult = getattr(classification, axis)
        sure = "accepted" if result.accepted else "to review"
        typer.echo(f"  {axis:18} {result.label or '-':32} {result.confidence:.2f}  {sure}")
    if classification.ruled_out:
        typer.echo(f"  ruled out          {', '.join(classification.ruled_out)}")
    if classification.conditions.stack:
        typer.echo(f"  stack              {', '.join(classification.conditions.stack)}")
