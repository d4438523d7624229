"""A fitted model on disk: `model.safetensors` with every array and `model.json` with names, weights and provenance."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from classifiers.features.grams import Floats, Grams
from classifiers.heads.linear import LinearHead
from pipeline.errors import ConfigurationError

FORMAT = 2


@dataclass(frozen=True)
class Model:
    """Grams, linear heads by name, and `meta`: blend, temperatures, thresholds, versions, counts."""

    grams: Grams
    heads: Mapping[str, LinearHead]
    meta: Mapping[str, Any]

    def digest(self) -> str:
        """SHA-256 over the sorted arrays and the JSON metadata: two equal trainings have the same."""
        hashed = hashlib.sha256(_metadata(self).encode())
        for name, array in sorted(_arrays(self).items()):
            hashed.update(name.encode() + str(array.dtype).encode() + str(array.shape).encode() + array.tobytes())
        return hashed.hexdigest()


def save_model(model: Model, folder: Path) -> None:
    """Write both files; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_arrays(model), folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    (folder / "model.json").write_text(_metadata(model), encoding="utf-8")


def load_model(folder: Path) -> Model:
    """Read both files. Raises ConfigurationError where they are missing or of another format."""
    try:
        meta = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        arrays = load_file(folder / "model.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise ConfigurationError(f"model in {folder} is unreadable: {type(error).__name__}") from error
    if meta.get("format") != FORMAT:
        raise ConfigurationError(f"model in {folder} has format {meta.get('format')}, this release reads {FORMAT}")
    grams = Grams(tuple(meta["grams"]), arrays["grams.idf"].astype(np.float32))
    heads = {
        name: LinearHead(tuple(labels), _floats(arrays[f"{name}.weights"]), _floats(arrays[f"{name}.bias"]))
        for name, labels in meta["heads"].items()
    }
    return Model(grams, heads, meta["meta"])


def _arrays(model: Model) -> dict[str, np.ndarray[Any, Any]]:
    arrays: dict[str, np.ndarray[Any, Any]] = {"grams.idf": model.grams.idf}
    for name, head in model.heads.items():
        # Half precision halves the file; scores move by less than a thousandth.
        arrays[f"{name}.weights"] = np.ascontiguousarray(head.weights.astype(np.float16))
        arrays[f"{name}.bias"] = head.bias
    return arrays


def _metadata(model: Model) -> str:
    content = {
        "format": FORMAT,
        "grams": list(model.grams.names),
        "heads": {name: list(head.labels) for name, head in model.heads.items()},
        "meta": model.meta,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _floats(array: np.ndarray[Any, Any]) -> Floats:
    return array.astype(np.float32)
