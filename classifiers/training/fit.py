"""Fitting every head on the corpus. scikit-learn is needed here and nowhere where labels are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from classifiers.corpus import ROLES, CorpusRecording, Passage, scrubbed
from classifiers.features.grams import Grams, Row, fit_grams
from classifiers.features.spoken import spoken
from classifiers.heads.linear import LinearHead
from classifiers.heads.model import Model
from classifiers.story import Story, axis_weights, role_scores, tell
from classifiers.training.examples import GOLD_KEYS, Labelled, cues_of, labelled_texts, metadata_of
from pipeline.packet.vocabulary import AXES, Vocabulary

SMALL_HEADS = ("outcome", "fix_scope", "load_profile", "onset", "restart", "segment", "trials")
STRENGTH = {"axis": 30.0, "role": 3.0, "question": 10.0, "small": 10.0}


def fit_model(recordings: Sequence[CorpusRecording], passages: Sequence[Passage], vocabulary: Vocabulary) -> Model:
    """All heads, without calibration (temperatures 1, thresholds 1)."""
    texts = labelled_texts(recordings, passages, vocabulary)
    spoken_segments = [spoken(scrubbed(s.text)) for r in recordings for s in r.segments]
    grams = fit_grams([t.text for t in texts] + spoken_segments)
    heads = {"role": _fit_roles(recordings, passages, grams)}
    stories = [tell(cues_of(r), metadata_of(r), grams) for r in recordings]
    for axis in AXES:
        heads[axis] = _fit_axis(axis, texts, stories, recordings, grams, heads["role"])
    for axis in ("problem_types", "symptoms"):
        heads[f"question.{axis}"] = _fit_question(axis, texts, recordings, grams)
    whole = [story.row(grams, axis_weights(role_scores(story, grams, heads["role"]), "whole")) for story in stories]
    for name in SMALL_HEADS:
        values = [str(r.gold.get(name) or "unspecified") for r in recordings]
        heads[name] = fit_head(whole, values, len(grams.names), STRENGTH["small"])
    meta: dict[str, Any] = {
        "temperature": dict.fromkeys(AXES, 1.0),
        "threshold": dict.fromkeys(AXES, 0.5),
        "usual_weight": 0.3,
    }
    return Model(grams, heads, meta)


def fit_head(
    rows: Sequence[Row],
    values: Sequence[str],
    width: int,
    strength: float,
    weights: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
) -> LinearHead:
    """Multinomial logistic regression over sparse rows. `labels` fixes the order of classes; absent ones never win."""
    present = sorted(set(values))
    order = tuple(labels or present)
    matrix = stack_rows(rows, width)
    scores = np.zeros((width, len(order)), dtype=np.float32)
    bias = np.full(len(order), -20.0, dtype=np.float32)
    where = [order.index(value) for value in present]
    if len(present) == 1:
        bias[where] = 0.0
        return LinearHead(order, scores, bias)
    model = LogisticRegression(C=strength, max_iter=200, tol=1e-3)
    model.fit(matrix, np.array(values), sample_weight=None if weights is None else np.array(weights))
    if len(present) == 2:
        scores[:, where[1]] = model.coef_[0]
        bias[where] = (0.0, float(model.intercept_[0]))
    else:
        scores[:, where] = model.coef_.T
        bias[where] = model.intercept_
    return LinearHead(order, scores, bias)


def stack_rows(rows: Sequence[Row], width: int) -> csr_matrix:
    """Sparse rows as one matrix (rows, width)."""
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, ends), shape=(len(rows), width))


def _one(grams: Grams, text: str) -> Row:
    return grams.row([grams.counts(text)], [1.0])


def _fit_roles(recordings: Sequence[CorpusRecording], passages: Sequence[Passage], grams: Grams) -> LinearHead:
    texts = [(spoken(scrubbed(s.text)), s.role) for r in recordings for s in r.segments]
    by_axis = {"problem_types": "diagnosis", "symptoms": "symptom", "resolutions": "resolution", "none": "chatter"}
    texts += [(spoken(scrubbed(p.text)), by_axis[p.axis]) for p in passages]
    return fit_head(
        [_one(grams, t) for t, _ in texts], [r for _, r in texts], len(grams.names), STRENGTH["role"], labels=ROLES
    )


def _fit_axis(
    axis: str,
    texts: Sequence[Labelled],
    stories: Sequence[Story],
    recordings: Sequence[CorpusRecording],
    grams: Grams,
    roles: LinearHead,
) -> LinearHead:
    own = [t for t in texts if t.axis == axis]
    rows = [_one(grams, t.text) for t in own]
    values = [t.label for t in own]
    weights = [1.0] * len(own)
    for story, recording in zip(stories, recordings, strict=True):
        label = recording.gold.get(GOLD_KEYS[axis])
        if label is not None:
            rows.append(story.row(grams, axis_weights(role_scores(story, grams, roles), axis)))
            values.append(str(label))
            weights.append(2.0)
    return fit_head(rows, values, len(grams.names), STRENGTH["axis"], weights)


def _fit_question(
    axis: str, texts: Sequence[Labelled], recordings: Sequence[CorpusRecording], grams: Grams
) -> LinearHead:
    """A head for symptom-only questions: the questions, what was seen in the recordings, and the axis' own passages."""
    pairs = [(t.text, t.label) for t in texts if t.axis == axis]
    for recording in recordings:
        label = recording.gold.get(GOLD_KEYS[axis])
        if label is not None:
            pairs.append((spoken(recording.question), str(label)))
            if axis == "problem_types":
                pairs += [(spoken(scrubbed(s.text)), str(label)) for s in recording.segments if s.role == "symptom"]
    return fit_head([_one(grams, t) for t, _ in pairs], [v for _, v in pairs], len(grams.names), STRENGTH["question"])
