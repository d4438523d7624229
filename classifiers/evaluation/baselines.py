"""What the vocabulary's own words alone reach: the share of an id's aliases and definition words that stand in the text."""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.evaluation.figures import Rate, rate
from classifiers.features.spoken import spoken
from pipeline.packet.vocabulary import Axis, Vocabulary


def alias_rate(texts: Sequence[str], gold: Sequence[str | None], axis: Axis, vocabulary: Vocabulary) -> Rate:
    """Top-1 of counting aliases in full (3 points) and words of aliases (1 point each), relative to the id's own number."""
    terms = {
        name: (
            [f" {spoken(alias)} " for alias in term.aliases],
            {word for alias in term.aliases for word in spoken(alias).split() if len(word) > 3},
        )
        for name, term in vocabulary.axis(axis).items()
    }
    hits = []
    for text, label in zip(texts, gold, strict=True):
        if label is None:
            continue
        padded = f" {spoken(text)} "
        words = set(padded.split())
        points = {
            name: 3 * sum(alias in padded for alias in aliases) + len(own & words) / (len(own) or 1)
            for name, (aliases, own) in terms.items()
        }
        hits.append(max(sorted(points), key=lambda name: points[name]) == label)
    return rate(hits)
