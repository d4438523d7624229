"""Fitting every head on the corpus under one encoder. scikit-learn is needed here and nowhere where labels are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.corpus import ROLES
from classifiers.features.grams import Floats, Grams, fit_grams
from classifiers.features.segments import Segment
from classifiers.heads.components import pooled_features
from classifiers.heads.linear import LinearHead
from classifiers.heads.model import Model
from classifiers.heads.roles import GRAM_HEADS, gram_rows, role_beliefs, split_gram_head, usual_order, vector_features
from classifiers.heads.segment_grams import SegmentGrams
from classifiers.heads.small import SMALL_HEADS, small_features
from classifiers.story import METADATA_CUE, Story, axis_weights
from classifiers.training.material import GOLD_KEYS, Cut, Labelled, Material
from classifiers.training.solvers import logistic_head, ridge_head, stack_rows
from classifiers.training.vectors import Vectors
from pipeline.packet.vocabulary import AXES, Vocabulary

RIDGE = {
    "grams": 0.5,
    "question": 2.0,
    "role.vectors": 6.0,
    "role.grams": 0.6,
    "small": 3.0,
}
LOGISTIC = 10.0
RECORDING_WEIGHT = 2.0
Keep = Callable[[str, str], bool]


@dataclass(frozen=True)
class Learner:
    """One fit: what it may see (`keep` of author and family) under one encoder's `vectors`."""

    material: Material
    vectors: Vectors
    vocabulary: Vocabulary
    keep: Keep

    def model(self) -> Model:
        """All heads; blend, temperatures and thresholds are calibrated elsewhere (training.calibrate)."""
        cuts = [c for c in self.material.cuts if self.keep(c.recording.author, c.recording.family)]
        labelled = [t for t in self.material.labelled if not t.author or self.keep(t.author, t.family)]
        grams = fit_grams([t.text for t in labelled] + [text for c in cuts for text in c.texts])
        stories = [story_of(c, grams, self.vectors) for c in cuts]
        heads = self._roles(cuts, stories, grams)
        order = usual_order([cut.roles for cut in cuts])
        read = SegmentGrams(grams, heads, GRAM_HEADS).read
        roles = [role_beliefs(s, read(s), heads, np.array(order, dtype=np.float32)) for s in stories]
        for axis in AXES:
            own = [t for t in labelled if t.axis == axis]
            heads |= self._axis(axis, own, cuts, stories, roles, grams)
        for axis in ("problem_types", "symptoms"):
            heads[f"question.{axis}"] = self._question(axis, labelled, cuts)
        features = np.stack([small_features(s, r) for s, r in zip(stories, roles, strict=True)])
        for name, labels in SMALL_HEADS.items():
            values = [str(c.recording.gold.get(name) or "unspecified") for c in cuts]
            heads[name] = ridge_head(features, values, labels, RIDGE["small"])
        return Model(grams, heads, {"order": order})

    def _roles(self, cuts: Sequence[Cut], stories: Sequence[Story], grams: Grams) -> dict[str, LinearHead]:
        """Two heads over segments in their stories; passages of chatter are stories of one segment."""
        chatter = [t.text for t in self.material.chatter if self.keep(t.author, t.family)]
        alone = [
            Story((Segment(text, 0),), (grams.counts(text),), vector[None])
            for text, vector in zip(chatter, self.vectors.of(chatter), strict=True)
        ]
        told = [s.cue != METADATA_CUE for cut in cuts for s in cut.segments] + [True] * len(alone)
        values = [role for cut in cuts for role in cut.roles] + ["chatter"] * len(alone)
        kept = np.flatnonzero(told)
        every = [*stories, *alone]
        dense = np.concatenate([vector_features(story) for story in every])[kept]
        rows = stack_rows([row for story in every for row in gram_rows(story, grams)], 3 * len(grams.names) + 3)[kept]
        gold = [values[i] for i in kept]
        return {
            "role.vectors": ridge_head(dense, gold, ROLES, RIDGE["role.vectors"]),
            **split_gram_head(ridge_head(rows, gold, ROLES, RIDGE["role.grams"]), len(grams.names)),
        }

    def _axis(
        self,
        axis: str,
        own: Sequence[Labelled],
        cuts: Sequence[Cut],
        stories: Sequence[Story],
        roles: Sequence[Floats],
        grams: Grams,
    ) -> dict[str, LinearHead]:
        labels = tuple(self.vocabulary.axis(axis))  # type: ignore[arg-type]
        gold = [cut.recording.gold.get(GOLD_KEYS[axis]) for cut in cuts]
        told = [i for i, label in enumerate(gold) if label in labels]
        values = [t.label for t in own] + [str(gold[i]) for i in told]
        weights = [1.0] * len(own) + [RECORDING_WEIGHT] * len(told)
        rows = [grams.row([grams.counts(t.text)], [1.0]) for t in own]
        rows += [stories[i].row(grams, axis_weights(roles[i], axis).tolist()) for i in told]
        single = self.vectors.of([t.text for t in own])
        dense = np.concatenate(
            [
                np.concatenate([single, 0.5 * single], axis=1),
                np.stack([pooled_features(stories[i], roles[i], axis) for i in told]),
            ]
        )
        return {
            f"grams.{axis}": ridge_head(stack_rows(rows, len(grams.names)), values, labels, RIDGE["grams"], weights),
            f"pooled.{axis}": logistic_head(dense, values, labels, LOGISTIC, weights),
            f"segment.{axis}": logistic_head(single, [t.label for t in own], labels, LOGISTIC),
        }

    def _question(self, axis: str, labelled: Sequence[Labelled], cuts: Sequence[Cut]) -> LinearHead:
        """A head for symptom-only questions: the questions, what was seen in the recordings, the axis' own passages."""
        labels = tuple(self.vocabulary.axis(axis))  # type: ignore[arg-type]
        asked = [t for t in self.material.asked if self.keep(t.author, t.family)]
        pairs = [(t.text, t.label) for t in (*labelled, *asked) if t.axis == axis]
        for cut in cuts:
            label = cut.recording.gold.get(GOLD_KEYS[axis])
            if label in labels:
                pairs.append((cut.question, str(label)))
                if axis == "problem_types":
                    seen = [t for t, role in zip(cut.texts, cut.roles, strict=True) if role == "symptom"]
                    pairs += [(text, str(label)) for text in seen]
        return ridge_head(self.vectors.of([t for t, _ in pairs]), [v for _, v in pairs], labels, RIDGE["question"])


def story_of(cut: Cut, grams: Grams, vectors: Vectors) -> Story:
    """A cut recording as a story under one encoder."""
    return Story(cut.segments, tuple(grams.counts(text) for text in cut.texts), vectors.of(cut.texts))
