from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.redaction.merging import apply, merge
from pipeline.redaction.span import ENTITY_TYPES, Span

TEXT = "ask Odile Ferracane at Marrowbank, or mail odile@marrowbank.example about OPS-12"


def spans_in(text):
    place = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    return st.lists(
        st.builds(lambda p, t: Span(p[0], p[1], t, 0.5, "r"), place, st.sampled_from(ENTITY_TYPES)), max_size=12
    )


@given(spans_in(TEXT))
def test_masks_are_disjoint_ordered_and_cover_everything_found(spans):
    masks = merge(spans, TEXT)
    assert all(a.end <= b.start for a, b in pairwise(masks))
    hidden = {i for m in masks for i in range(m.start, m.end)}
    assert {i for s in spans for i in range(s.start, s.end)} <= hidden


@given(spans_in(TEXT))
def test_merging_depends_on_no_order_and_is_final(spans):
    masks = merge(spans, TEXT)
    assert merge(list(reversed(spans)), TEXT) == masks
    assert merge(masks, TEXT) == masks


@given(spans_in(TEXT))
def test_placeholders_stand_where_entities_say(spans):
    scrubbed, placed = apply(merge(spans, TEXT), TEXT)
    assert [scrubbed[p.start : p.end] for p in placed] == [f"<{p.type}>" for p in placed]


@pytest.mark.parametrize(
    ("spans", "scrubbed"),
    [
        (
            [(4, 9, "PERSON"), (10, 19, "PERSON")],
            "ask <PERSON> at Marrowbank, or mail odile@marrowbank.example about OPS-12",
        ),
        (
            [(4, 9, "PERSON"), (10, 19, "UNKNOWN_TERM")],
            "ask <PERSON> at Marrowbank, or mail odile@marrowbank.example about OPS-12",
        ),
        (
            [(4, 12, "PERSON"), (8, 19, "ORGANIZATION")],
            "ask <PERSON> at Marrowbank, or mail odile@marrowbank.example about OPS-12",
        ),
        (
            [(43, 67, "EMAIL_ADDRESS"), (43, 48, "PERSON"), (49, 59, "ORGANIZATION")],
            "ask Odile Ferracane at Marrowbank, or mail <EMAIL_ADDRESS> about OPS-12",
        ),
        (
            [(4, 19, "PERSON"), (23, 33, "PERSON")],
            "ask <PERSON> at <PERSON>, or mail odile@marrowbank.example about OPS-12",
        ),
    ],
)
def test_one_mask_for_one_identifier(spans, scrubbed):
    assert apply(merge([Span(s, e, t, 0.9, "r") for s, e, t in spans], TEXT), TEXT)[0] == scrubbed


def test_no_mask_begins_with_the():
    text = "until the twentieth"
    assert apply(merge([Span(6, 19, "DATE", 0.9, "r")], text), text)[0] == "until the <DATE>"
