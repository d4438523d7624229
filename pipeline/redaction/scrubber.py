"""Raw recording in, scrubbed recording out, or an error: the only place where a `ScrubbedRecording` is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.errors import LoomrouteError, RedactionFailedError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.vocabulary import Vocabulary
from pipeline.recording import Cue, Recording
from pipeline.redaction.deadline import Deadline, deadline
from pipeline.redaction.detectors import Detectors
from pipeline.redaction.fields import SEVERAL, SINGLE, FieldText, fields_of, split_back
from pipeline.redaction.labels import vet_labels
from pipeline.redaction.merging import apply
from pipeline.redaction.own import identifiers_of
from pipeline.redaction.policy import RedactionPolicy
from pipeline.redaction.scrubbed import Entity, ScrubbedCue, ScrubbedRecording
from pipeline.redaction.span import Span

_TYPED_SLACK = 2.4  # log-odds


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """A scrubbed recording and, for local use only, what was taken out.

    `originals` runs parallel to `recording.entities`; `identifiers` are the known identifiers and all originals, for the
    egress guard. Neither shows in `repr`, and neither may be stored, logged or sent.
    """

    recording: ScrubbedRecording
    originals: tuple[str, ...] = field(repr=False)
    identifiers: frozenset[str] = field(repr=False)


class Scrubber:
    """Scrubs recordings under one policy.

    Costly parts are built before the first text, outside the time that the policy allows. The arguments pickle, for worker
    processes.
    """

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._arguments = (policy, lexicon, vocabulary)
        self.detectors = Detectors(policy, lexicon, vocabulary)

    def __reduce__(self) -> tuple[type[Scrubber], tuple[RedactionPolicy, Lexicon, Vocabulary]]:
        return (Scrubber, self._arguments)

    def scrub(self, recording: Recording) -> Scrubbing:
        """Scrub one recording.

        Raises RedactionFailedError when any recognizer raises or the policy's time is over: there is no partial result.
        """
        return self._bounded(recording, identifiers_of(recording))

    def scrub_text(self, text: str) -> ScrubbedRecording:
        """Scrub a typed text as a recording of one caption. Raises RedactionFailedError like `scrub`.

        A question is short, stays on this machine and needs every word it has, so open words are masked only when they are
        likely a name, not already when they might be.
        """
        return self._bounded(Recording("", "", (Cue(text),)), [], _TYPED_SLACK).recording

    def _bounded(self, recording: Recording, identifiers: list[tuple[str, str]], slack: float = 0.0) -> Scrubbing:
        try:
            self.detectors.prepare()
            with deadline(self._arguments[0].timeout_s) as limit:
                return self._scrub(recording, identifiers, limit, slack)
        except LoomrouteError:
            raise
        except Exception as error:  # noqa: BLE001 (privacy fails closed, whatever a recognizer raises)
            # The cause is cut off: its message may quote the text.
            raise RedactionFailedError(f"recognizer_raised_{type(error).__name__}") from None

    def _scrub(
        self, recording: Recording, identifiers: list[tuple[str, str]], limit: Deadline, slack: float
    ) -> Scrubbing:
        fields = fields_of(recording)
        masks = self.detectors.masks(fields, identifiers, limit, slack)
        made = _Made()
        texts = [cue.text for cue in recording.cues]
        cues = tuple(
            ScrubbedCue(made.add(f"cue:{index}", cue.text, spans), cue.start, cue.end)
            for index, (cue, spans) in enumerate(zip(recording.cues, split_back(masks[0], texts), strict=True))
        )
        metadata = _metadata(fields[1:], masks[1:], made)
        labels = vet_labels(recording.metadata.labels, *self._arguments[1:])
        scrubbed = ScrubbedRecording(cues, metadata, labels, tuple(made.entities))
        known = {text for text, _ in identifiers} | self.detectors.own.texts
        return Scrubbing(scrubbed, tuple(made.originals), frozenset(known | set(made.originals)))


class _Made:
    """Entities and originals, collected field by field."""

    def __init__(self) -> None:
        self.entities: list[Entity] = []
        self.originals: list[str] = []

    def add(self, where: str, text: str, spans: list[Span]) -> str:
        """Mask one text and note its entities. Returns the scrubbed text."""
        scrubbed, placed = apply(spans, text)
        self.entities += [Entity(s.type, s.start, s.end, s.score, s.recognizer, where) for s in placed]
        self.originals += [text[s.start : s.end] for s in spans]
        return scrubbed


def _metadata(fields: list[FieldText], masks: Iterable[list[Span]], made: _Made) -> dict[str, str | tuple[str, ...]]:
    single: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for text, spans in zip(fields, masks, strict=True):
        name = text.where.removeprefix("metadata.").split("[", 1)[0]
        scrubbed = made.add(text.where, text.text, spans)
        if name in SEVERAL:
            several.setdefault(name, []).append(scrubbed)
        else:
            single[name] = scrubbed
    ordered: dict[str, str | tuple[str, ...]] = {
        name: single[name] for name in (*SINGLE, "file_name") if name in single
    }
    return ordered | {name: tuple(values) for name, values in several.items()}
