import pytest

from pipeline.recording import Cue, Metadata, Recording
from pipeline.redaction.merging import apply, merge
from pipeline.redaction.own import build_own, find_misheard, find_own, identifiers_of
from pipeline.redaction.phonetic import phonetic_key
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.tokens import tokenize


def masked(text, identifiers, book):
    own = build_own(identifiers, book)
    tokens = tokenize(text)
    spans = find_own(tokens, [Phrases(own.phrases)]) + find_misheard(tokens, [own], book, {})
    return apply(merge(spans, text), text)[0]


ODILE = [("Odile Ferracane", "PERSON")]
MARROW = [("Marrowbank Foods", "ORGANIZATION")]


@pytest.mark.parametrize(
    ("identifiers", "text", "expected"),
    [
        (ODILE, "odile ferracane and odile", "<PERSON> and <PERSON>"),
        (ODILE, "Odile's laptop, odiles laptop", "<PERSON> laptop, <PERSON> laptop"),
        (ODILE, "odile-ferracane odile_ferracane odileferracane", "<PERSON>"),
        (ODILE, "user oferracane or o.ferracane", "user <PERSON> or <PERSON>"),
        (ODILE, "Ferracane, Odile", "<PERSON>"),
        (ODILE, "it is spelled o d i l e okay", "it is spelled <PERSON> okay"),
        (ODILE, "the crocodile sleeps", "the crocodile sleeps"),
        (ODILE, "ask odeel about it", "ask <PERSON> about it"),
        (MARROW, "over at marrowbank", "over at <ORGANIZATION>"),
        (MARROW, "the marrow bank people", "the <ORGANIZATION> people"),
        (MARROW, "we like foods", "we like foods"),
        (MARROW, "MarrowbankFoods and marrowbank_foods", "<ORGANIZATION> and <ORGANIZATION>"),
        ([("Okta", "ORGANIZATION")], "okta asked for a refund", "<ORGANIZATION> asked for a refund"),
        ([("acme.io", "HOST")], "write to acme dot io or acme.io", "write to <HOST> or <HOST>"),
        ([("Siobhan", "PERSON")], "thanks shivawn", "thanks <PERSON>"),
        ([("Anneliese", "PERSON")], "so anna lisa rolled back", "so <PERSON> rolled back"),
        ([("Will Renn", "PERSON")], "it will wait for renn", "it will wait for <PERSON>"),
        ([("Project Nightjar", "PROJECT")], "nightjar is late", "<PROJECT> is late"),
    ],
)
def test_own_identifiers_in_the_forms_they_take(identifiers, text, expected, word_book):
    assert masked(text, identifiers, word_book) == expected


@pytest.mark.parametrize(
    ("name", "heard"), [("siobhan", "shivawn"), ("anneliese", "annalisa"), ("kasia", "kasha"), ("radek", "raddick")]
)
def test_names_that_sound_alike_share_a_key(name, heard):
    assert phonetic_key(name) == phonetic_key(heard)


def test_metadata_names_people_and_organisations():
    metadata = Metadata(
        owner_name="Odile Ferracane",
        owner_email="o.ferracane@marrowbank.example",
        workspace="Marrowbank",
        members=("Tobiah Renn",),
        customers=("Quillhaven Foods",),
    )
    found = identifiers_of(Recording("a.vtt", "", (Cue("hi", speaker="Ines Okoro"),), metadata))
    assert {
        ("Odile Ferracane", "PERSON"),
        ("ferracane", "PERSON"),
        ("Ines Okoro", "PERSON"),
        ("Tobiah Renn", "PERSON"),
        ("Quillhaven Foods", "ORGANIZATION"),
        ("marrowbank", "ORGANIZATION"),
        ("o.ferracane@marrowbank.example", "EMAIL_ADDRESS"),
    } <= set(found)
