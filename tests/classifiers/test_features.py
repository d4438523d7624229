import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import resources
from classifiers.features.grams import fit_grams
from classifiers.features.segments import LONGEST, cut, cut_text
from classifiers.features.spoken import spoken
from classifiers.features.stated.versions import versions_of
from classifiers.features.terms import TermFinder
from pipeline.redaction.scrubbed import ScrubbedCue


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Don't panic, <PERSON>!", "dont panic something"),
        ("p99 rose 40%; see <TICKET>, <HOST> <ORGANIZATION>", "p99 rose 40% see something"),
        ("<UNKNOWN_TERM>", "something"),
        ("", ""),
    ],
)
def test_spoken_has_one_look(text, plain):
    assert spoken(text) == plain


@given(st.text())
def test_spoken_is_stable(text):
    assert spoken(spoken(text)) == spoken(text)


@given(st.lists(st.text(alphabet="abc .,so", max_size=300), max_size=8))
def test_cutting_keeps_every_word_once(texts):
    segments = cut([ScrubbedCue(text) for text in texts])
    assert " ".join(s.text for s in segments).split() == " ".join(texts).split()
    assert all(len(s.text.split()) <= LONGEST for s in segments)


def test_a_segment_knows_the_cue_it_begins_in():
    words = " ".join(["word"] * 30)
    assert [s.cue for s in cut([ScrubbedCue(words, 0.0, 9.0), ScrubbedCue(words, 12.0, 20.0)])] == [0, 1]


def test_text_without_punctuation_is_cut_too():
    assert len(cut_text(" ".join(["word"] * 200))) >= 4


def test_grams_are_of_unit_length_and_ignore_the_unknown():
    grams = fit_grams(["slow disk again"] * 4)
    columns, values = grams.row([grams.counts("slow disk elephant")], [1.0])
    assert {grams.names[c] for c in columns} == {"slow", "disk", "slow disk"}
    assert float((values**2).sum()) == pytest.approx(1.0)
    assert len(grams.row([{}], [1.0])[0]) == 0


@pytest.fixture(scope="module")
def finder():
    return TermFinder(resources.lexicon())


def test_terms_in_any_look_and_misheard(finder):
    assert [m.term for m in finder.find("so post gress and Kubernetes behind engine x")] == [
        "postgresql",
        "kubernetes",
        "nginx",
    ]


def test_ambiguous_forms_need_company(finder):
    assert "golang" not in {m.term for m in finder.find("so we go home")}


def test_a_version_stands_right_after_its_term(finder):
    assert versions_of(["we took postgresql 16.2 on friday"], finder) == {"postgresql": "16"}
