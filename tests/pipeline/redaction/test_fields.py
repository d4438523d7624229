from hypothesis import given
from hypothesis import strategies as st

from pipeline.recording import Cue, Metadata, Recording
from pipeline.redaction.fields import cue_starts, fields_of, split_back
from pipeline.redaction.span import Span


@given(st.lists(st.text(max_size=8), min_size=1, max_size=8), st.data())
def test_a_span_of_the_transcript_hides_the_same_text_in_the_captions(texts, data):
    joined = " ".join(texts)
    start, end = sorted((data.draw(st.integers(0, len(joined))), data.draw(st.integers(0, len(joined)))))
    places = split_back([Span(start, end, "PERSON", 1.0, "r")], texts)
    hidden = {
        cue_starts(texts)[i] + offset
        for i, spans in enumerate(places)
        for s in spans
        for offset in range(s.start, s.end)
    }
    blanks = {offset - 1 for offset in cue_starts(texts)[1:]}
    assert hidden == set(range(start, end)) - blanks


def test_every_text_is_a_field_and_nothing_else_is():
    metadata = Metadata(
        id="x1", title="t", description="d", owner_name="o", owner_email="e@f.example", workspace="w", folder="f", url="u",
        created_at="c", summary="s", tags=("t1",), chapters=("c1", "c2"), action_items=("a",), comments=("k",), members=("m",),
        customers=("q",),
    )  # fmt: skip
    fields = fields_of(Recording("team/pool-fix.en.vtt", "v", (Cue("one"), Cue("two")), metadata))
    assert {f.where: f.text for f in fields} == {
        "cues": "one two",
        "metadata.title": "t",
        "metadata.description": "d",
        "metadata.folder": "f",
        "metadata.summary": "s",
        "metadata.tags[0]": "t1",
        "metadata.chapters[0]": "c1",
        "metadata.chapters[1]": "c2",
        "metadata.action_items[0]": "a",
        "metadata.comments[0]": "k",
        "metadata.file_name": "pool-fix",
    }
