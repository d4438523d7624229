"""A labelled file of one's own: gold lines beside recordings or texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from classifiers.classifier import Classifier
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.splits import judged_of
from pipeline.errors import UsageError
from pipeline.packet.vocabulary import Axis, Vocabulary
from pipeline.redaction.scrubbed import ScrubbedRecording

Scrub = Callable[[dict[str, Any]], ScrubbedRecording | None]


_AXIS_OF: dict[str, Axis] = {
    "problem_type": "problem_types",
    "symptom_pattern": "symptoms",
    "resolution_pattern": "resolutions",
    "secondary_problem_type": "problem_types",
}
_LISTS = ("stack", "ruled_out", "tried")


def read_gold(path: Path, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Gold lines: JSON objects with `recording` or `text`, and labels of the vocabulary.

    Raises UsageError for a file without a line, and naming the line that is not one or has a label that is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeError:
        raise UsageError(f"{path.name} is no UTF-8") from None
    found = [_gold_line(line, f"{path.name} line {n}", vocabulary) for n, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise UsageError(f"{path.name} has no line: there is nothing to judge by")
    return found


def _gold_line(line: str, where: str, vocabulary: Vocabulary) -> dict[str, Any]:
    try:
        gold = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError(f"{where} is no JSON") from None
    if not isinstance(gold, dict) or not isinstance(gold.get("recording", gold.get("text")), str):
        raise UsageError(f"{where} names neither a recording nor a text")
    for name, axis in _AXIS_OF.items():
        label = gold.get(name)
        if label is not None and not (isinstance(label, str) and label in vocabulary.axis(axis)):
            raise UsageError(f"{where}: {name} is no id of the vocabulary (see `loomroute vocabulary list`)")
    for name in _LISTS:
        if not isinstance(gold.get(name) or [], list):
            raise UsageError(f"{where}: {name} is no list")
    # A list that is null is not stated, as one left out is.
    return {name: value for name, value in gold.items() if value is not None or name not in _LISTS}


def judge_gold(lines: Iterable[dict[str, Any]], scrub: Scrub, classifier: Classifier) -> list[Judged]:
    """Labels of every gold line whose recording can be read and scrubbed. Known labels of its metadata are set aside."""
    found = []
    for number, gold in enumerate(lines, 1):
        scrubbed = scrub(gold)
        if scrubbed is None:
            continue
        labelled = classifier.classify_many([scrubbed], trust_labels=False)[0]
        roles = {evidence.where: evidence.role for evidence in labelled.evidence}
        evidence = tuple((roles.get(f"cue:{i}", ""), cue.text) for i, cue in enumerate(scrubbed.cues))
        # The report shows this name, and the name of a recording may be a customer's.
        found.append(judged_of(f"entry {number}", gold, labelled, evidence))
    return found
