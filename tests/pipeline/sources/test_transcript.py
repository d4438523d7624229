"""Transcript files of every kind, as tables of (bytes, cues or reason)."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest

from pipeline.errors import QuarantinedError
from pipeline.recording import Cue
from pipeline.sources.transcript import parse_transcript


def phrases(*values: object, version: object = "1.1.3") -> str:
    items = [{"ts": i * 2.5, "value": v, "ranges": []} if isinstance(v, str) else v for i, v in enumerate(values)]
    return json.dumps({"phrases": items, "schemaVersion": version})


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nhidden in a zip\n")
    return buffer.getvalue()


VTT_CASES = {
    "hours": ("WEBVTT\n\n01:00:01.500 --> 01:00:02.000\nhello\n", [Cue("hello", 3601.5, 3602.0)]),
    "no hours": ("WEBVTT\n\n00:01.500 --> 00:02.000\nhello\n", [Cue("hello", 1.5, 2.0)]),
    "title in the header": ("WEBVTT - captions\nKind: captions\n\n00:01.000 --> 00:02.000\nx\n", [Cue("x", 1, 2)]),
    "no header": ("00:01.000 --> 00:02.000\nhello\n", [Cue("hello", 1.0, 2.0)]),
    "header without a blank line": ("WEBVTT\n00:01.000 --> 00:02.000\nhello\n", [Cue("hello", 1.0, 2.0)]),
    "cue numbers": (
        "WEBVTT\n\n1\n00:01.000 --> 00:02.000\na\n\n2\n00:03.000 --> 00:04.000\nb\n",
        [Cue("a", 1.0, 2.0), Cue("b", 3.0, 4.0)],
    ),
    "cue identifiers": (
        "WEBVTT\n\nid-1\n00:01.000 --> 00:02.000\na\n\nid-2\n00:03.000 --> 00:04.000\nb\n",
        [Cue("a", 1.0, 2.0), Cue("b", 3.0, 4.0)],
    ),
    "no blank lines between": (
        "WEBVTT\n\n1\n00:01.000 --> 00:02.000\na\n2\n00:03.000 --> 00:04.000\nb\n",
        [Cue("a", 1.0, 2.0), Cue("b", 3.0, 4.0)],
    ),
    "blank line inside a cue": (
        "WEBVTT\n\n00:01.000 --> 00:02.000\na\n\nstill a\n\n00:03.000 --> 00:04.000\nb\n",
        [Cue("a still a", 1.0, 2.0), Cue("b", 3.0, 4.0)],
    ),
    "a number is all that was said": (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n42\n\n00:03.000 --> 00:04.000\nb\n\n00:05.000 --> 00:06.000\nor\n43\n",
        [Cue("42", 1.0, 2.0), Cue("b", 3.0, 4.0), Cue("or 43", 5.0, 6.0)],
    ),
    "settings": ("WEBVTT\n\n00:01.000 --> 00:02.000 align:start position:0%\nx\n", [Cue("x", 1.0, 2.0)]),
    "comma, no blanks, no fraction": ("WEBVTT\n\n00:01,5-->00:02\nx\n", [Cue("x", 1.5, 2.0)]),
    "minutes only": ("WEBVTT\n\n75:01.000 --> 75:02.000\nx\n", [Cue("x", 4501.0, 4502.0)]),
    "CRLF": ("WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\na\r\nb\r\n", [Cue("a b", 1.0, 2.0)]),
    "CR": ("WEBVTT\r\r00:01.000 --> 00:02.000\ra\rb\r", [Cue("a b", 1.0, 2.0)]),
    "entities": ("WEBVTT\n\n00:01.000 --> 00:02.000\nR&amp;D &lt;v&gt; &#39;x&#39;\n", [Cue("R&D <v> 'x'", 1.0, 2.0)]),
    "tags": ("WEBVTT\n\n00:01.000 --> 00:02.000\n<i>a</i> <c.red>b</c> <00:01.500>c\n", [Cue("a b c", 1.0, 2.0)]),
    "no tag": ("WEBVTT\n\n00:01.000 --> 00:02.000\na < b and b > c\n", [Cue("a < b and b > c", 1.0, 2.0)]),
    "arrow in the text": ("WEBVTT\n\n00:01.000 --> 00:02.000\nfrom a --> b\n", [Cue("from a → b", 1.0, 2.0)]),
    "voice": ("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Rut Ek>hello</v>\n", [Cue("hello", 1.0, 2.0, "Rut Ek")]),
    "voice with a class": ("WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Rut>hello\n", [Cue("hello", 1.0, 2.0, "Rut")]),
    "two voices": (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Rut>hello</v>\n<v Bo>hi</v>\n",
        [Cue("hello", 1.0, 2.0, "Rut"), Cue("hi", 1.0, 2.0, "Bo")],
    ),
    "comments and styles": (
        "WEBVTT\n\nNOTE made by hand\nand long\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000\nx\n\nNOTE end\n",
        [Cue("x", 1.0, 2.0)],
    ),
    "blank cue": (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n\n\n00:03.000 --> 00:04.000\nb\n",
        [Cue("b", 3.0, 4.0)],
    ),
    "NUL": ("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "long enough a text " * 8 + "\0x\n", [
        Cue("long enough a text " * 8 + "\ufffdx", 1.0, 2.0),
    ]),
    "invisible characters": ("WEBVTT\n\n00:01.000 --> 00:02.000\nac\u200bme\u00ad\u202e co\n", [Cue("acme co", 1.0, 2.0)]),
    "line separator inside": ("WEBVTT\n\n00:01.000 --> 00:02.000\na\u2028b\n", [Cue("a b", 1.0, 2.0)]),
}  # fmt: skip

SRT_CASES = {
    "plain": (
        "1\n00:00:01,000 --> 00:00:02,500\na\nb\n\n2\n00:00:03,000 --> 00:00:04,000\nc\n",
        [Cue("a b", 1.0, 2.5), Cue("c", 3.0, 4.0)],
    ),
    "byte order mark": ("\ufeff1\n00:00:01,000 --> 00:00:02,000\na\n", [Cue("a", 1.0, 2.0)]),
    "dots and no hours": ("1\n00:01.000 --> 00:02.000\na\n", [Cue("a", 1.0, 2.0)]),
    "blank line inside a cue": (
        "1\n00:00:01,000 --> 00:00:02,000\na\n\nmore\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n",
        [Cue("a more", 1.0, 2.0), Cue("b", 3.0, 4.0)],
    ),
    "ends in a number": ("1\n00:00:01,000 --> 00:00:02,000\nerror\n503\n", [Cue("error 503", 1.0, 2.0)]),
    "backslashes": ("1\n00:00:01,000 --> 00:00:02,000\nC:\\New\\next\n", [Cue("C:\\New\\next", 1.0, 2.0)]),
    "braces": ("1\n00:00:01,000 --> 00:00:02,000\n{\\an8}see ${HOME}\n", [Cue("see ${HOME}", 1.0, 2.0)]),
    "tags": ("1\n00:00:01,000 --> 00:00:02,000\n<b>a</b> <font color='red'>b</font>\n", [Cue("a b", 1.0, 2.0)]),
    "really a WebVTT": ("WEBVTT\n\n00:01.000 --> 00:02.000\na\n", [Cue("a", 1.0, 2.0)]),
    "empty cue": (
        "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n",
        [Cue("b", 3.0, 4.0)],
    ),
}

PANEL_CASES = {
    "stamps alone": ("0:00\nhello\n0:14\nthe pool\nran dry\n", [Cue("hello", 0.0), Cue("the pool ran dry", 14.0)]),
    "stamps with hours": ("59:58\na\n1:00:02\nb\n", [Cue("a", 3598.0), Cue("b", 3602.0)]),
    "brackets, glued": ("[0:00]So hello\n[0:07]And [1:02:03]then\n", [
        Cue("So hello", 0.0), Cue("And", 7.0), Cue("then", 3723.0),
    ]),
    "bare, glued": ("0:00So hello\n0:07 And then\n", [Cue("So hello", 0.0), Cue("And then", 7.0)]),
    "text above the first stamp": ("So hello\n[0:07]And\n", [Cue("So hello"), Cue("And", 7.0)]),
    "a time of day is no stamp": ("we met\n12:30 was the time\n", [Cue("we met 12:30 was the time")]),
    "nor one that goes back": ("0:10 a\n0:20 b\n0:05 is when\n", [Cue("a", 10.0), Cue("b 0:05 is when", 20.0)]),
    "paragraphs": ("one\nline\n\n\ntwo\n", [Cue("one line"), Cue("two")]),
    "turns": ("Rut: one\nBo: two\n", [Cue("Rut: one"), Cue("Bo: two")]),
}  # fmt: skip

JSON_CASES = {
    "plain": (phrases("hello", "the pool"), [Cue("hello", 0.0), Cue("the pool", 2.5)]),
    "speaker": (
        phrases({"ts": 1, "value": "hi", "ranges": [], "speakerName": "Rut Ek"}),
        [Cue("hi", 1.0, None, "Rut Ek")],
    ),
    "no time": (phrases({"value": "hi"}, {"value": "ho", "ts": "x"}), [Cue("hi"), Cue("ho")]),
    "times that are none": ('{"phrases": [{"value": "a", "ts": NaN}, {"value": "b", "ts": 1e999}]}', [
        Cue("a"), Cue("b"),
    ]),
    "no version": ('{"phrases": [{"ts": 1, "value": "hi"}]}', [Cue("hi", 1.0)]),
    "later minor version": (phrases("hi", version="1.9"), [Cue("hi", 0.0)]),
    "version as a number": (phrases("hi", version=1), [Cue("hi", 0.0)]),
    "version as a fraction": (phrases("hi", version=1.1), [Cue("hi", 0.0)]),
    "version that is null": (phrases("hi", version=None), [Cue("hi", 0.0)]),
    "blank phrases": (phrases("", " ", "hi"), [Cue("hi", 5.0)]),
    "half a surrogate pair": ('{"phrases": [{"ts": 1, "value": "a \\ud83d b"}]}', [Cue("a \ufffd b", 1.0)]),
}  # fmt: skip

BAD = {
    "nothing": ("vtt", b"", "empty"),
    "byte order mark only": ("vtt", b"\xef\xbb\xbf", "empty"),
    "white space": ("txt", b" \r\n\t\n", "empty"),
    "header only": ("vtt", b"WEBVTT\n\nNOTE nothing here\n", "no_cues"),
    "bare header": ("vtt", b"WEBVTT\n", "empty"),
    "blank cues only": ("srt", b"1\n00:00:01,000 --> 00:00:02,000\n\n", "empty"),
    "no timing line": ("vtt", b"WEBVTT\n\nonly text\n", "no_cues"),
    "no timing line in SubRip": ("srt", b"only text\n", "no_cues"),
    "arrows but no times": ("vtt", b"WEBVTT\n\na --> b\n", "no_cues"),
    "a stamp that is none": ("vtt", b"WEBVTT\n\n00:01.000 --> 00:0x\na\n", "cue_count_mismatch"),
    "one bad stamp of two": (
        "srt",
        b"1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 --> 0:\nb\n",
        "cue_count_mismatch",
    ),
    "zip": ("vtt", archive(), "binary"),
    "gzip": ("txt", gzip.compress(b"hello " * 50), "binary"),
    "image": ("srt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary"),
    "UTF-16 without a mark": ("txt", "hello there".encode("utf-16-le"), "binary"),
    "UTF-16 cut in a character": ("txt", "hello".encode("utf-16")[:-1], "encoding"),
    "damaged UTF-8": ("txt", "déjà vu, encore".encode()[:-1] + b"\xc3 fin", "encoding"),
    "Cyrillic in a code page": ("txt", "пул соединений исчерпан".encode("cp1251"), "encoding"),
    "Japanese in a code page": ("txt", "接続プールが枯渇しました".encode("shift_jis"), "encoding"),
    "undefined in Windows-1252": ("txt", b"caf\x81 au lait, s'il vous plait", "encoding"),
    "truncated JSON": ("json", phrases("hello", "there")[:-20].encode(), "malformed_json"),
    "deep JSON": ("json", b'{"phrases":' + b"[" * 100_000, "malformed_json"),
    "JSON of another kind": ("json", b'{"name": "x"}', "malformed_phrases"),
    "a list": ("json", b"[1, 2]", "malformed_phrases"),
    "a phrase without a value": ("json", b'{"phrases": [{"ts": 1}]}', "malformed_phrases"),
    "a phrase that is none": ("json", b'{"phrases": ["hello"]}', "malformed_phrases"),
    "no phrases": ("json", phrases().encode(), "empty"),
    "later major version": ("json", phrases("hi", version="2.0.0").encode(), "unknown_schema_version"),
    "later major version as a number": ("json", phrases("hi", version=2).encode(), "unknown_schema_version"),
    "version of another type": ("json", phrases("hi", version=True).encode(), "unknown_schema_version"),
    "version in a list": ("json", phrases("hi", version=["1"]).encode(), "unknown_schema_version"),
}


@pytest.mark.parametrize(("text", "cues"), VTT_CASES.values(), ids=VTT_CASES)
def test_vtt(text, cues):
    assert parse_transcript(text.encode(), "vtt") == cues


@pytest.mark.parametrize(("text", "cues"), SRT_CASES.values(), ids=SRT_CASES)
def test_srt(text, cues):
    assert parse_transcript(text.encode(), "srt") == cues


@pytest.mark.parametrize(("text", "cues"), PANEL_CASES.values(), ids=PANEL_CASES)
def test_panel(text, cues):
    assert parse_transcript(text.encode(), "txt") == cues


@pytest.mark.parametrize(("text", "cues"), JSON_CASES.values(), ids=JSON_CASES)
def test_phrases(text, cues):
    assert parse_transcript(text.encode(), "json") == cues


@pytest.mark.parametrize(("kind", "data", "reason"), BAD.values(), ids=BAD)
def test_bad_input_has_its_reason(kind, data, reason):
    with pytest.raises(QuarantinedError) as caught:
        parse_transcript(data, kind)
    assert (caught.value.stage, caught.value.reason) == ("source", reason)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(encoding):
    data = "[0:01]Siobhán’s café – 20 € déjà vu\n".encode(encoding)
    assert parse_transcript(data, "txt") == [Cue("Siobhán’s café – 20 € déjà vu", 1.0)]


def test_text_may_begin_like_a_magic_number():
    assert parse_transcript(b"ID3 tags are what broke", "txt") == [Cue("ID3 tags are what broke")]
