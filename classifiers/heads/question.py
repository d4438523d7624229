"""What a short question about symptoms suggests: two heads, and what usually causes what is seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classifiers.features.grams import Floats
from classifiers.heads.components import SHARPNESS
from classifiers.heads.decode import Tables
from classifiers.heads.linear import LinearHead, softmax

QUESTION_AXES = ("symptoms", "problem_types")


def read_questions(vectors: Floats, heads: Mapping[str, LinearHead], axis: str, temperature: float = 1.0) -> Floats:
    """What the head of an axis believes of questions with these vectors, (n, ids)."""
    return softmax(SHARPNESS * heads[f"question.{axis}"].dense(vectors), temperature)


def causes(symptoms: Floats, guessed: Floats, table: Tables, share: float) -> Floats:
    """Beliefs in problems, (n, problems): `share` of what was guessed, the rest of what usually causes the symptoms.

    Who sees only the symptom gives the cause away by what usually causes it.
    """
    usual = np.exp(table.usual) - 1
    prior = symptoms @ (usual / np.maximum(usual.sum(axis=1, keepdims=True), 1e-9))
    return np.asarray(share * guessed + (1 - share) * prior / prior.sum(axis=1, keepdims=True), dtype=np.float32)
