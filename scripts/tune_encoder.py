"""Learn the encoder's adapters from the corpus. Build time only; needs what docs/classifiers.md names.

    python scripts/tune_encoder.py OUT [--parts 0,1,2,3,all] [--until AUTHOR]

Writes OUT/adapters.safetensors: for each part one flat adapter that has seen nothing of its authors
(training.out_of_fold.author_folds), and `all` that has seen every author up to --until; its metadata lists who was seen. About five
minutes a part on two cores; the other parts of the file stay. A text is drawn towards the direction of each
id it carries and away from the axis' other ids; the early half of its vector towards the role it plays in its story, without
leaving the published vector.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from adapted_bert import SOURCE, AdaptedBert
from safetensors import safe_open
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch.nn import functional

from classifiers.corpus import ROLES
from classifiers.features.encoder import ADAPTERS, MAX_TOKENS
from classifiers.story import METADATA_CUE
from classifiers.training.material import GOLD_KEYS, Material
from classifiers.training.out_of_fold import author_folds
from classifiers.training.train import load_material

EPOCHS = 2
BATCH = 64
RATE = 1.5e-3
DIRECTION_RATE = 3e-3
SHARPNESS = {"role": 10.0}
USUAL_SHARPNESS = 16.0
WEIGHT = {"role": 0.3}
SMOOTHING = 0.1
STAY = 1.0
WIDTH = 384
Labels = dict[str, str]
Known = dict[str, tuple[torch.Tensor, torch.Tensor]]
"""By text, its token states below the adapter and its published vector."""


@dataclass(frozen=True)
class Item:
    """A text and what it carries: axis (or `cause` of a question, or `role`) -> id."""

    text: str
    labels: Labels


def items_of(material: Material, left_out: frozenset[str], until: str) -> list[Item]:
    """What may be learned from, one item a text."""

    def may(author: str) -> bool:
        return author not in left_out and author <= until

    found: dict[str, Labels] = {}
    for item in material.labelled:
        if not item.author or may(item.author):
            found.setdefault(item.text, {})[item.axis] = item.label
    for item in material.asked:
        if may(item.author):
            found.setdefault(item.text, {})[_asked(item.axis)] = item.label
    for cut in material.cuts:
        if not may(cut.recording.author):
            continue
        for axis in ("problem_types", "symptoms"):
            label = cut.recording.gold.get(GOLD_KEYS[axis])
            if label:
                found.setdefault(cut.question, {})[_asked(axis)] = str(label)
        for text, role, segment in zip(cut.texts, cut.roles, cut.segments, strict=True):
            if segment.cue != METADATA_CUE:
                found.setdefault(text, {})["role"] = role
    return [Item(text, labels) for text, labels in sorted(found.items())]


def _asked(axis: str) -> str:
    # Who asks sees the symptom, so a question is like any telling of it; but it tells of its cause only by what is usual.
    return "cause" if axis == "problem_types" else axis


class Tuning:
    """One adapter in the making."""

    def __init__(self, bert: AdaptedBert, tokenizer: Tokenizer, items: Sequence[Item], known: Known) -> None:
        self._bert, self._items, self._known = bert, items, known
        self._tokens = {item.text: tokenizer.encode(item.text).ids for item in items}
        self._ids = {
            axis: sorted({item.labels[axis] for item in items if axis in item.labels})
            for axis in ("problem_types", "symptoms", "resolutions", "cause", "role")
        }
        self._ids["role"] = list(ROLES)
        self.adapter = torch.nn.Parameter(bert.fresh_adapter())
        self._directions = torch.nn.ParameterDict()

    def start(self) -> None:
        """What never changes is computed once for all parts; directions begin at the mean published vector of each id."""
        with torch.no_grad():
            for batch in self._batches([item for item in self._items if item.text not in self._known]):
                ids, mask = self._padded(batch)
                states = self._bert.lower(ids, mask)
                vectors = self._bert.upper(states, mask, self.adapter)
                for item, own, vector in zip(batch, states, vectors, strict=True):
                    self._known[item.text] = own[: len(self._tokens[item.text])].half(), vector
        for axis, ids in self._ids.items():
            half = slice(WIDTH, None) if axis == "role" else slice(0, WIDTH)
            sums = torch.zeros(len(ids), WIDTH)
            for item in self._items:
                if axis in item.labels:
                    sums[ids.index(item.labels[axis])] += self._known[item.text][1][half]
            self._directions[axis] = torch.nn.Parameter(functional.normalize(sums - sums.mean(0), dim=-1))

    def run(self, epochs: int) -> Iterator[float]:
        """Learn; yields the mean loss of each pass."""
        optimizer = torch.optim.AdamW(
            [
                {"params": [self.adapter], "lr": RATE, "weight_decay": 0.0},
                {"params": list(self._directions.parameters()), "lr": DIRECTION_RATE, "weight_decay": 0.0},
            ]
        )
        total = epochs * (len(self._items) // BATCH + 1)
        rate = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1.0, (step + 1) / (0.1 * total)) * max(0.0, 1 - step / total)
        )
        for _ in range(epochs):
            self._bert.train()
            losses = []
            for batch in self._batches(random.sample(self._items, len(self._items)), shuffled=True):
                loss = self._loss(batch)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_([self.adapter], 1.0)
                optimizer.step()
                rate.step()
                losses.append(loss.item())
            self._bert.eval()
            yield float(np.mean(losses))

    def _loss(self, batch: Sequence[Item]) -> torch.Tensor:
        vectors = self._vectors(batch)
        kept = torch.stack([self._known[item.text][1][WIDTH:] for item in batch])
        loss = STAY * (1 - (vectors[:, WIDTH:] * kept).sum(-1)).mean()
        for axis, ids in self._ids.items():
            own = [row for row, item in enumerate(batch) if axis in item.labels]
            if not own:
                continue
            half = slice(WIDTH, None) if axis == "role" else slice(0, WIDTH)
            likeness = vectors[own][:, half] @ functional.normalize(self._directions[axis], dim=-1).T
            gold = torch.tensor([ids.index(batch[row].labels[axis]) for row in own])
            told = functional.cross_entropy(
                SHARPNESS.get(axis, USUAL_SHARPNESS) * likeness, gold, reduction="sum", label_smoothing=SMOOTHING
            )
            loss = loss + WEIGHT.get(axis, 1.0) * told / len(batch)
        return loss

    def _vectors(self, batch: Sequence[Item]) -> torch.Tensor:
        states = torch.nn.utils.rnn.pad_sequence(
            [self._known[item.text][0].float() for item in batch], batch_first=True
        )
        lengths = torch.tensor([len(self._tokens[item.text]) for item in batch])
        mask = (torch.arange(states.shape[1])[None] < lengths[:, None]).long()
        return self._bert.upper(states, mask, self.adapter)

    def _padded(self, batch: Sequence[Item]) -> tuple[torch.Tensor, torch.Tensor]:
        longest = max(len(self._tokens[item.text]) for item in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.int64)
        mask = torch.zeros_like(ids)
        for row, item in enumerate(batch):
            own = self._tokens[item.text]
            ids[row, : len(own)] = torch.tensor(own)
            mask[row, : len(own)] = 1
        return ids, mask

    def _batches(self, items: Sequence[Item], *, shuffled: bool = False) -> list[list[Item]]:
        """Texts of like length together, so that little is padded."""
        batches = []
        for at in range(0, len(items), 16 * BATCH):
            pool = sorted(items[at : at + 16 * BATCH], key=lambda item: len(self._tokens[item.text]))
            batches += [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
        if shuffled:
            random.shuffle(batches)
        return batches


def stored(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The adapters that are there already and whom each has seen."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ADAPTERS).exists():
        return {}, {}
    with safe_open(folder / ADAPTERS, framework="numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata())  # noqa: SIM118


def main() -> None:
    """Tune each part asked for."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--parts", default="0,1,2,3,all")
    arguments.add_argument("--until", default="~", help="the last author to learn from")
    asked = arguments.parse_args()
    tokenizer = Tokenizer.from_file(str(SOURCE / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    material = load_material()
    authors = sorted({cut.recording.author for cut in material.cuts if cut.recording.author <= asked.until})
    adapters, seen = stored(asked.out)
    bert = AdaptedBert()
    known: Known = {}
    for part in asked.parts.split(","):
        torch.manual_seed(1)
        random.seed(1)
        left_out = frozenset() if part == "all" else author_folds(material)[int(part)]
        tuning = Tuning(bert, tokenizer, items_of(material, left_out, asked.until), known)
        started = time.monotonic()
        tuning.start()
        for number, loss in enumerate(tuning.run(EPOCHS), 1):
            print(f"part {part}, pass {number}: loss {loss:.3f}, {time.monotonic() - started:.0f} s", flush=True)
        adapters[part] = tuning.adapter.detach().numpy().astype(np.float16)
        seen[part] = " ".join(author for author in authors if author not in left_out)
        save_file(adapters, asked.out / ADAPTERS, seen)


if __name__ == "__main__":
    main()
