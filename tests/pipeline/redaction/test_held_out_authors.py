"""Floors on speech of authors that nothing was fitted on. `python -m benchmarks.redaction_recall` prints the figures."""

import pytest

from benchmarks.annotated import HELD_OUT, read_corpus
from benchmarks.redaction_recall import tally_of

NEVER = ("EMAIL_ADDRESS", "SECRET", "PHONE_NUMBER", "URL", "ACCOUNT_NUMBER")


@pytest.fixture(scope="module")
def tally(scrubber):
    return tally_of([item for item in read_corpus() if item.author in HELD_OUT], scrubber)


def test_there_is_enough_to_measure_on(tally):
    assert tally.recordings >= 20
    assert sum(tally.total.values()) >= 500


def test_few_identifiers_survive(tally):
    assert sum(tally.survived.values()) <= 0.02 * sum(tally.total.values())


def test_names_of_people_survive_least(tally):
    assert tally.survived["PERSON"] <= 0.01 * tally.total["PERSON"]


@pytest.mark.parametrize("kind", NEVER)
def test_none_of_the_dangerous_kinds_survives(tally, kind):
    assert tally.total[kind] > 0
    assert tally.survived[kind] == 0


def test_most_recordings_are_wholly_clean(tally):
    assert tally.clean >= 0.8 * tally.recordings


def test_words_that_identify_nobody_are_kept(tally):
    assert tally.kept >= 0.95 * tally.words


def test_technology_terms_are_kept(tally):
    assert tally.kept_terms >= 0.97 * tally.terms


def test_switching_a_recognizer_off_shows(make_scrubber):
    items = [item for item in read_corpus() if item.author in HELD_OUT and item.kind == "recording"][:12]
    blind = tally_of(items, make_scrubber(disabled=frozenset({"closed_world", "own_identifiers"})))
    assert sum(blind.survived.values()) > 0.2 * sum(blind.total.values())
