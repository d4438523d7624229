"""`loomroute evaluate`: the classifier report, on the corpus and on a labelled file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.output import EXIT_INCOMPLETE, ConfigOption, JsonOption, emit_json, say

if TYPE_CHECKING:
    from classifiers.evaluation.report import SplitResult
    from flows.settings import Settings
    from pipeline.redaction.scrubbed import ScrubbedRecording


def command(
    *,
    report: Annotated[Path, typer.Option(help="Folder for report.html.")],
    gold: Annotated[Path | None, typer.Option(help="Labelled file: JSON lines with `recording` or `text`.")] = None,
    source: Annotated[
        Path | None, typer.Option(help="Where the labelled recordings are (default: `recordings` beside the file).")
    ] = None,
    outside_only: Annotated[bool, typer.Option(help="Only the labelled file; leave out the splits.")] = False,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Judge the classifiers and write one self-contained page. Splits of the corpus take some minutes.

    Example: loomroute evaluate --gold fixtures/gold.jsonl --config fixtures/loomroute.toml --report out/
    """
    from classifiers.evaluation.evaluate import corpus_splits, outside_result, write_report
    from flows.settings import load_settings
    from pipeline.errors import UsageError

    if outside_only and gold is None:
        raise UsageError("--outside-only needs a --gold file")
    settings = load_settings(config)
    # Read first: a wrong line is to be told before minutes of work.
    lines = _gold_lines(gold) if gold is not None else []
    splits: list[SplitResult] = []
    missing: list[str] = []
    if not outside_only:
        if not json_output:
            say("judging the corpus in three splits: a few minutes")
        splits += corpus_splits()
    if gold is not None:
        outside = outside_result(_judge_file(lines, gold, source, settings, missing))
        splits.insert(0 if outside_only else 2, outside)
    page = write_report(splits, report)
    for name in missing:
        say(f"left out, not readable: {name}")
    _summarize(splits, page, json_output=json_output)
    if missing:
        raise typer.Exit(EXIT_INCOMPLETE)


def _gold_lines(gold: Path) -> list[dict[str, Any]]:
    from classifiers import resources
    from classifiers.evaluation.gold import read_gold
    from pipeline.errors import UsageError

    if not gold.is_file():
        raise UsageError(f"gold file not found: {gold}")
    return read_gold(gold, resources.vocabulary())


def _judge_file(
    lines: list[dict[str, Any]], gold: Path, source: Path | None, settings: Settings, missing: list[str]
) -> list[Any]:
    from classifiers.classifier import Classifier
    from classifiers.evaluation.gold import judge_gold
    from pipeline.errors import UsageError

    beside = gold.parent / "recordings"
    folder = source or (beside if beside.is_dir() else gold.parent)
    scrub = _scrubber(folder, gold.parent, settings, missing)
    judged = judge_gold(lines, scrub, Classifier.load(settings.model))
    if not judged:
        raise UsageError("not one recording of the gold file can be read: is --source the right folder?")
    return judged


def _scrubber(
    folder: Path, root: Path, settings: Settings, missing: list[str]
) -> Callable[[dict[str, Any]], ScrubbedRecording | None]:
    """A function of a gold line that finds, reads and scrubs its recording; None (and noted) where that fails."""
    from classifiers import resources
    from flows.wiring import policy_of, source_spec
    from pipeline.errors import QuarantinedError
    from pipeline.redaction.scrubber import Scrubber
    from pipeline.sources.source import Candidate, SourceSpec, read, scan

    scrubber = Scrubber(policy_of(settings), resources.lexicon(), resources.vocabulary())
    known: dict[Path, tuple[SourceSpec, dict[str, Candidate]]] = {}

    def scrub(line: dict[str, Any]) -> ScrubbedRecording | None:
        if "recording" not in line:
            return scrubber.scrub_text(str(line["text"]))
        place = root / str(line["source"]) if "source" in line else folder
        if place not in known:
            own = settings.model_copy(update={"source": settings.source.model_copy(update={"url": str(place)})})
            spec = source_spec(own)
            known[place] = spec, {candidate.name: candidate for candidate in scan(spec).candidates}
        spec, candidates = known[place]
        name = str(line["recording"])
        try:
            return scrubber.scrub(read(spec, candidates[name])).recording
        except (KeyError, QuarantinedError):
            missing.append(name)
            return None

    return scrub


def _summarize(splits: Sequence[SplitResult], page: Path, *, json_output: bool) -> None:
    from classifiers.evaluation.report import headline

    for split in splits:
        found = headline(split)
        line: dict[str, Any] = {"split": split.title, "recordings": found["count"]}
        for axis, row in found["axes"].items():
            line[axis] = {
                "top1": round(row["top1"].value, 4),
                "top3": round(row["top3"].value, 4),
                "accepted": round(row["accepted"][1].value, 4),
                "accepted_right": round(row["accepted"][0].value, 4),
            }
        line["outcome"] = round(found["plain"]["outcome"].value, 4)
        for name, (precision, recall) in found["lists"].items():
            line[name] = {"precision": round(precision.value, 4), "recall": round(recall.value, 4)}
        if json_output:
            emit_json(line)
        else:
            figures = ", ".join(
                f"{k} {v['top1']:.1%}/{v['top3']:.1%}" for k, v in line.items() if "pattern" in k or "type" in k
            )
            typer.echo(f"{split.title:18} {figures}")
    if not json_output:
        typer.echo(f"wrote {page}")
