"""The machine form of an answer: what `query --json` prints and what assistants get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.ask import Answer
from pipeline.routing.rank import Ranked

UNDERSTOOD = 5


def as_json(answer: Answer) -> dict[str, object]:
    """The one object that `query --json` prints."""
    understood = answer.understood
    return {
        "understood": {
            "problem_type": _top(understood.problems),
            "symptom_pattern": _top(understood.symptoms),
            "stack": list(understood.circumstances.stack),
            "conditions": dict(understood.circumstances.values),
        },
        "cases": [case_json(item, answer.own_recordings.get(item.case.packet_id, ())) for item in answer.cases],
        "synthesis": [
            {
                "resolution_pattern": finding.resolution_pattern,
                "cases": finding.cases,
                "worked": finding.worked,
                "did_not": finding.did_not,
                "confidence": finding.confidence,
                "conditions": dict(finding.conditions),
            }
            for finding in answer.synthesis.findings
        ],
        "ruled_out": dict(answer.synthesis.ruled_out),
        "summary": answer.synthesis.summary,
    }


def case_json(item: Ranked, recordings: Sequence[str]) -> dict[str, object]:
    """One case; `recordings` are this organisation's own behind it, shown locally only."""
    case = item.case
    fields: dict[str, object] = {
        "packet_id": case.packet_id,
        "semantic_address": case.address,
        "packet": case.packet,
        "sources": len(case.sources),
        "similarity": item.similarity,
        "why": list(item.why),
    }
    if recordings:
        fields["recordings"] = list(recordings)
    return fields


def _top(beliefs: Mapping[str, float]) -> list[list[object]]:
    ordered = sorted(beliefs.items(), key=lambda entry: (-entry[1], entry[0]))
    return [[name, round(belief, 4)] for name, belief in ordered[:UNDERSTOOD]]
