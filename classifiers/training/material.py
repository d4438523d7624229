"""The corpus as training material: cut as at inference, normalised once, with the role of each segment."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from classifiers.corpus import CorpusRecording, Passage, Question, scrubbed
from classifiers.features.segments import Segment
from classifiers.features.spoken import spoken, without_kinds
from classifiers.story import METADATA_CUE, cut_story, spoken_texts
from pipeline.packet.vocabulary import AXES, Vocabulary
from pipeline.redaction.scrubbed import ScrubbedCue

GOLD_KEYS: Mapping[str, str] = {
    "problem_types": "problem_type",
    "symptoms": "symptom_pattern",
    "resolutions": "resolution_pattern",
}
DECISIVE: Mapping[str, str] = {"diagnosis": "problem_types", "symptom": "symptoms", "resolution": "resolutions"}
SUSPECTED: Mapping[str, str] = {"false_lead": "problem_types", "tried": "resolutions"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A normalised text that carries `label` on `axis`; `author` and `family` for splitting ('' for the vocabulary's own)."""

    text: str
    axis: str
    label: str
    author: str
    family: str


@dataclass(frozen=True, slots=True)
class Cut:
    """One recording cut as at inference: segments, their normalised texts, and gold `roles` and suspected `ids` by majority."""

    recording: CorpusRecording
    segments: tuple[Segment, ...]
    texts: tuple[str, ...]
    roles: tuple[str, ...]
    ids: tuple[str | None, ...]

    @property
    def question(self) -> str:
        """The normalised question of somebody with the same trouble."""
        return spoken(self.recording.question)


@dataclass(frozen=True)
class Material:
    """Everything there is to learn from. `asked` are questions without a recording; each stands on two axes."""

    cuts: tuple[Cut, ...]
    labelled: tuple[Labelled, ...]
    chatter: tuple[Labelled, ...]
    asked: tuple[Labelled, ...] = ()

    @cached_property
    def texts(self) -> list[str]:
        """Every text that is embedded, once, sorted."""
        own = {text for cut in self.cuts for text in cut.texts}
        own |= {cut.question for cut in self.cuts}
        own |= {item.text for item in (*self.labelled, *self.chatter, *self.asked)}
        return sorted(own)

    def digest(self) -> str:
        """SHA-256 of the texts: embeddings that were stored for other texts are of no use."""
        return hashlib.sha256("\n".join(self.texts).encode()).hexdigest()


def material_of(
    recordings: Sequence[CorpusRecording],
    passages: Sequence[Passage],
    questions: Sequence[Question],
    vocabulary: Vocabulary,
) -> Material:
    """Cut, normalise and label the corpus."""
    cuts = tuple(_cut(recording) for recording in recordings)
    labelled = [
        Labelled(spoken(scrubbed(p.text)), p.axis, p.id, p.author, "passage") for p in passages if p.axis != "none"
    ]
    chatter = [
        Labelled(spoken(scrubbed(p.text)), "none", p.id, p.author, "passage") for p in passages if p.axis == "none"
    ]
    for axis in AXES:
        for term in vocabulary.axis(axis).values():
            words = (term.definition, *term.aliases, term.id.replace("_", " "))
            labelled += [Labelled(spoken(text), axis, term.id, "", "") for text in words]
    for one in cuts:
        labelled += _decisive(one, vocabulary)
    asked = [
        Labelled(spoken(q.text), axis, label, q.author, "question")
        for q in questions
        for axis, label in (("problem_types", q.problem_type), ("symptoms", q.symptom_pattern))
    ]
    return Material(cuts, tuple(labelled), tuple(chatter), tuple(asked))


def cut_corpus_recording(recording: CorpusRecording) -> tuple[Segment, ...]:
    """A corpus recording, scrubbed as annotated, cut as at inference."""
    metadata = {
        name: scrubbed(value) if isinstance(value, str) else tuple(scrubbed(v) for v in value)
        for name, value in recording.metadata.items()
    }
    return cut_story([ScrubbedCue(scrubbed(segment.text)) for segment in recording.segments], metadata)


def _cut(recording: CorpusRecording) -> Cut:
    segments = cut_corpus_recording(recording)
    owner = [s for s in recording.segments for _ in without_kinds(scrubbed(s.text)).split()]
    roles: list[str] = []
    ids: list[str | None] = []
    at = 0
    for segment in segments:
        if segment.cue == METADATA_CUE:
            roles.append("context")
            ids.append(None)
            continue
        length = len(segment.text.split())
        counted = Counter((s.role, s.id) for s in owner[at : at + length])
        (role, name), _ = max(counted.items(), key=lambda item: (item[1], str(item[0])))
        roles.append(role)
        ids.append(name)
        at += length
    return Cut(recording, segments, tuple(spoken_texts(segments)), tuple(roles), tuple(ids))


def _decisive(cut: Cut, vocabulary: Vocabulary) -> list[Labelled]:
    found = []
    for text, role, name in zip(cut.texts, cut.roles, cut.ids, strict=True):
        axis = DECISIVE.get(role) or SUSPECTED.get(role)
        if axis is None:
            continue
        label = cut.recording.gold.get(GOLD_KEYS[axis]) if role in DECISIVE else name
        if label in vocabulary.axis(axis):  # type: ignore[arg-type]
            found.append(Labelled(text, axis, str(label), cut.recording.author, cut.recording.family))
    return found
