"""Fitting a linear head: ridge regression, where logistic regression took a hundred times as long for no gain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn.linear_model import Ridge

from classifiers.features.grams import Row
from classifiers.heads.linear import LinearHead


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


def stack_rows(rows: Sequence[Row], width: int) -> csr_matrix:
    """Sparse rows as one matrix (rows, width)."""
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values.astype(np.float64), columns, ends), shape=(len(rows), width))
