from __future__ import annotations

import json
import subprocess
import sys

import pytest

from pipeline.errors import ConfigurationError, QuarantinedError
from pipeline.recording import Metadata
from pipeline.sources.source import read

META = {
    "id": "a1b2c3d4", "title": "The pool", "description": "at noon", "owner_name": "Rut Ek", "owner_email": "rut@nor.example",
    "workspace": "Nor", "folder": "Incidents", "tags": ["db"], "url": "https://x.example/a", "created_at": "2026-01-02",
    "duration": 61.5, "chapters": ["0:00 Intro"], "summary": "s", "action_items": ["a"], "comments": ["c"],
    "members": ["Bo Li"], "customers": ["Quell"], "problem_type": "dns_failure", "resolution": "dns_ttl", "confidence": 0.5,
}  # fmt: skip


def test_meta_json(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("a.meta.json", json.dumps(META))
    assert folder.read("a.vtt").metadata == Metadata(
        id="a1b2c3d4", title="The pool", description="at noon", owner_name="Rut Ek", owner_email="rut@nor.example",
        workspace="Nor", folder="Incidents", url="https://x.example/a", created_at="2026-01-02", duration=61.5, summary="s",
        tags=("db",), chapters=("0:00 Intro",), action_items=("a",), comments=("c",), members=("Bo Li",),
        customers=("Quell",), labels={"problem_type": "dns_failure", "resolution_pattern": "dns_ttl", "confidence": 0.5},
    )  # fmt: skip


def test_info_json(folder, vtt):
    folder.write("a.en.vtt", vtt)
    info = {
        "id": "x", "title": "T", "description": None, "uploader": "Rut Ek", "timestamp": 1777716000, "duration": 205,
        "chapters": [{"start_time": 0, "title": "Intro"}, {"start_time": 9, "title": "Bo's dump"}],
        "webpage_url": "https://x.example/share/x?sid=1", "formats": [{"url": "https://signed.example"}],
    }  # fmt: skip
    folder.write("a.info.json", json.dumps(info))
    assert folder.read("a.en.vtt").metadata == Metadata(
        id="x", title="T", owner_name="Rut Ek", created_at="2026-05-02T10:00:00+00:00", duration=205.0,
        chapters=("Intro", "Bo's dump"), url="https://x.example/share/x?sid=1",
    )  # fmt: skip


def test_oembed_json(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write(
        "a.oembed.json", json.dumps({"title": "T", "author_name": "Rut Ek", "duration": 9, "html": "<iframe>"})
    )
    assert folder.read("a.vtt").metadata == Metadata(title="T", owner_name="Rut Ek", duration=9.0)


def test_precedence_field_by_field_and_names_that_lose_stay_known(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("a.meta.json", json.dumps({"title": "meta", "owner_name": "Rut Ek"}))
    folder.write("videos.csv", "File,Name,Owner,Owner email,Duration\na.vtt,csv,R. Ek,rut@nor.example,1:01\n")
    folder.write("a.info.json", json.dumps({"title": "info", "uploader": "Rutger Ek", "description": "info"}))
    folder.write("a.oembed.json", json.dumps({"title": "oembed", "author_name": "Rut Ek"}))
    metadata = folder.read("a.vtt").metadata
    assert (metadata.title, metadata.description, metadata.duration) == ("meta", "info", 61.0)
    assert (metadata.owner_name, metadata.owner_email) == ("Rut Ek", "rut@nor.example")
    assert metadata.members == ("R. Ek", "Rutger Ek")


def test_nested_values_keep_every_identifier(folder, vtt):
    folder.write("a.vtt", vtt)
    meta = {
        "comments": [{"author": "Bo Li", "text": "ask Rut"}, "plain"],
        "members": "Kim Ro",
        "title": 5,
        "tags": None,
    }
    folder.write("a.meta.json", json.dumps(meta))
    metadata = folder.read("a.vtt").metadata
    assert metadata.comments == ("Bo Li ask Rut", "plain")
    assert (metadata.members, metadata.title, metadata.tags) == (("Kim Ro",), "5", ())


DURATIONS = [
    (61, 61.0), ("61", 61.0), ("1:01", 61.0), ("1:00:01", 3601.0), (True, None), ("soon", None), (-1, None), (None, None),
    (1e999, None),
]  # fmt: skip


@pytest.mark.parametrize(("written", "seconds"), DURATIONS)
def test_durations(folder, vtt, written, seconds):
    folder.write("a.vtt", vtt)
    folder.write("a.meta.json", json.dumps({"duration": written}))
    assert folder.read("a.vtt").metadata.duration == seconds


@pytest.mark.parametrize("kind", ["meta", "info", "oembed"])
@pytest.mark.parametrize("content", [b'{"title": "cut', b"[]", b"\x00\x01\x02", b"", b'"text"', b"{" * 100_000])
def test_a_broken_sidecar_quarantines_its_recording(folder, vtt, kind, content):
    folder.write("a.vtt", vtt)
    folder.write(f"a.{kind}.json", content)
    candidate = folder.scan().candidates[0]
    with pytest.raises(QuarantinedError) as caught:
        read(folder.spec(), candidate)
    assert caught.value.reason == "sidecar_malformed"


CSV = "Video ID,Name,Owner,Owner email,Created,Duration,Folder,Tags,Link,File\n"
ROW = 'abc12345,The Pool!,Rut Ek,rut@nor.example,2026-01-02,1:01,Incidents,"db, api",https://x.example/a,{file}\n'


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a.vtt", "a.vtt"),
        ("a.vtt", "A.VTT"),
        ("sub/a.vtt", "sub/a.vtt"),
        ("sub/a.vtt", "a.vtt"),
        ("e\u0301.vtt", "é.vtt"),
        ("any [abc12345].en.vtt", ""),
        ("the-pool.vtt", ""),
        ("The Pool.en.vtt", ""),
    ],
)
def test_rows_find_their_recording(folder, vtt, name, file):
    folder.write(name, vtt)
    folder.write("videos.csv", CSV + "zzz99999,Other,Kim,,,,,,,zzz.vtt\n" + ROW.format(file=file))
    metadata = folder.read(name).metadata
    assert metadata == Metadata(
        id="abc12345", title="The Pool!", owner_name="Rut Ek", owner_email="rut@nor.example", created_at="2026-01-02",
        duration=61.0, folder="Incidents", tags=("db", "api"), url="https://x.example/a",
    )  # fmt: skip


def test_short_rows_and_blank_values_say_nothing(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("videos.csv", "File,Name,Owner\na.vtt, \n")
    assert folder.read("a.vtt").metadata == Metadata()


def test_the_nearest_export_with_a_row_wins(folder, vtt):
    folder.write("sub/a.vtt", vtt)
    folder.write("sub/b.vtt", vtt)
    folder.write("videos.csv", "File,Owner\na.vtt,Far\nb.vtt,Far\n")
    folder.write("sub/videos.csv", "File,Owner\na.vtt,Near\n")
    assert folder.read("sub/a.vtt").metadata.owner_name == "Near"
    assert folder.read("sub/b.vtt").metadata.owner_name == "Far"


def test_without_a_row_there_is_no_metadata(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("videos.csv", CSV + ROW.format(file="b.vtt"))
    assert folder.read("a.vtt").metadata == Metadata()


def test_columns_are_mapped(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("videos.csv", "Datei;Besitzer;Titel\na.vtt;Rut Ek;Der Pool, leer\n")
    mapping = {"file": "Datei", "owner_name": "besitzer", "title": "Titel"}
    metadata = folder.read("a.vtt", csv_columns=mapping).metadata
    assert (metadata.owner_name, metadata.title) == ("Rut Ek", "Der Pool, leer")
    with pytest.raises(ConfigurationError, match="owner_nam"):
        folder.scan(csv_columns={"owner_nam": "x"})


BROKEN_EXPORTS = {
    "no column known": ("a,b\n1,2\n", "csv_columns_unknown"),
    "all rows too long": ("File,Owner\na.vtt,x,y\n", "sidecar_malformed"),
    "a row too long": ("File,Owner\na.vtt,x\nb.vtt,y,z,w\n", "sidecar_malformed"),
    "open quote": ('File,Owner\na.vtt,"x\n', "sidecar_malformed"),
    "empty": ("", "sidecar_malformed"),
    "binary": ("\0\1\2\3", "sidecar_malformed"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN_EXPORTS.values(), ids=BROKEN_EXPORTS)
def test_a_broken_export_quarantines_the_recordings_below(folder, vtt, content, reason):
    folder.write("in/a.vtt", vtt)
    folder.write("in/sub/b.vtt", vtt)
    folder.write("out/c.vtt", vtt)
    folder.write("in/videos.csv", content)
    assert folder.refused() == {
        "in/videos.csv": ("quarantined", reason),
        "in/a.vtt": ("quarantined", "sidecar_malformed"),
        "in/sub/b.vtt": ("quarantined", "sidecar_malformed"),
    }
    assert [candidate.name for candidate in folder.scan().candidates] == ["out/c.vtt"]


def test_rows_that_contradict_each_other(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("b.vtt", vtt)
    folder.write("videos.csv", "File,Owner\na.vtt,Rut\na.vtt,Bo\nb.vtt,Kim\nb.vtt,Kim\n")
    assert folder.refused()["a.vtt"] == ("quarantined", "csv_row_ambiguous")
    assert folder.read("b.vtt").metadata.owner_name == "Kim"


def test_pandas_is_loaded_for_an_export_only(folder, vtt):
    folder.write("a.vtt", vtt)
    code = (
        "import sys; from pipeline.sources.source import SourceSpec, read, scan;"
        "spec = SourceSpec(sys.argv[1]); [read(spec, c) for c in scan(spec).candidates];"
        "print('pandas' in sys.modules)"
    )
    run = [sys.executable, "-c", code, str(folder.root)]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == "False"
    folder.write("videos.csv", CSV)
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == "True"
