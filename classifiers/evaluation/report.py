"""The classifier report: one self-contained HTML page, made from judged recordings and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from classifiers.evaluation import figures
from classifiers.evaluation.charts import chart
from classifiers.evaluation.figures import Rate
from classifiers.evaluation.judged import AXIS_NAMES, Judged
from pipeline.packet.vocabulary import Vocabulary

_TEMPLATES = Path(__file__).parent / "templates"
_PLAIN = ("outcome", "fix_scope", "load_profile", "onset", "restart", "segment", "trials")
_LISTS = ("stack", "ruled_out", "tried")


@dataclass(frozen=True, slots=True)
class SplitResult:
    """One split: its `title`, what it means, its judged recordings, and the alias-only baseline by axis."""

    title: str
    meaning: str
    judged: tuple[Judged, ...]
    alias: Mapping[str, Rate]


def render(splits: Sequence[SplitResult], facts: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """The page. `splits` the costliest first; `facts` about corpus and model are shown as they are."""
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["percent"] = lambda value: "-" if value is None else f"{100 * value:.1f}"
    leading = splits[0]
    return environment.get_template("report.html.j2").render(
        splits=[headline(split) for split in splits],
        axes=[_axis(leading, axis, vocabulary) for axis in AXIS_NAMES],
        leading=leading,
        held=dict(figures.holding(leading.judged)),
        errors=[one for one in leading.judged if any(one.told(a) and not one.right(a) for a in AXIS_NAMES)],
        axis_names=AXIS_NAMES,
        drifts=_drifts(splits),
        facts=facts,
    )


def headline(split: SplitResult) -> dict[str, Any]:
    """The headline figures of one split."""
    judged = split.judged
    axes = {
        axis: {
            "top1": figures.top_rate(judged, axis, 1),
            "top3": figures.top_rate(judged, axis, 3),
            "majority": figures.majority_rate(judged, axis),
            "alias": split.alias[axis],
            "accepted": figures.accepted(judged, axis),
            "ece": figures.expected_calibration_error(judged, axis),
        }
        for axis in AXIS_NAMES
    }
    return {
        "title": split.title,
        "meaning": split.meaning,
        "count": len(judged),
        "axes": axes,
        "plain": {name: figures.agreement(judged, name) for name in _PLAIN},
        "lists": {name: figures.listed(judged, name) for name in _LISTS},
    }


def _axis(split: SplitResult, axis: str, vocabulary: Vocabulary) -> dict[str, Any]:
    judged = split.judged
    risk = figures.risk_coverage(judged, axis)
    right, share = figures.accepted(judged, axis)
    terms = {**vocabulary.problem_types, **vocabulary.symptoms, **vocabulary.resolutions}
    groups = figures.by_group(judged, axis, lambda name: terms[name].domain)
    names = sorted({name for pair in groups for name in pair})
    return {
        "name": axis,
        "risk": chart(
            [("risk", [(coverage, wrong) for coverage, wrong, _ in risk])],
            "share accepted",
            "share wrong",
            mark=(share.value, 1 - right.value) if right.count else None,
        ),
        "reliability": chart(
            [("sure", [(sure, hit) for sure, hit, _ in figures.reliability(judged, axis)])],
            "confidence",
            "share right",
            diagonal=True,
        ),
        "groups": names,
        "group_counts": groups,
        "confusions": figures.confusions(judged, axis),
        "ids": figures.per_id(judged, axis),
        "other": figures.other_share(judged, axis),
    }


def _drifts(splits: Sequence[SplitResult]) -> dict[str, Any]:
    """The first against the last split where that is another batch, else the first half of the authors against the rest."""
    one, other = splits[0].judged, splits[-1].judged
    between = f"{splits[0].title} and {splits[-1].title}"
    if {item.name for item in one} & {item.name for item in other}:
        authors = sorted({item.author for item in one})
        early = set(authors[: len(authors) // 2])
        one, other = (
            tuple(item for item in splits[0].judged if (item.author in early) is inside) for inside in (True, False)
        )
        between = "the first and the second half of the authors"
    return {"between": between, "axes": {axis: figures.drift(one, other, axis) for axis in AXIS_NAMES}}
