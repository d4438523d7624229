"""What the matching cases say together: grouped by resolution, weighed by distinct sources rather than by claims."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.routing.rank import Ranked, fading

_WORKED = {"resolved": "worked", "workaround": "worked", "unresolved": "did_not", "negative": "did_not"}
_PRIOR = 1.0
"""Strength of the prior of one imagined success and one imagined failure (Laplace): little evidence gives little confidence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One resolution among the cases. `cases`, `worked` and `did_not` count distinct sources.

    `confidence` is the posterior mean of "it works", faded with age; `conditions` are those that most of its cases share.
    """

    resolution_pattern: str | None
    cases: int
    worked: int
    did_not: int
    confidence: float
    conditions: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Findings, best supported first, what was ruled out (problem id to sources), and a sentence for people."""

    findings: tuple[Finding, ...]
    ruled_out: Mapping[str, int]
    summary: str


def synthesize(ranked: Sequence[Ranked], epoch: str) -> Synthesis:
    """Group cases by resolution; each source has one vote for a topic and resolution, its latest.

    Also counted: a `tried` id is a vote that it did not help, and a sighting is a vote for the packet's resolution.
    """
    votes = _votes(ranked)
    groups: dict[str | None, list[Ranked]] = defaultdict(list)
    for item in ranked:
        groups[item.case.packet["resolution_pattern"]].append(item)
    findings = [_finding(resolution, voices, groups.get(resolution, []), epoch) for resolution, voices in votes.items()]
    findings.sort(
        key=lambda f: (f.resolution_pattern is None, -f.worked, f.did_not, -f.confidence, f.resolution_pattern or "")
    )
    ruled_out: dict[str, set[str]] = defaultdict(set)
    for item in ranked:
        for problem in item.case.packet["ruled_out"]:
            ruled_out[problem].update(item.case.sources)
    counted = {problem: len(sources) for problem, sources in ruled_out.items()}
    ordered = dict(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))
    return Synthesis(tuple(findings), ordered, _summary(ranked, findings))


_Voices = dict[tuple[str, str], tuple[str, str]]
"""(source tag, address) to (epoch, worked or did_not)."""


def _votes(ranked: Iterable[Ranked]) -> dict[str | None, _Voices]:
    votes: dict[str | None, _Voices] = defaultdict(dict)
    for item in ranked:
        case = item.case
        resolution = case.packet["resolution_pattern"]
        for tag, epoch in case.sources.items():
            _vote(votes[resolution], (tag, case.address), epoch, _WORKED[case.packet["outcome"]])
            for tried in case.packet["tried"]:
                _vote(votes[tried], (tag, case.address), epoch, "did_not")
        for tag, verdict in case.verdicts.items():
            if verdict in {"worked", "did_not"}:
                _vote(votes[resolution], (tag, case.address), case.newest_epoch, verdict)
    return votes


def _vote(voices: _Voices, voter: tuple[str, str], epoch: str, verdict: str) -> None:
    if voter not in voices or epoch >= voices[voter][0]:
        voices[voter] = (epoch, verdict)


def _finding(resolution: str | None, voices: _Voices, group: Sequence[Ranked], now: str) -> Finding:
    worked = sum(verdict == "worked" for _, verdict in voices.values())
    weight = {"worked": 0.0, "did_not": 0.0}
    for epoch, verdict in voices.values():
        weight[verdict] += fading(epoch, now) / 1000
    confidence = (_PRIOR + weight["worked"]) / (2 * _PRIOR + weight["worked"] + weight["did_not"])
    return Finding(
        resolution, len(voices), worked, len(voices) - worked, round(confidence, 2), _shared_conditions(group)
    )


def _shared_conditions(group: Sequence[Ranked]) -> dict[str, object]:
    shared: dict[str, object] = {}
    if not group:
        return shared
    stack = Counter(term for item in group for term in item.case.packet["conditions"]["stack"])
    common = sorted(term for term, count in stack.items() if 2 * count > len(group))
    if common:
        shared["stack"] = common
    names = {name for item in group for name in item.case.packet["conditions"]} - {"stack", "versions"}
    for name in sorted(names):
        values = Counter(item.case.packet["conditions"].get(name, "unspecified") for item in group)
        value, count = values.most_common(1)[0]
        if value != "unspecified" and 2 * count > len(group):
            shared[name] = value
    return shared


def _summary(ranked: Sequence[Ranked], findings: Sequence[Finding]) -> str:
    if not ranked:
        return "No case matches these symptoms yet."
    sources = {(tag, item.case.address) for item in ranked for tag in item.case.sources}
    resolved = {
        (tag, item.case.address)
        for item in ranked
        if item.case.packet["outcome"] in {"resolved", "workaround"}
        for tag in item.case.sources
    }
    named = [f for f in findings if f.resolution_pattern not in {None, "unresolved"}]
    worked = [f"{f.resolution_pattern} ({f.worked} of {f.cases})" for f in named if f.worked]
    failed = [f"{f.resolution_pattern} ({f.did_not})" for f in named if f.did_not]
    parts = [f"{_cases(len(resolved))} resolved, of {_cases(len(sources))} like yours."]
    if worked:
        parts.append(f"Worked: {', '.join(worked[:5])}.")
    if failed:
        parts.append(f"Did not: {', '.join(failed[:5])}.")
    return " ".join(parts)


def _cases(count: int) -> str:
    return f"{count} case" if count == 1 else f"{count} cases"
