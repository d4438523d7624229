"""The committed data files: vocabulary, lexicon and nearness grades, each loaded once a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

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
