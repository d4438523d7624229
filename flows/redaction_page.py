"""The redaction page: what would be masked and why, as one self-contained HTML file for the people who must allow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.scrubbed_view import Section, environment, in_order, inline_script, section_of
from pipeline.redaction.scrubbed import ScrubbedRecording

_MOST_OFTEN = 60


@dataclass(frozen=True, slots=True)
class RedactionItem:
    """One recording of the page: its name, its scrubbed form, and what was taken out, parallel to `scrubbed.entities`."""

    name: str
    scrubbed: ScrubbedRecording
    originals: tuple[str, ...] = field(repr=False)


def render_redaction_page(
    items: Sequence[RedactionItem], *, show: bool, not_covered: Sequence[tuple[str, str]] = ()
) -> str:
    """The page for `items` as HTML that needs nothing from outside; `not_covered` are (name, reason) of quarantined files.

    Only with `show` does it hold what was masked, the names of the recordings and files, and the unknown terms masked most
    often; without it nothing raw is in the page. Everything from a recording is escaped.
    """
    totals = Counter(entity.type for item in items for entity in item.scrubbed.entities)
    return (
        environment()
        .get_template("redaction_page.html")
        .render(
            sections=[_section(number, item, show=show) for number, item in enumerate(items, start=1)],
            totals=in_order(totals),
            recognizers=Counter(entity.recognizer for item in items for entity in item.scrubbed.entities).most_common(),
            masked=totals.total(),
            often=_masked_most_often(items) if show else [],
            not_covered=sorted(not_covered) if show else [],
            not_covered_counts=sorted(Counter(reason for _, reason in not_covered).items()),
            show=show,
            **inline_script("redaction_page.js"),
        )
    )


def _section(number: int, item: RedactionItem, *, show: bool) -> Section:
    if show:
        return section_of(item.name, item.scrubbed, item.originals)
    return section_of(f"Recording {number}", item.scrubbed)


def _masked_most_often(items: Sequence[RedactionItem]) -> list[tuple[str, int, int]]:
    """Unknown terms a reviewer may want to allow: (term, times, recordings), most recordings first."""
    times: Counter[str] = Counter()
    recordings: Counter[str] = Counter()
    for item in items:
        terms = [
            original.casefold()
            for entity, original in zip(item.scrubbed.entities, item.originals, strict=False)
            if entity.type == "UNKNOWN_TERM"
        ]
        times.update(terms)
        recordings.update(set(terms))
    ranked = sorted(times, key=lambda term: (-recordings[term], -times[term], term))
    return [(term, times[term], recordings[term]) for term in ranked[:_MOST_OFTEN]]
