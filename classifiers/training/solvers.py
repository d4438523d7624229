"""Fitting a linear head: logistic regression over vectors; ridge regression over grams and for few classes, where it does as well."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from classifiers.features.grams import Floats, Row
from classifiers.heads.linear import LinearHead

MOST_STEPS = 30
SCALE = 0.1
NEVER = -0.8


def ridge_head(
    rows: Any, values: Sequence[str], labels: Sequence[str], strength: float, weights: Sequence[float] | None = None
) -> LinearHead:
    """One-against-rest least squares: dense rows in closed form, sparse ones by conjugate gradients; either takes seconds.

    `rows` (n, features) dense or sparse; `labels` all ids in order.
    """
    place = {label: i for i, label in enumerate(labels)}
    targets = np.zeros((len(values), len(labels)), dtype=np.float64)
    targets[np.arange(len(values)), [place[value] for value in values]] = 1.0
    mean = targets.mean(axis=0)
    solver = "sparse_cg" if issparse(rows) else "cholesky"
    model = Ridge(alpha=strength, fit_intercept=False, solver=solver, tol=1e-3)
    model.fit(rows, targets - mean, sample_weight=None if weights is None else np.array(weights))
    return LinearHead(tuple(labels), np.ascontiguousarray(model.coef_.T, dtype=np.float32), mean.astype(np.float32))


def logistic_head(
    rows: Floats, values: Sequence[str], labels: Sequence[str], strength: float, weights: Sequence[float] | None = None
) -> LinearHead:
    """Multinomial logistic regression over dense rows (n, features); `strength` is the inverse of the penalty's weight.

    Scores are log-odds times SCALE, which brings them beside those of `ridge_head`. An id that no row has gets the score NEVER.
    """
    model = LogisticRegression(C=strength, max_iter=MOST_STEPS, tol=1e-3)
    with warnings.catch_warnings():
        # Stopping before the very optimum costs nothing: the penalty's weight is a rough choice as well.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, list(values), sample_weight=None if weights is None else np.array(weights))
    place = [labels.index(label) for label in model.classes_]
    found = np.zeros((rows.shape[1], len(labels)), dtype=np.float32)
    bias = np.full(len(labels), NEVER, dtype=np.float32)
    found[:, place], bias[place] = SCALE * model.coef_.T, SCALE * model.intercept_
    return LinearHead(tuple(labels), found, bias)


def stack_rows(rows: Sequence[Row], width: int) -> csr_matrix:
    """Sparse rows as one matrix (rows, width)."""
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values.astype(np.float64), columns, ends), shape=(len(rows), width))
