import numpy as np
import pytest

from classifiers import resources
from classifiers.corpus import load_passages, load_questions, load_recordings
from classifiers.evaluation.gold import judge_gold, read_gold
from classifiers.evaluation.splits import by_family, judge
from classifiers.features.encoder import WIDTH
from classifiers.training.fit import Learner
from classifiers.training.material import material_of
from classifiers.training.out_of_fold import author_folds
from classifiers.training.vectors import Vectors
from pipeline.errors import UsageError


@pytest.fixture(scope="module")
def material():
    recordings = [r for r in load_recordings() if r.author in ("a01", "a02")]
    passages = [p for p in load_passages() if p.author in ("a01", "a02")]
    questions = [q for q in load_questions() if q.author in ("a01", "a02", "a13")]
    return material_of(recordings, passages, questions, resources.vocabulary())


@pytest.fixture(scope="module")
def vectors(material):
    """Stand-ins for an encoder's vectors: the heads' fitting does not depend on where they come from."""
    chance = np.random.default_rng(7)
    matrix = chance.normal(size=(len(material.texts), WIDTH)).astype(np.float32) / 20
    return Vectors({text: row for row, text in enumerate(material.texts)}, matrix)


def test_segments_carry_the_role_and_id_of_most_of_their_words(material):
    for cut in material.cuts:
        assert len(cut.roles) == len(cut.ids) == len(cut.texts) == len(cut.segments)
        assert all(role in ("false_lead", "tried") for role, name in zip(cut.roles, cut.ids, strict=True) if name)


def test_folds_share_no_author(material):
    first, second = author_folds(material)
    assert not first & second
    assert first | second == {"a01", "a02"}


def test_what_is_kept_out_leaves_no_trace(material, vectors):
    vocabulary = resources.vocabulary()
    only = Learner(material, vectors, vocabulary, lambda author, _family: author == "a01").model()
    less = material_of(
        [c.recording for c in material.cuts if c.recording.author == "a01"],
        [p for p in load_passages() if p.author == "a01"],
        [],
        vocabulary,
    )
    alone = Learner(less, vectors, vocabulary, lambda _author, _family: True).model()
    assert only.digest() == alone.digest()


def test_every_recording_is_judged_once_by_a_model_that_has_not_seen_it(material, vectors):
    scored = by_family(material, lambda _adapter: vectors, resources.vocabulary())
    assert sorted(one.cut.recording.family for one in scored) == sorted(c.recording.family for c in material.cuts)
    judged = judge(scored, material)
    assert len(judged) == len(material.cuts)
    assert all(len(one.top["problem_type"]) == 5 for one in judged)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"{", "line 1 is no JSON"),
        (b'{"a": 1}', "neither"),
        (b'{"recording": null}', "neither"),
        (b'\n{"text": "x", "problem_type": "nope"}', "line 2: problem_type is no id"),
        (b'{"text": "x", "symptom_pattern": ["full_outage"]}', "symptom_pattern is no id"),
        (b'{"text": "x", "resolution_pattern": "dns_failure"}', "resolution_pattern is no id"),
        (b'{"text": "x", "secondary_problem_type": "nope"}', "secondary_problem_type is no id"),
        (b'{"text": "x", "stack": 5}', "stack is no list"),
        (b"caf\xe9", "no UTF-8"),
        (b"", "no line"),
        (b"\n \n", "no line"),
    ],
)
def test_a_broken_gold_file_is_refused_by_line(tmp_path, data, named):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=named):
        read_gold(path, resources.vocabulary())


def test_gold_labels_may_be_left_open(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "x", "problem_type": "dns_failure", "symptom_pattern": null, "stack": null}\n')
    gold = {"text": "x", "problem_type": "dns_failure", "symptom_pattern": None}
    assert read_gold(path, resources.vocabulary()) == [gold]


def test_gold_that_cannot_be_read_is_left_out():
    assert judge_gold([{"recording": "gone.vtt"}], lambda _line: None, None) == []
