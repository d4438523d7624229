"""Scores of every recording by models that have not seen it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.features.grams import Floats
from classifiers.heads.components import READ_BY_SEGMENT, components, segment_scores
from classifiers.heads.model import Model
from classifiers.heads.roles import role_beliefs
from classifiers.heads.segment_grams import SegmentGrams
from classifiers.story import Story
from classifiers.training.fit import Keep, Learner, story_of
from classifiers.training.material import Cut, Material
from classifiers.training.vectors import VectorsUnder
from pipeline.packet.vocabulary import AXES, Vocabulary

FOLDS = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One round of a split: what is `tested`, what the heads may learn from, and the adapter, which saw nothing of what is tested."""

    tested: Callable[[Cut], bool]
    keep: Keep
    adapter: str


@dataclass(frozen=True)
class Scored:
    """One recording under a model that has not seen it.

    `views` axis -> (4, ids), `roles` (segments, 8), `fold` the number of its part, `adapter` the one its vectors were made under.
    """

    cut: Cut
    story: Story
    roles: Floats
    views: dict[str, Floats]
    model: Model
    question: Floats
    fold: int
    adapter: str


def author_folds(material: Material, count: int = FOLDS) -> list[frozenset[str]]:
    """The authors in `count` groups of like size."""
    authors = sorted({cut.recording.author for cut in material.cuts})
    groups = [frozenset(authors[i::count]) for i in range(min(count, len(authors)))]
    return [group for group in groups if group]


def leave_author_out(material: Material, vectors: VectorsUnder, vocabulary: Vocabulary) -> list[Scored]:
    """Neither heads nor adapter have seen anything of the author."""
    parts = [_without(group, str(number)) for number, group in enumerate(author_folds(material))]
    return out_of_fold(material, vectors, vocabulary, parts)


def out_of_fold(
    material: Material, vectors: VectorsUnder, vocabulary: Vocabulary, parts: Sequence[Part]
) -> list[Scored]:
    """Scores part by part: of each, the recordings that it tests, by a model fitted on what it keeps."""
    return [one for number, part in enumerate(parts) for one in _scored(material, vectors, vocabulary, part, number)]


def _without(group: frozenset[str], adapter: str) -> Part:
    return Part(lambda cut: cut.recording.author in group, lambda author, _family: author not in group, adapter)


def _scored(
    material: Material, vectors_under: VectorsUnder, vocabulary: Vocabulary, part: Part, number: int
) -> Iterator[Scored]:
    vectors = vectors_under(part.adapter)
    model = Learner(material, vectors, vocabulary, part.keep).model()
    order = np.array(model.meta["order"], dtype=np.float32)
    read = SegmentGrams(model.grams, model.heads, READ_BY_SEGMENT).read
    for cut in filter(part.tested, material.cuts):
        story = story_of(cut, model.grams, vectors)
        scores = read(story)
        roles = role_beliefs(story, scores, model.heads, order)
        views: dict[str, Floats] = {
            axis: components(
                story, roles, axis, model.grams, model.heads, segment_scores(story, axis, scores, model.heads)
            )
            for axis in AXES
        }
        yield Scored(cut, story, roles, views, model, vectors.of([cut.question]), number, part.adapter)
