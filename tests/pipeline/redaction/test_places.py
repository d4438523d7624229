import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.redaction.places import find_places
from pipeline.redaction.tokens import tokenize


def found(text):
    return [text[s.start : s.end] for s in find_places(tokenize(text))]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("sat in room 3B all day", ["room 3B"]),
        ("we met in room two fourteen", ["room two fourteen"]),
        ("room b one oh seven is cold", ["room b one oh seven"]),
        ("it is in lab C 2.14 now", ["lab C 2.14"]),
        ("boarding at gate twelve failed", ["gate twelve"]),
        ("over in Hut Nine", ["Hut Nine"]),
        ("the printer at desk 4C", ["desk 4C"]),
        ("ship to 214 Alder Row please", ["214 Alder Row"]),
        ("the depot on old quarry road", ["old quarry road"]),
        ("the blenheim street lab", ["blenheim street"]),
        ("down on 9 Vane Lane", ["9 Vane Lane"]),
        ("the men in Shed 4 write", ["Shed 4"]),
        ("warm in the fish room all day", ["fish room"]),
        ("the guard at the north gate asks", ["north gate"]),
        ("somebody on the roof of block d and", ["block d"]),
        ("No, it's Conference B, down the hall", ["Conference B"]),
        ("the confocal in B4.17 is ok", ["B4.17"]),
        ("it sits in the server room", []),
        ("back in the same room", []),
        ("we block a request", []),
        ("upgraded to V4.17 today", []),
        ("make room for two more", []),
        ("room one of three was free", []),
        ("a single header row of 12 columns", []),
        ("10 empty rows and a lane", []),
        ("It took the 3 second close to heart", []),
        ("further down the road", []),
        ("the main road was closed", []),
        ("we gate the release", []),
        ("a lab test of the suite", []),
    ],
)
def test_places_by_their_build(text, places):
    assert found(text) == places


@given(
    st.lists(
        st.sampled_from(["room", "b", "3", "two", "street", "Alder", "12", ".", ",", "Row", "the"]), max_size=30
    ).map(" ".join)
)
def test_spans_stand_in_the_text_and_never_overlap_their_own_kind(text):
    spans = find_places(tokenize(text))
    assert all(0 <= s.start < s.end <= len(text) and s.type == "LOCATION" for s in spans)
