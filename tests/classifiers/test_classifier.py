from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import save_file

from classifiers import resources
from classifiers.classifier import Classifier
from classifiers.corpus import load_recordings, raw, scrubbed
from classifiers.evaluation.judged import AXIS_NAMES
from classifiers.features.encoder import ADAPTERS
from classifiers.heads.decode import committed_tables, decode
from classifiers.heads.model import load_model, save_model
from classifiers.heads.roles import in_order
from classifiers.training.calibrate import fit_temperature, fit_threshold
from classifiers.training.solvers import ridge_head
from classifiers.training.train import MODELS, PAIRS, check_adapters, load_material
from pipeline.errors import ConfigurationError
from pipeline.packet.outcome import CONDITION_ENUMS, FIX_SCOPES, OUTCOMES
from pipeline.packet.vocabulary import AXES, DOMAINS
from pipeline.redaction.scrubbed import ScrubbedCue, ScrubbedRecording


@pytest.fixture(scope="module")
def classifier():
    return Classifier.load()


@pytest.fixture(scope="module")
def recordings():
    return load_recordings()


def told(recording, look):
    return ScrubbedRecording(tuple(ScrubbedCue(look(segment.text)) for segment in recording.segments))


def test_labels_are_legal_and_share_a_domain(classifier, recordings):
    vocabulary = resources.vocabulary()
    for found in classifier.classify_many([told(r, scrubbed) for r in recordings[::12]]):
        problem, symptom = found.problem_type.label, found.symptom_pattern.label
        assert vocabulary.problem_types[problem].domain == vocabulary.symptoms[symptom].domain
        assert found.resolution_pattern.label in vocabulary.resolutions
        assert len(found.problem_type.top) == 5
        assert 0 <= found.problem_type.confidence <= 1
        assert found.outcome in OUTCOMES
        assert found.fix_scope in FIX_SCOPES
        assert found.conditions.load_profile in CONDITION_ENUMS["engineering"]["load_profile"]
        assert set(found.ruled_out) <= set(vocabulary.problem_types) - {problem}
        assert set(found.tried) <= set(vocabulary.resolutions)
        assert len(found.conditions.stack) <= 3
        assert set(found.conditions.stack) <= set(resources.lexicon().terms)
        assert all(e.where.startswith("cue:") for e in found.evidence)


def test_labels_agree_on_raw_and_scrubbed_text(classifier, recordings):
    chosen = recordings[::6]
    masked = classifier.classify_many([told(r, scrubbed) for r in chosen])
    plain = classifier.classify_many([told(r, raw) for r in chosen])
    same = [
        [getattr(a, axis).label for axis in AXIS_NAMES] == [getattr(b, axis).label for axis in AXIS_NAMES]
        for a, b in zip(masked, plain, strict=True)
    ]
    assert np.mean(same) >= 0.98


def test_the_look_of_the_text_does_not_matter(classifier, recordings):
    one = told(recordings[0], scrubbed)
    shouted = ScrubbedRecording(tuple(ScrubbedCue(cue.text.replace(" ", ", ")) for cue in one.cues))
    first, second = classifier.classify(one), classifier.classify(shouted)
    assert first.problem_type.label == second.problem_type.label


def test_known_labels_win(classifier):
    known = {"problem_type": "dns_failure", "outcome": "workaround", "stack": ["redis"], "load_profile": "burst"}
    found = classifier.classify(ScrubbedRecording((ScrubbedCue("it was slow all morning"),), labels=known))
    assert (found.problem_type.label, found.problem_type.accepted) == ("dns_failure", True)
    assert (found.outcome, found.conditions.stack, found.conditions.load_profile) == ("workaround", ("redis",), "burst")


def test_accept_replaces_the_thresholds(classifier, recordings):
    one = told(recordings[5], scrubbed)
    assert classifier.classify(one, accept=0).problem_type.accepted
    assert not classifier.classify(one, accept=1.01).problem_type.accepted


def test_a_recording_without_words_gets_no_label(classifier):
    found = classifier.classify(ScrubbedRecording(()))
    assert found.problem_type.label is None
    assert not found.problem_type.accepted


def test_a_batch_is_labelled_like_its_recordings_alone(classifier, recordings):
    some = [told(r, scrubbed) for r in recordings[:3]]
    together = classifier.classify_many(some)
    assert [c.problem_type.label for c in together] == [classifier.classify(s).problem_type.label for s in some]


def test_beliefs_of_a_question_sum_to_one_and_point_the_right_way(classifier):
    found = classifier.beliefs(ScrubbedRecording((ScrubbedCue("we get 503 errors now and then at the lunch peak"),)))
    assert sum(found.problem_type.values()) == pytest.approx(1, abs=1e-4)
    assert sum(found.symptom_pattern.values()) == pytest.approx(1, abs=1e-4)
    best = sorted(found.symptom_pattern, key=found.symptom_pattern.get, reverse=True)[:3]
    assert "intermittent_503_under_load" in best


def test_a_model_survives_being_saved(tmp_path):
    model = load_model(MODELS)
    save_model(model, tmp_path)
    assert load_model(tmp_path).digest() == model.digest()
    (tmp_path / "model.json").write_text('{"format": 0}')
    with pytest.raises(ConfigurationError, match="format"):
        load_model(tmp_path)


