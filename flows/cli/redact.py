"""`loomroute redact`: a dry run of the redaction, for the people who must allow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import EXIT_INCOMPLETE, ConfigOption, JsonOption, emit_json, progress, say

if TYPE_CHECKING:
    from flows.settings import Settings
    from pipeline.redaction.scrubbed import ScrubbedRecording
    from pipeline.redaction.scrubber import Scrubbing

_CONTEXT = 32


@dataclass(frozen=True, slots=True)
class NotCovered:
    """A file that was quarantined: its name in the source, and why, free of text."""

    name: str
    why: str


def command(
    source: Annotated[str, typer.Argument(help="Folder or fsspec URL.")],
    *,
    show: Annotated[
        bool, typer.Option("--show", help="Also show what was masked. Keep the output to yourself.")
    ] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write one self-contained page for reviewers.")] = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Show what would be removed and why, and which files could not be covered; emits nothing.

    Example: loomroute redact exports/ --html redaction.html
    """
    from flows.settings import load_settings

    failed: list[NotCovered] = []
    items: list[tuple[str, Scrubbing]] = []
    for name, scrubbing in scrub_source(source, load_settings(config), failed, quiet=json_output):
        if html is not None:
            items.append((name, scrubbing))
        if json_output:
            emit_json(_as_json(name, scrubbing.recording))
        elif html is None:
            _print(name, scrubbing, show=show)
    if html is not None:
        _write_page(html, items, failed, show=show)
    tell_not_covered(failed, json_output=json_output)
    if failed:
        raise typer.Exit(EXIT_INCOMPLETE)


def scrub_source(
    source: str, settings: Settings, failed: list[NotCovered], *, quiet: bool
) -> Iterator[tuple[str, Scrubbing]]:
    """Scrub every recording of a source, in name order; what cannot be is added to `failed`."""
    from classifiers import resources
    from flows.wiring import policy_of, source_spec
    from pipeline.errors import QuarantinedError
    from pipeline.redaction.scrubber import Scrubber
    from pipeline.sources.source import read, scan

    settings = settings.model_copy(update={"source": settings.source.model_copy(update={"url": source})})
    spec = source_spec(settings)
    found = scan(spec)
    scrubber = Scrubber(policy_of(settings), resources.lexicon(), resources.vocabulary())
    failed += [NotCovered(one.name, f"source: {one.reason}") for one in found.refused if one.state == "quarantined"]
    with progress("scrubbing", quiet=quiet) as on_progress:
        for done, candidate in enumerate(found.candidates, 1):
            try:
                yield candidate.name, scrubber.scrub(read(spec, candidate))
            except QuarantinedError as error:
                failed.append(NotCovered(candidate.name, f"{error.stage}: {error.reason}"))
            on_progress(done, len(found.candidates))


def tell_not_covered(failed: list[NotCovered], *, json_output: bool) -> None:
    """List what was quarantined, then count it by reason on stderr.

    With `--json` the list goes to stderr too: stdout has one line a recording, of one shape.
    """
    for one in sorted(failed, key=lambda one: one.name):
        typer.echo(f"{one.name}: not covered ({one.why})", err=json_output)
    for why, count in sorted(Counter(one.why for one in failed).items()):
        say(f"quarantined {count}: {why}")


def _as_json(name: str, scrubbed: ScrubbedRecording) -> dict[str, object]:
    return {
        "recording": name,
        "cues": [{"start": cue.start, "end": cue.end, "text": cue.text} for cue in scrubbed.cues],
        "metadata": dict(scrubbed.metadata),
        "entities": [
            {
                "type": entity.type,
                "start": entity.start,
                "end": entity.end,
                "score": entity.score,
                "recognizer": entity.recognizer,
                "where": entity.where,
            }
            for entity in scrubbed.entities
        ],
    }


def _print(name: str, scrubbing: Scrubbing, *, show: bool) -> None:
    scrubbed = scrubbing.recording
    kinds = Counter(entity.type for entity in scrubbed.entities)
    finders = Counter(entity.recognizer for entity in scrubbed.entities)
    typer.echo(f"{name}: {len(scrubbed.entities)} masked")
    typer.echo("  kinds: " + (", ".join(f"{kind} {count}" for kind, count in kinds.most_common()) or "none"))
    typer.echo("  found by: " + (", ".join(f"{who} {count}" for who, count in finders.most_common()) or "nobody"))
    for entity, original in zip(scrubbed.entities, scrubbing.originals, strict=True):
        text = _field(scrubbed, entity.where)
        before, after = text[max(0, entity.start - _CONTEXT) : entity.start], text[entity.end : entity.end + _CONTEXT]
        masked = text[entity.start : entity.end] + (f" = {original!r}" if show else "")
        typer.echo(f"    {entity.where}: ...{before}[{masked}]{after}...  ({entity.recognizer}, {entity.score:.2f})")


def _field(scrubbed: ScrubbedRecording, where: str) -> str:
    if where.startswith("cue:"):
        return scrubbed.cues[int(where.removeprefix("cue:"))].text
    name, _, rest = where.removeprefix("metadata.").partition("[")
    value = scrubbed.metadata[name]
    return value if isinstance(value, str) else value[int(rest.rstrip("]"))]


def _write_page(path: Path, items: list[tuple[str, Scrubbing]], failed: list[NotCovered], *, show: bool) -> None:
    import os

    from flows.redaction_page import RedactionItem, render_redaction_page

    shown = [RedactionItem(name, s.recording, s.originals) for name, s in items]
    page = render_redaction_page(shown, show=show, not_covered=[(one.name, one.why) for one in failed])
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(page)
    say(f"wrote {path}: {len(items)} recordings")
