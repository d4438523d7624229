import pytest

from classifiers.evaluation import figures
from classifiers.evaluation.judged import AXIS_NAMES, Judged


def judged(gold, said, sure=0.9, *, name="r", author="a", accepted=True, **more):
    top = ((said, sure), ("other_thing", (1 - sure) / 2))
    return Judged(
        name,
        author,
        name,
        "cased",
        {**dict.fromkeys(AXIS_NAMES, gold), **more},
        dict.fromkeys(AXIS_NAMES, top),
        {"outcome": "resolved", "stack": ["redis"], "ruled_out": [], "tried": []},
        dict.fromkeys(AXIS_NAMES, accepted),
    )


BATCH = [judged("x", "x", 0.9), judged("x", "y", 0.6, accepted=False), judged("y", "y", 0.8), judged("x", "x", 0.7)]
AXIS = "problem_type"


def test_rates_have_intervals_around_them():
    rate = figures.top_rate(BATCH, AXIS, 1)
    assert (rate.value, rate.count) == (0.75, 4)
    assert rate.low < 0.75 < rate.high
    assert figures.rate([]).count == 0


def test_top_three_forgives():
    assert figures.top_rate([judged("other_thing", "x")], AXIS, 3).value == 1


def test_accepted_counts_only_what_passes():
    right, share = figures.accepted(BATCH, AXIS)
    assert (right.value, share.value) == (1.0, 0.75)


def test_risk_grows_where_the_unsure_one_is_wrong():
    assert [wrong for _, wrong, _ in figures.risk_coverage(BATCH, AXIS)] == [0, 0, 0, 0.25]


def test_lists_are_judged_item_by_item():
    precision, recall = figures.listed(
        [judged("x", "x", stack=["redis", "nginx"]), judged("x", "x", stack=[])], "stack"
    )
    assert (precision.value, recall.value) == (0.5, 0.5)


def test_ids_worst_first_and_thin_last():
    many = [judged("bad", "good")] * 5 + [judged("good", "good")] * 6 + [judged("rare", "good")]
    assert [(r.id, r.thin) for r in figures.per_id(many, AXIS)] == [("bad", False), ("good", False), ("rare", True)]


def test_confusions_and_majority():
    assert figures.confusions(BATCH, AXIS) == [("x", "y", 1)]
    assert figures.majority_rate(BATCH, AXIS).value == 0.75


def test_reliability_covers_everything():
    assert sum(n for _, _, n in figures.reliability([*BATCH, judged("x", "x", 1.0)], AXIS)) == 5
    assert figures.expected_calibration_error([judged("x", "x", 1.0)], AXIS) == pytest.approx(0.0)


def test_drift_and_holding():
    assert figures.drift(BATCH[:1], BATCH[2:3], AXIS)[0] == ("x", 1.0, 0.0)
    assert figures.holding(BATCH) == {"emitted": 3, "problem_type unsure": 1}
