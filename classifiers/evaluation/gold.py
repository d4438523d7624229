"""A labelled file of one's own: gold lines beside recordings or texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from classifiers.classifier import Classifier
from classifiers.evaluation.judged import Judged
from classifiers.evaluation.splits import judged_of
from pipeline.errors import UsageError
from pipeline.redaction.scrubbed import ScrubbedRecording

Scrub = Callable[[dict[str, Any]], ScrubbedRecording | None]


def read_gold(path: Path) -> Iterator[dict[str, Any]]:
    """Gold lines (JSON objects with `recording` or `text`). Raises UsageError naming the line that is not one."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            gold = json.loads(line)
        except json.JSONDecodeError:
            raise UsageError(f"{path.name} line {number} is no JSON") from None
        if not isinstance(gold, dict) or not ("recording" in gold or "text" in gold):
            raise UsageError(f"{path.name} line {number} names neither a recording nor a text")
        yield gold


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
