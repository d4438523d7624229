"""The sentence encoder: int8 ONNX on the CPU, short texts in, vectors out: what is said (384 numbers) and how it is said (384).

The network is the published one; an *adapter*, one vector of numbers, makes it ours. Beside the adapter that has seen the whole
corpus there is one for each part of its authors that has seen nothing of them, so that scores can be honest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classifiers.features.grams import Floats
from pipeline.errors import ConfigurationError

WIDTH = 768
EVERYONE = "all"
ADAPTERS = "adapters.safetensors"
MAX_TOKENS = 80
BATCH = 16


class Encoder:
    """Embeds normalised texts (see features.spoken). Loads in about 0.3 s; one process keeps one."""

    def __init__(self, session: Any, tokenizer: Any, adapter: Floats) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._adapter = adapter

    @classmethod
    def load(cls, folder: Path, threads: int = 2, adapter: str = EVERYONE) -> Encoder:
        """Read `encoder.onnx`, `tokenizer.json` and one adapter. Raises ConfigurationError where they are unreadable."""
        import onnxruntime
        from safetensors import safe_open
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Spinning threads starve whatever else runs on a small machine, themselves included.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            session = onnxruntime.InferenceSession(
                str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
            with safe_open(folder / ADAPTERS, framework="numpy") as adapters:
                numbers = adapters.get_tensor(adapter).astype(np.float32)
        except Exception as error:
            raise ConfigurationError(f"encoder in {folder} is unreadable: {type(error).__name__}") from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return cls(session, tokenizer, numbers)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Vectors (n, 768): meaning and manner, each of unit length. Texts of like length share a batch, so that little is padded."""
        found = np.zeros((len(texts), WIDTH), dtype=np.float32)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            longest = len(tokens[chosen[-1]])
            ids = np.zeros((len(chosen), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, i in enumerate(chosen):
                ids[row, : len(tokens[i])] = tokens[i]
                mask[row, : len(tokens[i])] = 1
            fed = {"input_ids": ids, "attention_mask": mask, "adapter": self._adapter}
            found[chosen] = self._session.run(None, fed)[0]
        return found


def authors_seen(folder: Path, adapter: str) -> frozenset[str]:
    """The authors whose items an adapter was learned from. Raises ConfigurationError where it is not known."""
    from safetensors import safe_open

    try:
        with safe_open(folder / ADAPTERS, framework="numpy") as adapters:
            return frozenset(adapters.metadata()[adapter].split())
    except Exception as error:
        raise ConfigurationError(f"encoder in {folder}: adapter is unreadable: {type(error).__name__}") from error