def test_the_committed_model_was_fitted_on_the_committed_corpus(recordings):
    meta = load_model(MODELS).meta["corpus"]
    assert (meta["recordings"], meta["digest"]) == (len(recordings), load_material().digest())


def test_decoding_gives_all_axes_one_domain():
    vocabulary = resources.vocabulary()
    table = committed_tables()
    beliefs = {axis: np.full(len(table.labels[axis]), 0.1 / len(table.labels[axis]), np.float32) for axis in AXES}
    beliefs["problem_types"][table.labels["problem_types"].index("onboarding_stall")] += 0.9
    beliefs["resolutions"][table.labels["resolutions"].index("guided_setup")] += 0.9
    beliefs["symptoms"][table.labels["symptoms"].index("full_outage")] += 0.4
    beliefs["symptoms"][table.labels["symptoms"].index("milestone_missed")] += 0.3
    beliefs["symptoms"] /= beliefs["symptoms"].sum()
    best = table.labels["symptoms"][int(decode(beliefs, table, PAIRS)["symptoms"].argmax())]
    assert vocabulary.symptoms[best].domain == "customer_success"


def test_the_told_fix_decides_between_two_problems_and_the_problem_between_two_fixes():
    table = committed_tables()
    beliefs = {axis: np.full(len(table.labels[axis]), 0.02 / len(table.labels[axis]), np.float32) for axis in AXES}

    def believe(axis, **shares):
        for label, share in shares.items():
            beliefs[axis][table.labels[axis].index(label)] += share

    def best(axis):
        return table.labels[axis][int(decode(beliefs, table, PAIRS)[axis].argmax())]

    believe("symptoms", full_outage=0.98)
    believe("problem_types", dns_failure=0.48, hardware_failure=0.5)
    believe("resolutions", dns_correction=0.98)
    assert best("problem_types") == "dns_failure"
    beliefs["problem_types"][:] = 1e-4
    believe("problem_types", hardware_failure=1.0)
    beliefs["resolutions"][:] = 1e-4
    believe("resolutions", dns_correction=0.5, hardware_replacement=0.49)
    assert best("resolutions") == "hardware_replacement"


def test_every_problem_has_a_typical_fix_and_every_fix_a_problem():
    vocabulary, fixes = resources.vocabulary(), resources.usual_fixes()
    assert set(fixes) == set(vocabulary.problem_types)
    for problem, graded in fixes.items():
        assert max(graded.values()) >= 2, problem
        assert {vocabulary.resolutions[r].domain for r in graded} <= {vocabulary.domain(problem), "any"}
    assert {r for graded in fixes.values() for r, grade in graded.items() if grade >= 2} == set(vocabulary.resolutions)


def test_an_adapter_that_saw_who_is_tested_is_refused(tmp_path):
    material = load_material()
    check_adapters(material, MODELS)
    with safe_open(MODELS / ADAPTERS, framework="numpy") as adapters:
        one = adapters.get_tensor("0")
    save_file(dict.fromkeys("0123", one), tmp_path / ADAPTERS, dict.fromkeys("0123", "a01 a02"))
    with pytest.raises(ConfigurationError, match="adapter 0 has seen"):
        check_adapters(material, tmp_path)


def test_roles_lean_on_their_usual_order():
    beliefs = np.full((2, 8), 0.01, np.float32)
    beliefs[0, 0], beliefs[1, 1], beliefs[1, 2] = 0.93, 0.47, 0.47
    order = np.ones((8, 8), np.float32)
    order[0, 1] = 5.0
    assert in_order(beliefs, order)[1].argmax() == 1


def test_calibration_tools():
    posteriors = np.array([[0.9, 0.1]] * 6 + [[0.9, 0.1]] * 4, np.float32)
    assert fit_temperature(posteriors, [0] * 6 + [1] * 4) > 1
    assert fit_threshold([0.9, 0.8, 0.7, 0.6], [True, True, False, True]) == 0.8
    assert fit_threshold([0.9], [False]) > 1


def test_a_ridge_head_learns_two_directions():
    head = ridge_head(np.eye(2), ["a", "b"], ("a", "b", "never"), 0.1)
    assert [head.labels[i] for i in head.dense(np.eye(2, dtype=np.float32)).argmax(axis=1)] == ["a", "b"]


@given(st.integers(0, 2**32 - 1), st.sampled_from([None, *DOMAINS]))
def test_the_best_ids_of_all_axes_always_share_a_domain(seed, domain):
    table, vocabulary, chance = committed_tables(), resources.vocabulary(), np.random.default_rng(seed)
    beliefs = {axis: chance.dirichlet(np.full(len(table.labels[axis]), 0.05)).astype(np.float32) for axis in AXES}
    found = decode(beliefs, table, PAIRS, domain)
    domains = {vocabulary.axis(a)[table.labels[a][int(found[a].argmax())]].domain for a in AXES} - {"any"}
    assert len(domains) == 1
    assert domain in (None, *domains)
    assert all(abs(belief.sum() - 1) < 1e-4 for belief in found.values())


def test_a_known_label_decides_the_domain(classifier, recordings):
    one = next(r for r in recordings if r.gold["problem_type"] == "dns_failure")
    story = replace(told(one, scrubbed), labels={"problem_type": "onboarding_stall"})
    found = classifier.classify(story, accept=0.0)
    assert resources.vocabulary().symptoms[found.symptom_pattern.label].domain == "customer_success"
