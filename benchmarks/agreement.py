"""Are labels the same on raw and on scrubbed text? `python -m benchmarks.agreement` (some five minutes).

Every corpus recording is labelled twice by heads and an adapter that have seen nothing of its author: as it was spoken and as the
scrubber leaves it. Printed: the share of recordings with the same first guess an axis, and on all three, with Wilson intervals at
95 %, and how often each of the two is right.
"""

from __future__ import annotations

from collections import defaultdict

from benchmarks.annotated import CORPUS, Annotated, read_recordings
from benchmarks.redaction_recall import wilson
from benchmarks.resources import scrubber
from classifiers import resources
from classifiers.classification import Classification
from classifiers.evaluation.judged import AXIS_NAMES
from classifiers.evaluation.splits import calibrated
from classifiers.features.encoder import Encoder
from classifiers.training.out_of_fold import leave_author_out
from classifiers.training.train import MODELS, load_material
from classifiers.training.vectors import embedded
from pipeline.redaction.fields import SEVERAL, SINGLE
from pipeline.redaction.scrubbed import ScrubbedCue, ScrubbedRecording


def unscrubbed(item: Annotated) -> ScrubbedRecording:
    """The raw text in the type that classifiers accept: for this comparison only, nothing of it leaves the process."""
    metadata = item.recording.metadata
    fields = {name: getattr(metadata, name) for name in (*SINGLE, *SEVERAL)}
    return ScrubbedRecording(
        tuple(ScrubbedCue(cue.text) for cue in item.recording.cues), {name: v for name, v in fields.items() if v}
    )


def first_guesses(found: Classification) -> tuple[str | None, ...]:
    """The first guess of each axis."""
    return tuple(getattr(found, axis).label for axis in AXIS_NAMES)


def main() -> None:
    """Print the figures."""
    raw: dict[str, list[Annotated]] = defaultdict(list)
    for path in sorted((CORPUS / "recordings").glob("*.txt")):
        raw[path.stem] = list(read_recordings(path))
    material = load_material()
    place = {id(cut): raw[cut.recording.author].pop(0) for cut in material.cuts}
    scored = leave_author_out(material, embedded(material, MODELS), resources.vocabulary())
    pairs = []
    for own, classifier in calibrated(scored, material, lambda adapter: Encoder.load(MODELS, adapter=adapter)):
        items = [place[id(one.cut)] for one in own]
        spoken = classifier.classify_many([unscrubbed(item) for item in items])
        masked = classifier.classify_many([scrubber().scrub(item.recording).recording for item in items])
        gold = [tuple(one.cut.recording.gold.get(axis) for axis in AXIS_NAMES) for one in own]
        pairs += zip(map(first_guesses, spoken), map(first_guesses, masked), gold, strict=True)
    for number, axis in enumerate(AXIS_NAMES):
        same = sum(one[number] == other[number] for one, other, _ in pairs)
        right = [sum(pair[kind][number] == pair[2][number] for pair in pairs) / len(pairs) for kind in (0, 1)]
        show(f"same {axis}", same, len(pairs), f"right: raw {right[0]:.1%}, scrubbed {right[1]:.1%}")
    show("same on all axes", sum(one == other for one, other, _ in pairs), len(pairs), "")


def show(what: str, hits: int, total: int, more: str) -> None:
    low, high = wilson(hits, total)
    print(f"{what:26} {hits}/{total} = {hits / total:.1%} [{low:.1%}, {high:.1%}]  {more}")


if __name__ == "__main__":
    main()
