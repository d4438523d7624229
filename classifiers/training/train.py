"""The whole training: every head under the committed encoder, calibrated on scores under encoders that saw none of the author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import resources
from classifiers.corpus import CORPUS, load_passages, load_questions, load_recordings
from classifiers.features.encoder import EVERYONE, authors_seen
from classifiers.features.grams import Floats
from classifiers.features.terms import TermFinder
from classifiers.findings import told_terms
from classifiers.heads.decode import Tables, committed_tables
from classifiers.heads.model import Model
from classifiers.heads.posterior import posteriors
from classifiers.heads.question import QUESTION_AXES, causes, read_questions
from classifiers.training.calibrate import fit_blend, fit_temperature, fit_threshold
from classifiers.training.fit import Learner
from classifiers.training.material import GOLD_KEYS, Material, material_of
from classifiers.training.out_of_fold import Scored, author_folds, leave_author_out
from classifiers.training.vectors import VectorsUnder, embedded
from pipeline.errors import ConfigurationError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.outcome import OUTCOMES
from pipeline.packet.vocabulary import AXES

MODELS = resources.DATA / "models"
PAIRS = {"usual": 0.3, "fixed_by": 0.8, "fixes": 0.25}
REFUTED = {"false_lead": {"role": 0.3, "belief": 0.05}, "tried": {"role": 0.15, "belief": 0.03}}
KIND_PRIOR = 2.0  # of so many imagined terms of a kind the usual share belongs to the finding


def load_material(corpus: Path = CORPUS) -> Material:
    """The committed corpus as training material."""
    return material_of(load_recordings(corpus), load_passages(corpus), load_questions(corpus), resources.vocabulary())


def train(models: Path = MODELS, corpus: Path = CORPUS) -> Model:
    """Fit and calibrate. Deterministic: equal inputs and versions give an equal `Model.digest()`.

    `models` holds encoder.onnx and tokenizer.json. Raises ConfigurationError where one is missing.
    """
    vocabulary, table = resources.vocabulary(), committed_tables()
    material = load_material(corpus)
    check_adapters(material, models)
    vectors = embedded(material, models)
    scored = leave_author_out(material, vectors, vocabulary)
    meta = calibrate(scored, table)
    meta["question"] = fit_question(material, vectors, scored, table)
    meta["outcome_of_resolution"] = outcome_shares(material, table)
    meta["corpus"] = {
        "authors": sorted({cut.recording.author for cut in material.cuts}),
        "recordings": len(material.cuts),
        "passages": sum(t.family == "passage" for t in (*material.labelled, *material.chatter)),
        "questions": len(material.asked) // 2 + len(material.cuts),
        "digest": material.digest(),
    }
    meta["versions"] = {name: version(name) for name in ("numpy", "onnxruntime", "scikit-learn", "scipy", "tokenizers")}
    fitted = Learner(material, vectors(EVERYONE), vocabulary, lambda _author, _family: True).model()
    return Model(fitted.grams, fitted.heads, {**fitted.meta, **meta})


def check_adapters(material: Material, models: Path) -> None:
    """Raises ConfigurationError where the adapter of a part has seen an author who is tested under it."""
    for number, group in enumerate(author_folds(material)):
        if group & authors_seen(models, str(number)):
            raise ConfigurationError(f"encoder in {models}: adapter {number} has seen authors who are tested under it")


def calibrate(scored: Sequence[Scored], table: Tables) -> dict[str, Any]:
    """Blend, temperatures and thresholds of each axis, from out-of-fold scores."""
    meta: dict[str, Any] = {
        "blend": {},
        "temperature": dict.fromkeys(AXES, 1.0),
        "threshold": {},
        "pairs": PAIRS,
        "refuted": REFUTED,
        "stack_kinds": stack_kinds(scored, resources.lexicon()),
    }
    places = {axis: gold_places(scored, axis, table) for axis in AXES}
    for axis in AXES:
        told = [i for i, place in enumerate(places[axis]) if place >= 0]
        views = np.stack([scored[i].views[axis] for i in told])
        meta["blend"][axis] = fit_blend(views, [places[axis][i] for i in told])
    for axis in AXES:
        told = [i for i, place in enumerate(places[axis]) if place >= 0]
        right = [places[axis][i] for i in told]
        found = np.stack([posteriors(scored[i].views, table, meta)[axis] for i in told])
        meta["temperature"][axis] = fit_temperature(found, right)
    for axis in AXES:
        every = [posteriors(one.views, table, meta)[axis] for one in scored]
        sure = [float(belief.max()) for belief in every]
        correct = [int(belief.argmax()) == place for belief, place in zip(every, places[axis], strict=True)]
        meta["threshold"][axis] = fit_threshold(sure, correct)
    return meta


def gold_places(scored: Sequence[Scored], axis: str, table: Tables) -> list[int]:
    """Index of each recording's gold id on an axis; -1 where nothing is stated."""
    place = {label: i for i, label in enumerate(table.labels[axis])}
    return [place.get(str(one.cut.recording.gold.get(GOLD_KEYS[axis])), -1) for one in scored]


