"""Floors on speech of authors that the model measured here was not fitted on.

The committed model is fitted on all authors; `python -m benchmarks.redaction_recall --leave-out` prints the figures for each.
"""

import pytest

from benchmarks.annotated import HELD_OUT, read_contrasts, read_corpus
from benchmarks.redaction_fit import collect, fit_context
from benchmarks.redaction_recall import tally_of
from benchmarks.resources import scrubber_with

NEVER = ("EMAIL_ADDRESS", "SECRET", "PHONE_NUMBER", "URL", "ACCOUNT_NUMBER")


@pytest.fixture(scope="module")
def unheard():
    """A scrubber that has never heard the held-out authors."""
    heard = [item for item in read_corpus() if item.author not in HELD_OUT]
    return scrubber_with(fit_context(*collect([*heard, *read_contrasts()])))


@pytest.fixture(scope="module")
def tally(unheard):
    return tally_of([item for item in read_corpus() if item.author in HELD_OUT], unheard)


def test_there_is_enough_to_measure_on(tally):
    assert tally.recordings >= 50
    assert sum(tally.total.values()) >= 1000


def test_few_identifiers_survive(tally):
    assert sum(tally.survived.values()) <= 0.015 * sum(tally.total.values())


def test_names_of_people_survive_least(tally):
    assert tally.survived["PERSON"] <= 0.01 * tally.total["PERSON"]


@pytest.mark.parametrize("kind", NEVER)
def test_none_of_the_dangerous_kinds_survives(tally, kind):
    assert tally.total[kind] > 0
    assert tally.survived[kind] == 0


def test_most_recordings_are_wholly_clean(tally):
    assert tally.clean >= 0.8 * tally.recordings


def test_words_that_identify_nobody_are_kept(tally):
    assert tally.kept >= 0.93 * tally.words


def test_technology_terms_are_kept(tally):
    assert tally.kept_terms >= 0.97 * tally.terms


def test_switching_a_recognizer_off_shows(make_scrubber):
    items = [item for item in read_corpus() if item.author in HELD_OUT and item.kind == "recording"][:12]
    blind = tally_of(items, make_scrubber(disabled=frozenset({"closed_world", "own_identifiers"})))
    assert sum(blind.survived.values()) > 0.2 * sum(blind.total.values())
