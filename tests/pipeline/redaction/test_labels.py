import pytest

from pipeline.redaction.labels import vet_labels


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        ({"problem_type": "dns_failure"}, {"problem_type": "dns_failure"}),
        ({"problem_type": "Marrowbank is down"}, {}),
        ({"resolution": "retry_backoff"}, {"resolution_pattern": "retry_backoff"}),
        ({"outcome": "resolved", "load_profile": "peak"}, {"outcome": "resolved", "load_profile": "peak"}),
        ({"outcome": "ask Odile"}, {}),
        ({"stack": ["Postgres", "marrowdb"]}, {"stack": ["postgresql"]}),
        ({"confidence": 0.5}, {"confidence": 0.5}),
        ({"confidence": True, "owner": "Odile", "symptom_pattern": 7}, {}),
    ],
)
def test_only_known_values_get_through(labels, kept, lexicon, vocabulary):
    assert vet_labels(labels, lexicon, vocabulary) == kept
