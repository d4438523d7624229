"""The classifier: scrubbed recording in, labels with calibrated confidence out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from classifiers import resources
from classifiers.classification import AxisResult, Beliefs, Classification, Evidence
from classifiers.corpus import ROLES
from classifiers.features.encoder import WIDTH, Encoder
from classifiers.features.grams import Floats
from classifiers.features.segments import Segment
from classifiers.features.spoken import spoken
from classifiers.findings import Findings
from classifiers.heads.components import READ_BY_SEGMENT, components, segment_scores
from classifiers.heads.decode import Tables, committed_tables
from classifiers.heads.model import Model, load_model
from classifiers.heads.posterior import posteriors
from classifiers.heads.question import QUESTION_AXES, causes, read_questions
from classifiers.heads.roles import role_beliefs, worth_encoding
from classifiers.heads.segment_grams import SegmentGrams
from classifiers.story import METADATA_CUE, Story, cut_story, spoken_texts
from pipeline.errors import UsageError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.outcome import Conditions
from pipeline.packet.vocabulary import AXES, DOMAINS
from pipeline.redaction.scrubbed import ScrubbedRecording

ENCODED = 16
DEFAULT_MODEL = resources.DATA / "models"
LABEL_KEYS = {"problem_types": "problem_type", "symptoms": "symptom_pattern", "resolutions": "resolution_pattern"}
SHOWN_ROLES = frozenset({"symptom", "diagnosis", "resolution", "false_lead", "tried"})


class Classifier:
    """One fitted model and its encoder, with the lexicon and the vocabulary's tables it speaks in."""

    def __init__(self, model: Model, encoder: Encoder | None, lexicon: Lexicon, table: Tables) -> None:
        """Without an `encoder` only stories that are encoded already can be labelled (evaluation does so)."""
        self._model = model
        self._own_encoder = encoder
        self._tables = table
        self._findings = Findings(model, lexicon, resources.vocabulary())
        self._read = SegmentGrams(model.grams, model.heads, READ_BY_SEGMENT).read

    @property
    def _encoder(self) -> Encoder:
        if self._own_encoder is None:
            raise UsageError("this classifier has no encoder")
        return self._own_encoder

    @classmethod
    def load(cls, path: Path | None = None, threads: int = 2) -> Classifier:
        """Read a model folder (default: the committed one). Raises ConfigurationError where it is unreadable.

        One of several processes does best with one of the encoder's `threads`.
        """
        folder = path or DEFAULT_MODEL
        return cls(
            load_model(folder),
            Encoder.load(folder, threads),
            resources.lexicon(),
            committed_tables(),
        )

    def classify(self, scrubbed: ScrubbedRecording, *, accept: float | None = None) -> Classification:
        """Label one recording. `accept` replaces the fitted thresholds of all axes (0 accepts every best guess)."""
        return self.classify_many([scrubbed], accept=accept)[0]

    def classify_many(
        self, scrubbed: Sequence[ScrubbedRecording], *, accept: float | None = None, trust_labels: bool = True
    ) -> list[Classification]:
        """Label recordings in order. Without `trust_labels`, labels in the metadata do not win (evaluation needs that)."""
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        # The matrices are small: handing them to several threads costs more than it gains.
        with threadpool_limits(1, "blas"):
            stories = [self._story(cut_story(recording.cues, recording.metadata)) for recording in scrubbed]
            return [
                self.label(story, recording.labels if trust_labels else {}, accept)
                for recording, story in zip(scrubbed, self._encoded(stories), strict=True)
            ]

    def beliefs(self, scrubbed: ScrubbedRecording) -> Beliefs:
        """What a short symptom-only question suggests."""
        vector = self._encoder.embed([spoken(scrubbed.text)])
        heads, meta = self._model.heads, self._model.meta["question"]
        symptom, guessed = (read_questions(vector, heads, axis, meta[axis]) for axis in QUESTION_AXES)
        problem = causes(symptom, guessed, self._tables, meta["guessed"])
        labels = self._tables.labels
        return Beliefs(
            dict(zip(labels["problem_types"], map(float, problem[0]), strict=True)),
            dict(zip(labels["symptoms"], map(float, symptom[0]), strict=True)),
            Conditions(stack=self._findings.named(scrubbed.text)),
        )

    def _story(self, segments: tuple[Segment, ...]) -> Story:
        """A story whose vectors are all still zero."""
        counts = tuple(self._model.grams.counts(text) for text in spoken_texts(segments))
        return Story(segments, counts, np.zeros((len(segments), WIDTH), dtype=np.float32))

    def _encoded(self, stories: Sequence[Story]) -> list[Story]:
        """The stories with vectors. Of a long one only the segments that tell something are encoded: it costs most by far.

        Each story is encoded on its own: the integer encoder scales by what shares its batch, and the labels of a recording
        must not depend on which others happen to be processed with it.
        """
        for story in stories:
            own = (
                worth_encoding(self._read(story), self._model.heads, ENCODED)
                if len(story.segments) > ENCODED
                else list(range(len(story.segments)))
            )
            story.vectors[own] = self._encoder.embed(spoken_texts([story.segments[i] for i in own]))
        return list(stories)

    def label(self, story: Story, known: Mapping[str, object], accept: float | None = None) -> Classification:
        """Label a story that is cut and encoded; `known` labels win where they are in the vocabulary."""
        if not story.segments:
            return _nothing(known)
        model = self._model
        scores = self._read(story)
        roles = role_beliefs(story, scores, model.heads, np.array(model.meta["order"], dtype=np.float32))
        alone: dict[str, Floats] = {axis: segment_scores(story, axis, scores, model.heads) for axis in AXES}
        views: dict[str, Floats] = {
            axis: components(story, roles, axis, model.grams, model.heads, alone[axis]) for axis in AXES
        }
        found = posteriors(views, self._tables, model.meta, _domain(known))
        results: dict[str, AxisResult] = {axis: self._result(axis, found[axis], known, accept) for axis in AXES}
        chosen: dict[str, str | None] = {axis: result.label for axis, result in results.items()}
        leading = [ROLES[i] for i in roles.argmax(axis=1)]
        findings = self._findings.read(story, roles, alone, found, chosen, known)
        return Classification(
            problem_type=results["problem_types"],
            symptom_pattern=results["symptoms"],
            resolution_pattern=results["resolutions"],
            secondary_problem_type=findings.secondary,
            outcome=findings.outcome,
            fix_scope=findings.fix_scope,
            conditions=findings.conditions,
            ruled_out=findings.ruled_out,
            tried=findings.tried,
            evidence=tuple(
                Evidence(f"cue:{segment.cue}", role)
                for segment, role in zip(story.segments, leading, strict=True)
                if role in SHOWN_ROLES and segment.cue != METADATA_CUE
            ),
        )

    def _result(self, axis: str, posterior: Floats, known: Mapping[str, object], accept: float | None) -> AxisResult:
        names = self._tables.labels[axis]
        order = np.argsort(-posterior, kind="stable")[:5]
        top = tuple((names[i], float(posterior[i])) for i in order)
        given = known.get(LABEL_KEYS[axis])
        if isinstance(given, str) and given in names:
            return AxisResult(given, 1.0, accepted=True, top=top)
        least = self._model.meta["threshold"][axis] if accept is None else accept
        return AxisResult(top[0][0], top[0][1], accepted=top[0][1] >= least, top=top)


def _domain(known: Mapping[str, object]) -> str | None:
    """The domain that a known problem or symptom leaves."""
    vocabulary = resources.vocabulary()
    for key, terms in (("problem_type", vocabulary.problem_types), ("symptom_pattern", vocabulary.symptoms)):
        label = known.get(key)
        if isinstance(label, str) and label in terms and terms[label].domain in DOMAINS:
            return terms[label].domain
    return None


def _nothing(known: Mapping[str, object]) -> Classification:
    """Labels of a recording without a word: only what its metadata says plainly."""

    def given(axis: str) -> AxisResult:
        label = known.get(LABEL_KEYS[axis])
        return (
            AxisResult(label, 1.0, accepted=True, top=())
            if isinstance(label, str)
            else AxisResult(None, 0.0, False, ())
        )

    return Classification(
        given("problem_types"),
        given("symptoms"),
        given("resolutions"),
        None,
        str(known.get("outcome", "unresolved")),
        str(known.get("fix_scope", "unspecified")),
        Conditions(),
        (),
        (),
        (),
    )
