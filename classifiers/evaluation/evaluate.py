"""The whole evaluation: three splits of the corpus, an outside set where one is given, and the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from classifiers import resources
from classifiers.corpus import CORPUS, load_passages, load_recordings, scrubbed
from classifiers.evaluation.baselines import alias_rate
from classifiers.evaluation.figures import Rate
from classifiers.evaluation.judged import AXIS_NAMES, Judged
from classifiers.evaluation.report import SplitResult, render
from classifiers.evaluation.splits import by_author, by_chance, by_family, judge
from classifiers.heads.model import load_model
from classifiers.training.train import MODELS, check_adapters, load_material
from classifiers.training.vectors import embedded
from pipeline.packet.vocabulary import AXES

SPLITS = (
    ("leave-author-out", "nothing of the author was seen", by_author),
    (
        "leave-family-out",
        "the heads saw the author's passages and half of the other stories, nothing of the story's family",
        by_family,
    ),
    ("random", "the heads saw a random half of the author's recordings", by_chance),
)
OUTSIDE = (
    "outside",
    "recordings by somebody who wrote nothing of the corpus, never learned from, scrubbed by our scrubber",
)


def corpus_splits(models: Path = MODELS, corpus: Path = CORPUS) -> list[SplitResult]:
    """The corpus judged in three ways, the costliest first. Takes minutes: every split fits its heads anew."""
    material = load_material(corpus)
    check_adapters(material, models)
    vectors = embedded(material, models)
    vocabulary = resources.vocabulary()
    texts = {f"{c.recording.author}/{c.recording.family}": " ".join(c.texts) for c in material.cuts}
    return [
        split_result(title, meaning, judge(score(material, vectors, vocabulary), material), texts)
        for title, meaning, score in SPLITS
    ]


def split_result(title: str, meaning: str, judged: Sequence[Judged], texts: dict[str, str]) -> SplitResult:
    """A split with its alias-only baseline; `texts` by recording name."""
    return SplitResult(title, meaning, tuple(judged), _alias(judged, texts))


def outside_result(judged: Sequence[Judged]) -> SplitResult:
    """The outside set as a split."""
    texts = {one.name: " ".join(text for _, text in one.evidence) for one in judged}
    return split_result(*OUTSIDE, judged, texts)


def write_report(splits: Sequence[SplitResult], folder: Path, models: Path = MODELS, corpus: Path = CORPUS) -> Path:
    """Write `report.html` (mode 0600: it shows scrubbed text) into the folder and say where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "report.html"
    page.touch(mode=0o600)
    page.write_text(render(splits, _facts(models, corpus), resources.vocabulary()), encoding="utf-8")
    return page


def _alias(judged: Sequence[Judged], texts: dict[str, str]) -> dict[str, Rate]:
    said = [texts[one.name] for one in judged]
    return {
        name: alias_rate(said, [one.gold.get(name) for one in judged], axis, resources.vocabulary())
        for name, axis in zip(AXIS_NAMES, AXES, strict=True)
    }


def _facts(models: Path, corpus: Path) -> dict[str, Any]:
    recordings, passages = load_recordings(corpus), load_passages(corpus)
    model = load_model(models)
    texts = [r.text for r in recordings] + [p.text for p in passages]
    return {
        "authors": len({recording.author for recording in recordings}),
        "recordings": len(recordings),
        "passages": len(passages),
        "words": sum(len(scrubbed(text).split()) for text in texts),
        "versions": model.meta["versions"],
        "digest": model.digest(),
    }
