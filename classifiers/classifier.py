"""The classifier: scrubbed recording in, labels with calibrated confidence out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from classifiers import resources
from classifiers.classification import AxisResult, Beliefs, Classification, Evidence
from classifiers.corpus import ROLES
from classifiers.features.grams import Floats
from classifiers.features.spoken import spoken
from classifiers.features.terms import TermFinder
from classifiers.heads.decode import Tables, decode, tables
from classifiers.heads.linear import softmax
from classifiers.heads.model import Model, load_model
from classifiers.story import METADATA_CUE, Story, axis_weights, role_scores, tell
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.outcome import MAX_RULED_OUT, MAX_STACK, MAX_TRIED, Conditions
from pipeline.packet.vocabulary import AXES, Vocabulary
from pipeline.redaction.scrubbed import ScrubbedRecording
from pipeline.routing.nearness import Nearness

DEFAULT_MODEL = resources.DATA / "models"
LABEL_KEYS = {"problem_types": "problem_type", "symptoms": "symptom_pattern", "resolutions": "resolution_pattern"}
SHOWN_ROLES = frozenset({"symptom", "diagnosis", "resolution", "false_lead", "tried"})


class Classifier:
    """One fitted model with the vocabulary, lexicon and nearness grades it speaks in."""

    def __init__(self, model: Model, vocabulary: Vocabulary, lexicon: Lexicon, nearness: Nearness) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._finder = TermFinder(lexicon)
        self._lexicon = lexicon
        self._tables: Tables = tables(vocabulary, nearness)

    @classmethod
    def load(cls, path: Path | None = None) -> Classifier:
        """Read a model folder (default: the committed one). Raises ConfigurationError where it is unreadable."""
        model = load_model(path or DEFAULT_MODEL)
        return cls(model, resources.vocabulary(), resources.lexicon(), resources.nearness())

    def classify(self, scrubbed: ScrubbedRecording, *, accept: float | None = None) -> Classification:
        """Label one recording. `accept` replaces the fitted thresholds of all axes (0 accepts every best guess)."""
        return self.classify_many([scrubbed], accept=accept)[0]

    def classify_many(
        self, scrubbed: Sequence[ScrubbedRecording], *, accept: float | None = None
    ) -> list[Classification]:
        """Label recordings in order."""
        return [self._classify(recording, accept) for recording in scrubbed]

    def beliefs(self, scrubbed: ScrubbedRecording) -> Beliefs:
        """What a short symptom-only question suggests."""
        grams = self._model.grams
        row = grams.row([grams.counts(spoken(scrubbed.text))], [1.0])
        heads = self._model.heads
        symptom = self._ordered("symptoms", softmax(heads["question.symptoms"].sparse(row)), "question.symptoms")
        guessed = self._ordered(
            "problem_types", softmax(heads["question.problem_types"].sparse(row)), "question.problem_types"
        )
        # A writer who sees only the symptom gives the cause away by what usually causes it.
        usual = np.exp(self._tables.usual) - 1
        prior = symptom @ (usual / np.maximum(usual.sum(axis=1, keepdims=True), 1e-9))
        problem = 0.5 * guessed + 0.5 * prior / prior.sum()
        labels = self._tables.labels
        return Beliefs(
            dict(zip(labels["problem_types"], map(float, problem), strict=True)),
            dict(zip(labels["symptoms"], map(float, symptom), strict=True)),
            Conditions(stack=self._stack([scrubbed.text])),
        )

    def _classify(self, recording: ScrubbedRecording, accept: float | None) -> Classification:
        story = tell(recording.cues, recording.metadata, self._model.grams)
        roles = role_scores(story, self._model.grams, self._model.heads["role"])
        posteriors = self._posteriors(story, roles)
        results = {axis: self._result(axis, posteriors[axis], recording.labels, accept) for axis in AXES}
        problem = results["problem_types"].label
        leading = [ROLES[i] for i in roles.argmax(axis=1)]
        return Classification(
            problem_type=results["problem_types"],
            symptom_pattern=results["symptoms"],
            resolution_pattern=results["resolutions"],
            secondary_problem_type=None,
            outcome=self._small("outcome", story, roles, recording.labels, "resolved"),
            fix_scope=self._small("fix_scope", story, roles, recording.labels, "unspecified"),
            conditions=self._conditions(story, roles, leading, recording.labels),
            ruled_out=self._refuted("problem_types", "false_lead", story, leading, {problem}, MAX_RULED_OUT),
            tried=self._refuted("resolutions", "tried", story, leading, {results["resolutions"].label}, MAX_TRIED),
            evidence=tuple(
                Evidence(f"cue:{segment.cue}", role)
                for segment, role in zip(story.segments, leading, strict=True)
                if role in SHOWN_ROLES and segment.cue != METADATA_CUE
            ),
        )

    def _posteriors(self, story: Story, roles: Floats) -> dict[str, Floats]:
        meta = self._model.meta
        beliefs = {}
        for axis in AXES:
            row = story.row(self._model.grams, axis_weights(roles, axis))
            beliefs[axis] = self._ordered(
                axis, softmax(self._model.heads[axis].sparse(row), meta["temperature"][axis]), axis
            )
        return decode(beliefs, self._tables, meta["usual_weight"])

    def _ordered(self, axis: str, probabilities: Floats, head: str) -> Floats:
        """Probabilities of a head in the vocabulary's order."""
        place = {label: i for i, label in enumerate(self._tables.labels[axis])}
        ordered = np.zeros(len(place), dtype=np.float32)
        for label, probability in zip(self._model.heads[head].labels, probabilities, strict=True):
            ordered[place[label]] = probability
        return ordered

    def _result(self, axis: str, posterior: Floats, known: Mapping[str, object], accept: float | None) -> AxisResult:
        names = self._tables.labels[axis]
        order = np.argsort(-posterior, kind="stable")[:5]
        top = tuple((names[i], float(posterior[i])) for i in order)
        given = known.get(LABEL_KEYS[axis])
        if isinstance(given, str) and given in names:
            return AxisResult(given, 1.0, accepted=True, top=top)
        least = self._model.meta["threshold"][axis] if accept is None else accept
        return AxisResult(top[0][0], top[0][1], accepted=top[0][1] >= least, top=top)

    def _small(self, name: str, story: Story, roles: Floats, known: Mapping[str, object], default: str) -> str:
        given = known.get(name)
        if isinstance(given, str):
            return given
        head = self._model.heads[name]
        if not story.counts:
            return default
        return head.labels[int(head.sparse(story.row(self._model.grams, axis_weights(roles, "whole"))).argmax())]

    def _refuted(
        self, axis: str, role: str, story: Story, leading: Sequence[str], excluded: set[str | None], most: int
    ) -> tuple[str, ...]:
        head = self._model.heads[axis]
        grams = self._model.grams
        votes: dict[str, float] = {}
        for counts, found in zip(story.counts, leading, strict=True):
            if found == role:
                probabilities = softmax(head.sparse(grams.row([counts], [1.0])))
                for i in np.argsort(-probabilities)[:3]:
                    votes[head.labels[i]] = votes.get(head.labels[i], 0.0) + float(probabilities[i])
        best = sorted((v for v in votes if v not in excluded and votes[v] >= 0.3), key=lambda v: (-votes[v], v))
        return tuple(sorted(best[:most]))

    def _conditions(
        self, story: Story, roles: Floats, leading: Sequence[str], known: Mapping[str, object]
    ) -> Conditions:
        decisive = [s.text for s, r in zip(story.segments, leading, strict=True) if r in ("diagnosis", "resolution")]
        given = known.get("stack")
        stack = tuple(map(str, given))[:MAX_STACK] if isinstance(given, (list, tuple)) else self._stack(decisive)
        values = {
            name: self._small(name, story, roles, known, "unspecified")
            for name in ("load_profile", "onset", "restart", "segment", "trials")
        }
        return Conditions(stack=stack, **values)

    def _stack(self, texts: Sequence[str]) -> tuple[str, ...]:
        found = {mention.term for text in texts for mention in self._finder.find(text)}
        terms = self._lexicon.terms
        return tuple(sorted(found, key=lambda t: (-terms[t].commonness, t))[:MAX_STACK])
