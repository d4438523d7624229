"""The committed data files: vocabulary, lexicon, nearness grades and usual fixes, each loaded once a process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from pipeline.packet.lexicon import Lexicon, load_lexicon
from pipeline.packet.vocabulary import Vocabulary, load_vocabulary
from pipeline.routing.nearness import Nearness, load_nearness

DATA = Path(__file__).parent / "data"


@cache
def vocabulary() -> Vocabulary:
    """The controlled vocabulary this release works with."""
    return load_vocabulary(DATA / "vocabulary.yaml")


@cache
def lexicon() -> Lexicon:
    """The public lexicon."""
    return load_lexicon(DATA / "lexicon.yaml")


@cache
def nearness() -> Nearness:
    """The reviewed nearness grades."""
    return load_nearness(DATA / "nearness.yaml", vocabulary())


@cache
def usual_fixes() -> Mapping[str, Mapping[str, int]]:
    """How usual each resolution is for a problem type: problem -> resolution -> 1 possible, 2 common, 3 typical."""
    graded = yaml.load((DATA / "usual_fixes.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return {
        problem: {resolution: grade for grade, resolutions in grades.items() for resolution in resolutions}
        for problem, grades in graded.items()
    }
