"""What the review pages show, put together for their templates."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from classifiers import resources
from classifiers.classification import AxisResult
from classifiers.story import METADATA_CUE, cut_story
from flows.scrubbed_view import Line, environment, inline_script, section_of
from flows.stages import Examined
from flows.web.review.decision import CIRCUMSTANCES, Decision, beside
from flows.web.review.desk import Desk, Opened
from flows.web.review.words import KINDS, REASONS, REFUSALS, SAID
from pipeline.ledger.ledger import Row
from pipeline.packet.outcome import OUTCOMES
from pipeline.packet.packet import Packet
from pipeline.packet.vocabulary import Axis

AXES: tuple[tuple[str, str, Axis], ...] = (
    ("problem_type", "Problem", "problem_types"),
    ("symptom_pattern", "Symptom", "symptoms"),
    ("resolution_pattern", "Resolution", "resolutions"),
)
_MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Guess:
    """One of the five best ids of an axis."""

    id: str
    probability: float
    definition: str


@dataclass(frozen=True, slots=True)
class AxisField:
    """One axis of the form: its best guesses, what is chosen, and what that means."""

    name: str
    title: str
    accepted: bool
    top: tuple[Guess, ...]
    value: str
    definition: str
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of the transcript with the roles that begin in it and the role that it belongs to."""

    line: Line
    begins: tuple[str, ...]
    role: str


class Pages:
    """Renders the pages of one desk. Everything from a recording is escaped."""

    def __init__(self, desk: Desk) -> None:
        """Read the templates' environment; pages are made on request."""
        self._desk = desk
        self._environment = environment()
        self._environment.globals.update(inline_script("review.js"))

    def listing(self, rows: Sequence[Row], *, elsewhere: int, reason: str | None, said: str | None) -> str:
        """The list of what waits, of one reason or all, with what became of the recording before."""
        reasons = Counter(_why(row) for row in rows)
        shown = [row for row in rows if reason is None or _why(row) == reason]
        return self._render(
            "review_list.html",
            rows=[(row, REASONS.get(_why(row), _why(row)), _day(row.updated_at)) for row in shown[:_MOST_LISTED]],
            left_out=max(0, len(shown) - _MOST_LISTED),
            reasons=[(name, REASONS.get(name, name), count) for name, count in reasons.most_common()],
            reason=reason,
            total=len(rows),
            elsewhere=elsewhere,
            said=self._said(said),
        )

    def recording(
        self, opened: Opened, decision: Decision, packet: Packet | None, *, refused: str | None, said: str | None
    ) -> str:
        """One recording with the form as `decision` fills it in, and the packet that it leads to or why there is none."""
        labels = opened.examined.classification
        section = section_of(opened.row.recording, opened.examined.scrubbing.recording)
        return self._render(
            "review_recording.html",
            row=opened.row,
            why=REASONS.get(_why(opened.row), _why(opened.row)),
            version=opened.examined.version,
            section=section,
            title=next((line for line in section.metadata if line.label == "title"), None),
            captions=_captions(opened.examined, section.captions),
            axes=[_axis(name, title, axis, getattr(labels, name), decision) for name, title, axis in AXES],
            outcomes=OUTCOMES,
            circumstances=CIRCUMSTANCES,
            decision=decision,
            beside=[(item, KINDS[item.partition(":")[0]], item.partition(":")[2]) for item in beside(labels)],
            packet=_pretty(packet.fields) if packet is not None else None,
            size=len(packet.body) if packet is not None else 0,
            waiting=_pretty(opened.waiting) if opened.waiting is not None else None,
            refused=REFUSALS.get(refused, refused) if refused is not None else None,
            may_emit=self._desk.settings.emit_policy() != "off",
            said=self._said(said),
        )

    def refusal(self, reason: str) -> str:
        """A page that says why something cannot be done."""
        return self._render("review_refused.html", why=REFUSALS.get(reason, reason))

    def _said(self, said: str | None) -> str | None:
        return SAID.get(said or "", "").format(batch=self._desk.batch) or None

    def _render(self, template: str, **values: Any) -> str:
        return self._environment.get_template(template).render(**values)


def _why(row: Row) -> str:
    return row.reason or row.state


def _day(posix: float) -> str:
    return dt.datetime.fromtimestamp(posix).astimezone().strftime("%Y-%m-%d %H:%M")


def _pretty(fields: dict[str, Any]) -> str:
    return json.dumps(fields, indent=2, sort_keys=True)


def _axis(name: str, title: str, axis: Axis, result: AxisResult, decision: Decision) -> AxisField:
    terms = resources.vocabulary().axis(axis)
    value = getattr(decision, name) or ""
    return AxisField(
        name,
        title,
        result.accepted,
        tuple(Guess(label, probability, terms[label].definition) for label, probability in result.top),
        value,
        terms[value].definition if value in terms else "",
        tuple((term.id, f"{term.domain.replace('_', ' ')}: {term.definition}") for term in terms.values()),
    )


def _captions(examined: Examined, lines: Sequence[Line]) -> list[Caption]:
    """Each caption with the roles of the evidence: a stretch goes from the caption it begins in to where the next begins."""
    recording = examined.scrubbing.recording
    begins: dict[int, list[str]] = {}
    for evidence in examined.classification.evidence:
        begins.setdefault(int(evidence.where.removeprefix("cue:")), []).append(evidence.role)
    starts = sorted({s.cue for s in cut_story(recording.cues, recording.metadata) if s.cue != METADATA_CUE})
    captions = []
    for index, line in enumerate(lines):
        stretch = starts[bisect_right(starts, index) - 1] if starts and starts[0] <= index else None
        roles = begins.get(stretch, []) if stretch is not None else []
        captions.append(Caption(line, tuple(dict.fromkeys(begins.get(index, []))), roles[-1] if roles else ""))
    return captions
