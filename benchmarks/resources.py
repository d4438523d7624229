"""The scrubber under the committed vocabulary and lexicon, built once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipeline.packet.lexicon import Lexicon, load_lexicon
from pipeline.packet.vocabulary import Vocabulary, load_vocabulary
from pipeline.redaction.closed_world import ClosedWorld
from pipeline.redaction.context import ContextModel
from pipeline.redaction.policy import RedactionPolicy
from pipeline.redaction.scrubber import Scrubber

_DATA = Path(__file__).parent.parent / "classifiers" / "data"


@cache
def lexicon() -> Lexicon:
    """The committed lexicon."""
    return load_lexicon(_DATA / "lexicon.yaml")


@cache
def vocabulary() -> Vocabulary:
    """The committed vocabulary."""
    return load_vocabulary(_DATA / "vocabulary.yaml")


@cache
def scrubber() -> Scrubber:
    """A scrubber without any policy."""
    return Scrubber(RedactionPolicy(), lexicon(), vocabulary())


def scrubber_with(model: ContextModel) -> Scrubber:
    """A scrubber without any policy that judges words by `model` instead of the committed one."""
    frame = Scrubber(RedactionPolicy(), lexicon(), vocabulary())
    frame.detectors.closed_world = ClosedWorld(frame.detectors.book, frame.detectors.surfaces, model)
    return frame
