"""The scrubber under the committed vocabulary and lexicon."""

from pathlib import Path

import pytest

from pipeline.packet.lexicon import load_lexicon
from pipeline.packet.vocabulary import load_vocabulary
from pipeline.redaction.policy import RedactionPolicy
from pipeline.redaction.scrubber import Scrubber

DATA = Path(__file__).resolve().parents[3] / "classifiers" / "data"


@pytest.fixture(scope="session")
def lexicon():
    return load_lexicon(DATA / "lexicon.yaml")


@pytest.fixture(scope="session")
def vocabulary():
    return load_vocabulary(DATA / "vocabulary.yaml")


@pytest.fixture(scope="session")
def make_scrubber(lexicon, vocabulary):
    def make(**policy):
        return Scrubber(RedactionPolicy(**policy), lexicon, vocabulary)

    return make


@pytest.fixture(scope="session")
def scrubber(make_scrubber):
    return make_scrubber()


@pytest.fixture(scope="session")
def word_book(scrubber):
    return scrubber.detectors.book
