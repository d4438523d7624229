"""Export the published MiniLM, with a place for adapters, as int8 ONNX. Build time only; needs what docs/classifiers.md names.

    python scripts/build_encoder.py OUT

The output (n, 768) is the mean token state of the last layer and of layer 4, each of unit length: the last layer says what a
segment is about, the fourth still knows how it is said, which tells a suspicion from a finding. The adapters come from
scripts/tune_encoder.py.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

import torch
from adapted_bert import SOURCE, AdaptedBert
from onnxruntime.quantization import QuantType, quantize_dynamic


def main(out: Path) -> None:
    """Check the published weights, export, quantize."""
    bert = AdaptedBert()
    out.mkdir(parents=True, exist_ok=True)
    full = out / "encoder.fp32.onnx"
    ids = torch.ones((2, 16), dtype=torch.int64)
    torch.onnx.export(
        bert,
        (ids, ids, bert.fresh_adapter()),
        str(full),
        input_names=["input_ids", "attention_mask", "adapter"],
        output_names=["vectors"],
        dynamic_axes={
            "input_ids": {0: "n", 1: "t"},
            "attention_mask": {0: "n", 1: "t"},
            "vectors": {0: "n"},
        },
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(str(full), str(out / "encoder.onnx"), weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
    shutil.copy(SOURCE / "tokenizer.json", out / "tokenizer.json")
    for name in ("encoder.onnx", "tokenizer.json"):
        print(name, hashlib.sha256((out / name).read_bytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
