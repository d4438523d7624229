from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import QuarantinedError
from pipeline.recording import Cue, Metadata
from pipeline.sources.sidecars import parse_row, parse_sidecar
from pipeline.sources.transcript import parse_transcript
from pipeline.sources.workspace_csv import WorkspaceExport, parse_export

# The machine may be busy, and pandas takes its time to load: no deadline for one example.
patient = settings(deadline=None)
KINDS = ("vtt", "srt", "json", "txt")

# Words that no format gives a meaning of its own: what was said comes back as it was said.
WORDS = st.lists(
    st.text(st.characters(categories=("Ll", "Lu", "Nd", "Lo"), exclude_characters="-<>&:[]"), min_size=1, max_size=9),
    min_size=2,
    max_size=6,
).map(lambda words: "x " + " ".join(words))
SPOKEN = st.lists(WORDS, min_size=1, max_size=12).map(lambda texts: [f"c{i}{text}" for i, text in enumerate(texts)])

PIECES = st.sampled_from(
    ["WEBVTT", "\n", "\n\n", "\r", "-->", "00:01.000", "00:00:01,000", " --> ", "1", "<v ", ">", "<", "&amp;", "NOTE", "STYLE",
     "[0:07]", "0:07", "Rut: ", '{"phrases":', "[", '{"value":', "]", "}", '"', "\ufeff", "\0", "\u2028", "\\N", "{\\", "text",
     "9" * 30, "é", "\ud7ff"]
)  # fmt: skip
SOUP = st.lists(PIECES, max_size=40).map("".join)
ANYTHING = st.one_of(st.binary(max_size=400), SOUP.map(str.encode), SOUP.map(lambda text: text.encode("utf-16")))


def stamp(ms: int, mark: str) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{mark}{ms % 1000:03d}"


def captions(spoken: list[str], mark: str, gap: int) -> list[str]:
    return [
        f"{i + 1}\n{stamp(i * gap, mark)} --> {stamp(i * gap + gap // 2, mark)}\n{text}\n"
        for i, text in enumerate(spoken)
    ]


def expected(spoken: list[str], gap: int) -> list[Cue]:
    return [Cue(text, i * gap / 1000, (i * gap + gap // 2) / 1000) for i, text in enumerate(spoken)]


@patient
@given(SPOKEN, st.integers(2, 3_000_000))
def test_vtt_round_trip(spoken, gap):
    text = "WEBVTT\n\n" + "\n".join(captions(spoken, ".", gap))
    assert parse_transcript(text.encode(), "vtt") == expected(spoken, gap)


@patient
@given(SPOKEN, st.integers(2, 3_000_000), st.sampled_from(["\n", "\r\n", "\r"]))
def test_srt_round_trip(spoken, gap, line_end):
    text = "\n".join(captions(spoken, ",", gap)).replace("\n", line_end)
    assert parse_transcript(text.encode(), "srt") == expected(spoken, gap)


@patient
@given(SPOKEN, st.integers(0, 900), st.booleans())
def test_panel_round_trip(spoken, gap, glued):
    def line(i: int, text: str) -> str:
        at = i * gap
        clock = f"{at // 3600}:{at // 60 % 60:02d}:{at % 60:02d}"
        return f"[{clock}]{text}\n" if glued else f"{clock}\n{text}\n"

    data = "".join(line(i, text) for i, text in enumerate(spoken)).encode()
    assert parse_transcript(data, "txt") == [Cue(text, float(i * gap)) for i, text in enumerate(spoken)]


@patient
@given(SPOKEN, st.lists(st.floats(0, 1e6), min_size=12, max_size=12), st.booleans())
def test_phrases_round_trip(spoken, times, ascii_only):
    phrases = [{"ts": at, "value": text, "ranges": []} for text, at in zip(spoken, times, strict=False)]
    data = json.dumps({"phrases": phrases, "schemaVersion": "1.1.3"}, ensure_ascii=ascii_only).encode()
    assert parse_transcript(data, "json") == [Cue(text, at) for text, at in zip(spoken, times, strict=False)]


@pytest.mark.parametrize("kind", KINDS)
@patient
@given(data=ANYTHING)
def test_transcripts_parse_or_are_quarantined(kind, data):
    try:
        cues = parse_transcript(data, kind)
    except QuarantinedError as error:
        assert error.stage == "source"
        assert error.reason.replace("_", "").isalpha()
    else:
        assert cues
        for cue in cues:
            assert cue.text == " ".join(cue.text.split())
            cue.text.encode()


TIMING = "00:00:01.000 --> 00:00:02.000"
BORDERS = st.sampled_from(
    [" ", "\n", "\n\n", "\n \n\n", f"\n\n{TIMING}\n", f"\n{TIMING}\n", f"\n\n7\n{TIMING}\n", f"\n7\n{TIMING} line:0\n",
     f"\n\nNOTE made\nby hand\n\n{TIMING}\n", f"\n\n{TIMING}\n\n{TIMING}\n"]
)  # fmt: skip


@pytest.mark.parametrize("kind", ["vtt", "srt"])
@patient
@given(st.lists(BORDERS, max_size=30), st.booleans())
def test_every_word_of_a_loose_caption_file_comes_back(kind, borders, header):
    words = [f"said it{i}" for i in range(len(borders) + 1)]
    said = words[0] + "".join(border + word for border, word in zip(borders, words[1:], strict=True))
    data = ("WEBVTT\n\n" * header + f"{TIMING}\n{said}\n").encode()
    assert " ".join(cue.text for cue in parse_transcript(data, kind)) == " ".join(words)


@pytest.mark.parametrize("kind", ["meta", "info", "oembed"])
@patient
@given(
    data=st.one_of(
        ANYTHING,
        st.dictionaries(
            st.sampled_from(["id", "title", "tags", "chapters", "duration", "timestamp", "members", "confidence"]),
            st.recursive(
                st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
                lambda inner: st.one_of(
                    st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
                ),
                max_leaves=6,
            ),
        ).map(lambda loaded: json.dumps(loaded).encode()),
    )
)
def test_sidecars_parse_or_are_quarantined(kind, data):
    try:
        metadata = parse_sidecar(data, kind)
    except QuarantinedError as error:
        assert error.reason == "sidecar_malformed"
    else:
        assert isinstance(metadata, Metadata)
        json.dumps([metadata.title, metadata.members]).encode()


@patient
@given(data=ANYTHING)
def test_exports_parse_or_are_quarantined(data):
    try:
        export = parse_export(data, "", {})
    except QuarantinedError as error:
        assert error.reason in {"sidecar_malformed", "csv_columns_unknown"}
    else:
        assert isinstance(export, WorkspaceExport)


@patient
@given(st.dictionaries(st.sampled_from(["title", "tags", "duration", "id"]), st.text(max_size=20)))
def test_any_row_is_metadata(row):
    assert isinstance(parse_row(row), Metadata)
