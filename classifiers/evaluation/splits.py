"""The corpus judged by models that have not seen what they judge, split in three ways.

The heads have seen nothing of the author, or everything but the story's family and its like, or everything but a random half of
the author's recordings. The encoder's adapter has seen nothing of the author in any of them. Calibration (blend, temperature, threshold) is
fitted on the other parts' scores, so that no figure is made of what it was tuned on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from classifiers import resources
from classifiers.classification import AxisResult, Classification
from classifiers.classifier import Classifier
from classifiers.corpus import ROLES
from classifiers.evaluation.judged import AXIS_NAMES, Judged
from classifiers.features.encoder import Encoder
from classifiers.heads.decode import committed_tables
from classifiers.training.material import Cut, Material
from classifiers.training.out_of_fold import Part, Scored, author_folds, leave_author_out, out_of_fold
from classifiers.training.train import calibrate, outcome_shares
from classifiers.training.vectors import VectorsUnder
from pipeline.packet.vocabulary import Vocabulary

Evidence = tuple[tuple[str, str], ...]


def by_author(material: Material, vectors: VectorsUnder, vocabulary: Vocabulary) -> list[Scored]:
    """Nothing of the author seen."""
    return leave_author_out(material, vectors, vocabulary)


def by_family(material: Material, vectors: VectorsUnder, vocabulary: Vocabulary) -> list[Scored]:
    """The heads have seen the author's passages and half of the other stories, nothing of the family."""
    return out_of_fold(material, vectors, vocabulary, _parts(material, lambda cut: cut.recording.family))


def by_chance(material: Material, vectors: VectorsUnder, vocabulary: Vocabulary) -> list[Scored]:
    """The heads have seen a random half of the author's recordings, families notwithstanding."""
    return out_of_fold(material, vectors, vocabulary, _parts(material, lambda cut: cut.texts[0]))


def _parts(material: Material, key: Callable[[Cut], str]) -> list[Part]:
    folds = author_folds(material)
    return [_part(material, key, group, number, half) for number, group in enumerate(folds) for half in range(2)]


def _part(material: Material, key: Callable[[Cut], str], group: frozenset[str], number: int, half: int) -> Part:
    def tested(cut: Cut) -> bool:
        drawn = int(hashlib.sha256(key(cut).encode()).hexdigest(), 16) % 2
        return cut.recording.author in group and drawn == half

    hidden = {(cut.recording.author, cut.recording.family) for cut in material.cuts if tested(cut)}
    return Part(tested, lambda author, family: (author, family) not in hidden, str(number))


def judge(scored: Sequence[Scored], material: Material) -> list[Judged]:
    """Labels of every scored recording, calibrated on the recordings of the other parts."""
    return [
        _judged_corpus(one, classifier.label(one.story, {}))
        for own, classifier in calibrated(scored, material)
        for one in own
    ]


def calibrated(
    scored: Sequence[Scored], material: Material, encoder_of: Callable[[str], Encoder | None] = lambda _adapter: None
) -> Iterator[tuple[list[Scored], Classifier]]:
    """Part by part what it tests and the classifier of its model, calibrated on the recordings of the other parts.

    `encoder_of` gives the encoder under an adapter where more than the scored stories is to be labelled.
    """
    table = committed_tables()
    for number in sorted({one.fold for one in scored}):
        own = [one for one in scored if one.fold == number]
        rest = [one for one in scored if one.fold != number]
        tested = {id(one.cut) for one in own}
        others = replace(material, cuts=tuple(cut for cut in material.cuts if id(cut) not in tested))
        meta = calibrate(rest, table) | {"outcome_of_resolution": outcome_shares(others, table)}
        model = replace(own[0].model, meta={**own[0].model.meta, **meta})
        yield own, Classifier(model, encoder_of(own[0].adapter), resources.lexicon(), table)


def judged_of(name: str, gold: Mapping[str, Any], labelled: Classification, evidence: Evidence) -> Judged:
    """Gold and labels side by side."""
    axes: dict[str, AxisResult] = {axis: getattr(labelled, axis) for axis in AXIS_NAMES}
    conditions = labelled.conditions
    plain = ("load_profile", "onset", "restart", "segment", "trials")
    said: dict[str, Any] = {
        "outcome": labelled.outcome,
        "fix_scope": labelled.fix_scope,
        "stack": list(conditions.stack),
        "ruled_out": list(labelled.ruled_out),
        "tried": list(labelled.tried),
        **{field: getattr(conditions, field) for field in plain},
    }
    return Judged(
        name=name,
        author=str(gold.get("author") or ""),
        family=str(gold.get("family") or name),
        look=str(gold.get("look") or ""),
        gold=gold,
        top={axis: result.top for axis, result in axes.items()},
        said=said,
        accepted={axis: result.accepted for axis, result in axes.items()},
        evidence=evidence,
    )


def _judged_corpus(one: Scored, labelled: Classification) -> Judged:
    recording = one.cut.recording
    leading = [ROLES[i] for i in one.roles.argmax(axis=1)]
    evidence = tuple(zip(leading, (segment.text for segment in one.cut.segments), strict=True))
    gold = {**recording.gold, "author": recording.author, "look": recording.look}
    return judged_of(f"{recording.author}/{recording.family}", gold, labelled, evidence)
