"""The nearness grades are data of a release: any change of a byte is a new version and must be meant."""

import hashlib

from classifiers import resources

RELEASE = {
    "vocabulary.yaml": "127a6b52fbdd0288676a3ec62ab0731083e1f3ce271e1c63e3f3f50230dee788",
    "lexicon.yaml": "9892aef9dd464c78ce577f991a35a2dfa18665164a2f8f61456721ec89dce958",
    "nearness.yaml": "09e2cf6ee3e4c58fa048a39fd21e5285748be57373fd3050d7b5d00ee516cb80",
}


def test_the_data_of_vocabulary_version_1_0_are_these_bytes():
    actual = {name: hashlib.sha256((resources.DATA / name).read_bytes()).hexdigest() for name in RELEASE}
    assert actual == RELEASE


def test_every_pair_is_symmetric_and_stays_inside_its_domain():
    nearness, vocabulary = resources.nearness(), resources.vocabulary()
    for one, row in nearness.problems.items():
        for other, grade in row.items():
            assert nearness.problem(other, one) == grade
            assert vocabulary.domain(one) == vocabulary.domain(other)
    for one, row in nearness.symptoms.items():
        for other, grade in row.items():
            assert nearness.symptom(other, one) == grade
            assert vocabulary.symptoms[one].domain == vocabulary.symptoms[other].domain
    for symptom, row in nearness.usualness.items():
        assert {vocabulary.domain(problem) for problem in row} == {vocabulary.symptoms[symptom].domain}


def test_every_symptom_has_a_typical_cause_and_every_problem_a_symptom():
    nearness, vocabulary = resources.nearness(), resources.vocabulary()
    for symptom in vocabulary.symptoms:
        assert max(nearness.usualness[symptom].values()) >= 2 or symptom.startswith("other_"), symptom
    caused = {problem for row in nearness.usualness.values() for problem in row}
    assert caused == set(vocabulary.problem_types)