def outcome_shares(material: Material, table: Tables) -> list[list[float]]:
    """How often each outcome goes with a resolution id, smoothed by the corpus' own shares; (ids, outcomes)."""
    place = {label: i for i, label in enumerate(table.labels["resolutions"])}
    counts = np.zeros((len(place), len(OUTCOMES)))
    for cut in material.cuts:
        resolution = cut.recording.gold.get("resolution_pattern")
        if resolution in place:
            counts[place[resolution], OUTCOMES.index(str(cut.recording.gold["outcome"]))] += 1
    shares = (counts + 2 * counts.sum(axis=0) / counts.sum()) / (counts.sum(axis=1, keepdims=True) + 2)
    return [[round(float(x), 4) for x in row] for row in shares]


def stack_kinds(scored: Sequence[Scored], lexicon: Lexicon) -> dict[str, float]:
    """How often a term of each kind (its parent) that stands beside cause or fix belongs to the finding, smoothed."""
    finder = TermFinder(lexicon)
    seen: dict[str, list[float]] = {}
    for one in scored:
        gold = {lexicon.canonical(str(name).replace("_", " ")) for name in one.cut.recording.gold.get("stack") or ()}
        for term in told_terms(one.story, one.roles, finder):
            parent = lexicon.terms[term].parent
            if parent is not None:
                seen.setdefault(parent, []).append(float(term in gold))
    everywhere = float(np.mean([hit for hits in seen.values() for hit in hits])) if seen else 0.0
    return {
        kind: round((sum(hits) + KIND_PRIOR * everywhere) / (len(hits) + KIND_PRIOR), 4)
        for kind, hits in sorted(seen.items())
    }


def fit_question(
    material: Material, vectors: VectorsUnder, scored: Sequence[Scored], table: Tables
) -> Mapping[str, float]:
    """Temperatures of the question heads and how much the guessed cause counts beside what usually causes the symptom.

    Every question is read by the heads and the adapter that have seen nothing of its author.
    """
    reader = {one.cut.recording.author: (one.model.heads, vectors(one.adapter)) for one in scored}

    def read(questions: Sequence[tuple[str, str, int]], axis: str, temperature: float = 1.0) -> Floats:
        rows = [
            read_questions(reader[author][1].of([text]), reader[author][0], axis, temperature)
            for text, author, _ in questions
        ]
        return np.concatenate(rows)

    asked = [item for item in material.asked if item.author in reader]
    found: dict[str, float] = {}
    for axis in QUESTION_AXES:
        place = {label: i for i, label in enumerate(table.labels[axis])}
        own = [
            (one.cut.question, one.cut.recording.author, one.cut.recording.gold.get(GOLD_KEYS[axis])) for one in scored
        ]
        own += [(item.text, item.author, item.label) for item in asked if item.axis == axis]
        told = [(text, author, place[label]) for text, author, label in own if label in place]
        found[axis] = fit_temperature(read(told, axis), [gold for _, _, gold in told])
    problems = told  # of the axis read last
    beliefs = {axis: read(problems, axis, found[axis]) for axis in QUESTION_AXES}

    def loss(share: float) -> float:
        rows = causes(beliefs["symptoms"], beliefs["problem_types"], table, share)
        return -float(np.mean([np.log(max(row[gold], 1e-9)) for row, (_, _, gold) in zip(rows, problems, strict=True)]))

    return found | {"guessed": min((step / 20 for step in range(21)), key=loss)}
