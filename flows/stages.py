"""One recording through all stages: read, scrub, classify, pack, guard. Runs in the process itself or in a worker process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from classifiers import resources
from classifiers.classification import Classification
from classifiers.classifier import Classifier
from pipeline.errors import PacketRefusedError, QuarantinedError
from pipeline.ledger.states import State
from pipeline.packet.egress import carries, guard
from pipeline.packet.outcome import Outcome
from pipeline.packet.packet import Packet, pack
from pipeline.redaction.policy import RedactionPolicy
from pipeline.redaction.scrubber import Scrubber, Scrubbing
from pipeline.sources.source import Candidate, SourceSpec, read


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """Everything a worker process needs to build its stages; picklable. `accept` None uses the fitted thresholds."""

    source: SourceSpec
    policy: RedactionPolicy
    model: Path | None = None
    accept: float | None = None


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of one candidate: `made` with its packet, or `held` / `quarantined` with stage and reason.

    `masked` counts entities by type.
    """

    name: str
    state: State | None
    stage: str | None = None
    reason: str | None = None
    packet: Packet | None = None
    masked: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """One version of a recording, scrubbed and labelled, for a person to decide about. It lives in memory only."""

    version: str
    scrubbing: Scrubbing = field(repr=False)
    classification: Classification


class Stages:
    """Scrubber and classifier, built once and used for many batches."""

    def __init__(self, spec: WorkerSpec, threads: int = 2) -> None:
        """Build both; raises ConfigurationError for an unreadable model or recognizer registry. `threads` are the encoder's."""
        self._spec = spec
        self._vocabulary, self._lexicon = resources.vocabulary(), resources.lexicon()
        self._scrubber = Scrubber(spec.policy, self._lexicon, self._vocabulary)
        self._classifier = Classifier.load(spec.model, threads)

    def process(self, candidates: Sequence[Candidate]) -> list[Processed]:
        """Take candidates through all stages; a failure of one recording is that recording's and stops nobody else."""
        scrubbed: list[tuple[str, Scrubbing]] = []
        done: dict[str, Processed] = {}
        for candidate in candidates:
            try:
                recording = read(self._spec.source, candidate)
                scrubbed.append((candidate.name, self._scrubber.scrub(recording)))
            except QuarantinedError as error:
                done[candidate.name] = Processed(candidate.name, "quarantined", error.stage, error.reason)
        labelled = self._classifier.classify_many([s.recording for _, s in scrubbed], accept=self._spec.accept)
        for (name, scrubbing), classification in zip(scrubbed, labelled, strict=True):
            done[name] = self._finish(name, scrubbing, classification)
        return [done[candidate.name] for candidate in candidates]

    def examine(self, candidate: Candidate) -> Examined:
        """Read, scrub and label one recording without packing it. Raises QuarantinedError."""
        recording = read(self._spec.source, candidate)
        scrubbing = self._scrubber.scrub(recording)
        labels = self._classifier.classify(scrubbing.recording, accept=self._spec.accept)
        return Examined(recording.version, scrubbing, labels)

    def seal(self, outcome: Outcome, identifiers: Collection[str]) -> Packet:
        """Pack a finding and pass it through the guard. Raises PacketRefusedError."""
        packet = pack(without_identifiers(outcome, identifiers), self._vocabulary, self._lexicon)
        guard(packet.body, vocabulary=self._vocabulary, lexicon=self._lexicon, identifiers=identifiers)
        return packet

    def _finish(self, name: str, scrubbing: Scrubbing, classification: Classification) -> Processed:
        masked = dict(Counter(entity.type for entity in scrubbing.recording.entities))
        outcome = accepted_outcome(classification)
        if isinstance(outcome, str):
            return Processed(name, "held", "classify", outcome, masked=masked)
        try:
            packet = self.seal(outcome, scrubbing.identifiers)
        except PacketRefusedError as error:
            return Processed(name, "quarantined", "egress", error.reason, masked=masked)
        return Processed(name, None, packet=packet, masked=masked)


def accepted_outcome(classification: Classification) -> Outcome | str:
    """The finding of a classification, or the reason why it is held.

    Problem and symptom must both be accepted; an unsure resolution is left out (null) rather than guessed. The confidence is
    the probability that the topic is right, the product of both axes' calibrated confidences, in tenths: a finer figure tells
    a reader nothing more about the finding, but tells one recording from another.
    """
    problem, symptom, resolution = (
        classification.problem_type,
        classification.symptom_pattern,
        classification.resolution_pattern,
    )
    if problem.label is None or not problem.accepted:
        return "problem_unsure"
    if symptom.label is None:
        return "symptom_missing"
    if not symptom.accepted:
        return "symptom_unsure"
    return Outcome(
        problem_type=problem.label,
        symptom_pattern=symptom.label,
        resolution_pattern=resolution.label if resolution.accepted else None,
        outcome=classification.outcome,
        confidence=round(problem.confidence * symptom.confidence, 1),
        secondary_problem_type=classification.secondary_problem_type,
        fix_scope=classification.fix_scope,
        ruled_out=classification.ruled_out,
        tried=classification.tried,
        conditions=classification.conditions,
    )


def without_identifiers(outcome: Outcome, identifiers: Collection[str]) -> Outcome:
    """Leave out lexicon terms that are somebody's name in this recording or organisation: the guard would refuse them."""
    conditions = outcome.conditions
    kept = replace(
        conditions,
        stack=tuple(term for term in conditions.stack if not carries(term, identifiers)),
        versions={term: major for term, major in conditions.versions.items() if not carries(term, identifiers)},
    )
    return replace(outcome, conditions=kept)


_stages: Stages | None = None


def start_worker(spec: WorkerSpec) -> None:
    """Initializer of a worker process: build its stages once."""
    global _stages  # noqa: PLW0603 a worker process has one set of stages for its whole life
    _stages = Stages(spec, threads=1)


def process_in_worker(candidates: Sequence[Candidate]) -> list[Processed]:
    """Take candidates through the stages that `start_worker` built in this process."""
    if _stages is None:
        raise RuntimeError("start_worker was not called in this process")
    return _stages.process(candidates)
