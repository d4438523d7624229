"""Fit the scrubber's context model on the annotated corpus: `python -m benchmarks.redaction_fit`.

Fits on all authors but those of `--without` and writes `pipeline/redaction/context.json`. `--report` prints first, for each
author, what share of identifiers and of other words a model fitted on the rest masks at several thresholds.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.annotated import CONTRASTS, Annotated, read_contrasts, read_corpus
from benchmarks.resources import scrubber
from pipeline.redaction import context as context_module
from pipeline.redaction.closed_world import _MASKED, _OPEN, Sheet, gaps_of, sheet_of, units_of
from pipeline.redaction.context import ContextModel, Units, around, with_word
from pipeline.redaction.deadline import Deadline
from pipeline.redaction.fields import cue_starts, fields_of
from pipeline.redaction.own import build_own, identifiers_of
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.tokens import tokenize

KINDS = ("PERSON", "ORGANIZATION", "LOCATION", "PROJECT")
LEAST_DOCUMENTS = 3
THRESHOLD = -5.2
STRENGTH = 0.2
PATIENT = 3600.0  # seconds; nothing is refused while fitting
CONTRAST_WEIGHT = 0.25  # half of the contrast lines hold a name, as speech never does


@dataclass(frozen=True, slots=True)
class Sample:
    """One judged word: who wrote it, its features, whether it is (part of) an identifier."""

    author: str
    document: int
    features: list[str]
    gold: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """One masked run: its context features and its gold type."""

    author: str
    document: int
    features: list[str]
    kind: str


def sheets_of(item: Annotated) -> list[tuple[Sheet, dict[int, str]]]:
    """Every field of a recording as the closed world sees it, with the gold type of each annotated word."""
    detectors = scrubber().detectors
    own = build_own(identifiers_of(item.recording), detectors.book)
    phrases = (Phrases(own.phrases),)
    starts = cue_starts([cue.text for cue in item.recording.cues])
    found = []
    for field in fields_of(item.recording):
        tokens = tokenize(field.text)
        spans = detectors.certain(field.text, tokens, own, phrases, Deadline(PATIENT))
        sheet = sheet_of(field, tokens, spans, detectors.book, detectors.surfaces)
        gold: dict[int, str] = {}
        for mark in item.gold:
            if field.spoken and mark.where.startswith("cue:"):
                shift = starts[int(mark.where[4:])]
            elif mark.where == field.where:
                shift = 0
            else:
                continue
            for index, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True)):
                if start < mark.end + shift and end > mark.start + shift:
                    gold[index] = mark.type
        found.append((sheet, gold))
    return found


def collect(items: list[Annotated]) -> tuple[list[Sample], list[Typed]]:
    """Judged words twice, with the other identifiers open and with them masked, and the types of masked runs."""
    samples: list[Sample] = []
    typed: list[Typed] = []
    for document, item in enumerate(items):
        for sheet, gold in sheets_of(item):
            open_gold = [i for i in gold if sheet.states[i] == _OPEN]
            samples += judged(item.author, document, sheet, gold)
            for index in open_gold:
                sheet.states[index] = _MASKED
            units = units_of(sheet)
            for at, (first, last) in enumerate(zip(units.firsts, units.lasts, strict=True)):
                if sheet.states[first] == _MASKED and first in gold:
                    typed.append(
                        Typed(item.author, document, around(units, at, gaps_of(sheet, first, last)), gold[first])
                    )
            samples += judged(item.author, document, sheet, gold)
            for index in open_gold:
                sheet.states[index] = _OPEN
                units = units_of(sheet)
                samples.append(sample(item.author, document, sheet, units, units.firsts.index(index), True))
                sheet.states[index] = _MASKED
    return samples, typed


def judged(author: str, document: int, sheet: Sheet, gold: dict[int, str]) -> list[Sample]:
    units = units_of(sheet)
    return [
        sample(author, document, sheet, units, at, first in gold)
        for at, first in enumerate(units.firsts)
        if sheet.states[first] == _OPEN
    ]


def sample(author: str, document: int, sheet: Sheet, units: Units, at: int, gold: bool) -> Sample:
    first = units.firsts[at]
    context = around(units, at, gaps_of(sheet, first, first))
    return Sample(author, document, with_word(context, sheet.words[first], sheet.looks[first], sheet.place), gold)


def vocabulary_of(rows: list[Sample] | list[Typed]) -> dict[str, int]:
    """Features that occur in enough documents."""
    seen: dict[str, set[int]] = {}
    for row in rows:
        for feature in row.features:
            seen.setdefault(feature, set()).add(row.document)
    usual = sorted(f for f, documents in seen.items() if len(documents) >= LEAST_DOCUMENTS)
    return {f: i for i, f in enumerate(usual)}


def matrix(rows: list[Sample] | list[Typed], columns: dict[str, int]) -> csr_matrix:
    indices: list[int] = []
    pointers = [0]
    for row in rows:
        indices += [columns[f] for f in row.features if f in columns]
        pointers.append(len(indices))
    return csr_matrix((np.ones(len(indices), dtype=np.float32), indices, pointers), shape=(len(rows), len(columns)))


def fit(rows: list, labels: np.ndarray, strength: float) -> dict[str, float]:
    """Weights of a logistic regression, small ones dropped, rounded to three digits."""
    columns = vocabulary_of(rows)
    model = LogisticRegression(C=strength, max_iter=400, solver="liblinear")
    weights = np.array([CONTRAST_WEIGHT if row.author == CONTRASTS.stem else 1.0 for row in rows])
    model.fit(matrix(rows, columns), labels, weights)
    fitted = {f: round(float(model.coef_[0][i]), 3) for f, i in columns.items()}
    kept = {f: w for f, w in fitted.items() if abs(w) >= 0.02}
    return {"bias": round(float(model.intercept_[0]), 3), **kept}


def fit_context(samples: list[Sample], typed: list[Typed], strength: float = STRENGTH) -> ContextModel:
    """The whole model: is it an identifier, and of which kind."""
    weights = fit(samples, np.array([s.gold for s in samples]), strength)
    types = {k: fit(typed, np.array([t.kind == k for t in typed]), strength) for k in KINDS}
    return ContextModel(weights, THRESHOLD, types)


def fit_without(samples: list[Sample], typed: list[Typed], authors: Collection[str]) -> ContextModel:
    """A model that has never heard `authors`."""
    return fit_context([s for s in samples if s.author not in authors], [t for t in typed if t.author not in authors])


def scores(weights: dict[str, float], rows: list[Sample]) -> np.ndarray:
    return np.array([weights["bias"] + sum(weights.get(f, 0.0) for f in row.features) for row in rows])


def report(samples: list[Sample], strength: float) -> None:
    for author in sorted({s.author for s in samples}):
        train = [s for s in samples if s.author != author]
        test = [s for s in samples if s.author == author]
        if not train:
            continue
        weights = fit(train, np.array([s.gold for s in train]), strength)
        gold = np.array([s.gold for s in test])
        found = scores(weights, test)
        line = [f"{author}: {gold.sum()} of {len(test)}"]
        for bar in (0, -1, -1.5, -2, -2.5, -3, -3.5):
            line.append(f"{bar}: {np.mean(found[gold] >= bar):.3f}/{np.mean(found[~gold] >= bar):.4f}")
        print("  ".join(line))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", default="", help="authors to leave out, separated by commas")
    parser.add_argument("--out", type=Path, default=Path(context_module.__file__).with_name("context.json"))
    parser.add_argument("--strength", type=float, default=STRENGTH)
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    held_out = set(filter(None, options.without.split(",")))
    samples, typed = collect([item for item in read_corpus() if item.author not in held_out] + read_contrasts())
    print(len(samples), "samples", sum(s.gold for s in samples), "identifiers", Counter(t.kind for t in typed))
    if options.report:
        report(samples, options.strength)
    model = fit_context(samples, typed, options.strength)
    options.out.write_text(json.dumps(asdict(model), indent=0, sort_keys=True) + "\n")
    print(options.out, len(model.weights), "weights", options.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
