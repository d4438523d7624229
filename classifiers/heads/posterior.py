"""From the views of each axis to calibrated posteriors: blend, one domain for all axes, one temperature an axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from classifiers.features.grams import Floats
from classifiers.heads.decode import Tables, decode
from classifiers.heads.linear import softmax
from pipeline.packet.vocabulary import AXES


def blended(views: Mapping[str, Floats], blend: Mapping[str, list[float]]) -> dict[str, Floats]:
    """Beliefs (ids,) of each axis out of its views (4, ids)."""
    return {axis: softmax(np.array(blend[axis], dtype=np.float32) @ views[axis]) for axis in AXES}


def posteriors(
    views: Mapping[str, Floats], table: Tables, meta: Mapping[str, Any], domain: str | None = None
) -> dict[str, Floats]:
    """Calibrated posteriors (ids,) of each axis. `meta` holds `blend`, `pairs` (see `decode`) and `temperature`."""
    decoded = decode(blended(views, meta["blend"]), table, meta["pairs"], domain)
    return {axis: sharpened(decoded[axis], meta["temperature"][axis]) for axis in AXES}


def sharpened(belief: Floats, temperature: float) -> Floats:
    """A belief under another temperature."""
    return softmax(np.log(np.maximum(belief, 1e-9)).astype(np.float32), temperature)
