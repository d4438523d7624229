"""The corpus as training material: stories with the role of each segment, and single labelled texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.corpus import CorpusRecording, Passage, scrubbed
from classifiers.features.spoken import spoken
from pipeline.packet.vocabulary import AXES, Vocabulary
from pipeline.redaction.scrubbed import ScrubbedCue

GOLD_KEYS = {"problem_types": "problem_type", "symptoms": "symptom_pattern", "resolutions": "resolution_pattern"}
ROLE_AXIS = {"symptom": "symptoms", "diagnosis": "problem_types", "resolution": "resolutions"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A normalised text that carries `label` on `axis`; `author` for splitting ('' for the vocabulary itself)."""

    text: str
    axis: str
    label: str
    author: str


def cues_of(recording: CorpusRecording) -> list[ScrubbedCue]:
    """The recording's segments as untimed captions."""
    return [ScrubbedCue(scrubbed(segment.text)) for segment in recording.segments]


def metadata_of(recording: CorpusRecording) -> dict[str, str | tuple[str, ...]]:
    """Its scrubbed metadata."""
    return {
        name: scrubbed(value) if isinstance(value, str) else tuple(scrubbed(v) for v in value)
        for name, value in recording.metadata.items()
    }


def labelled_texts(
    recordings: Sequence[CorpusRecording], passages: Sequence[Passage], vocabulary: Vocabulary
) -> list[Labelled]:
    """Everything short that carries one id: passages, decisive segments, wrong suspicions, and the vocabulary's own words."""
    found = [Labelled(spoken(scrubbed(p.text)), p.axis, p.id, p.author) for p in passages if p.axis != "none"]
    for axis in AXES:
        for term in vocabulary.axis(axis).values():
            found.append(Labelled(spoken(term.definition), axis, term.id, ""))
            found += [Labelled(spoken(alias), axis, term.id, "") for alias in term.aliases]
    for recording in recordings:
        found += _segments(recording)
    return found


def _segments(recording: CorpusRecording) -> list[Labelled]:
    found = []
    for segment in recording.segments:
        text = spoken(scrubbed(segment.text))
        axis = ROLE_AXIS.get(segment.role)
        if axis is not None:
            label = recording.gold.get(GOLD_KEYS[axis])
            if label is not None:
                found.append(Labelled(text, axis, str(label), recording.author))
        elif segment.id is not None:
            axis = "problem_types" if segment.role == "false_lead" else "resolutions"
            found.append(Labelled(text, axis, segment.id, recording.author))
    return found
