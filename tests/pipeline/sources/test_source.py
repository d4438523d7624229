from __future__ import annotations

import os
import pickle
import time
import unicodedata
from dataclasses import replace

import pytest

from pipeline.errors import ConfigurationError, QuarantinedError
from pipeline.recording import Cue
from pipeline.sources.source import Candidate, SourceSpec, read, scan, version_of


def accounted(found) -> list[str]:
    return sorted(
        [name for c in found.candidates for name in (c.transcript, *c.sidecars)] + [r.name for r in found.refused]
    )


def test_every_file_is_accounted_for_once(folder, vtt):
    names = [
        "a.vtt", "a.meta.json", "a.oembed.json", "b.en.vtt", "b.info.json", "c.srt", "d.json", "e.txt", "orphan.info.json",
        "notes.md", "clip.mp4", "package.json", "sub/a.VTT", "sub/deep/f.txt", ".DS_Store", ".git/x.vtt", "videos.csv",
        "two.vtt", "two.srt", "two.meta.json", "no-extension",
    ]  # fmt: skip
    for name in names:
        folder.write(name, "{}" if name.endswith("json") else vtt)
    folder.write("videos.csv", "File\na.vtt\n")
    folder.write("d.json", '{"phrases": []}')
    found = folder.scan()
    assert accounted(found) == sorted(names)
    assert [(c.name, c.sidecars) for c in found.candidates] == [
        ("a.vtt", ("a.meta.json", "a.oembed.json")),
        ("b.en.vtt", ("b.info.json",)),
        ("c.srt", ()),
        ("d.json", ()),
        ("e.txt", ()),
        ("sub/a.VTT", ()),
        ("sub/deep/f.txt", ()),
    ]
    assert folder.refused() == {
        ".DS_Store": ("ignored", "hidden"),
        ".git/x.vtt": ("ignored", "hidden"),
        "clip.mp4": ("ignored", "not_a_transcript"),
        "no-extension": ("ignored", "not_a_transcript"),
        "notes.md": ("ignored", "not_a_transcript"),
        "orphan.info.json": ("ignored", "orphan_sidecar"),
        "package.json": ("ignored", "not_a_transcript"),
        "two.meta.json": ("ignored", "two_transcripts"),
        "two.srt": ("quarantined", "two_transcripts"),
        "two.vtt": ("quarantined", "two_transcripts"),
        "videos.csv": ("ignored", "workspace_export"),
    }


def test_a_recording(folder, vtt):
    folder.write("x/a.vtt", vtt)
    recording = folder.read("x/a.vtt")
    assert (recording.name, recording.cues) == ("x/a.vtt", (Cue("the pool ran dry", 1.0, 2.0),))
    assert len(recording.version) == 64


@pytest.mark.parametrize(
    "pair", [("t.vtt", "t.en.vtt"), ("t.en.vtt", "t.de.vtt"), ("t.txt", "t.json"), ("t.srt", "t.VTT")]
)
def test_two_transcripts_of_one_stem(folder, vtt, pair):
    for name in pair:
        folder.write(name, '{"phrases": []}' if name.endswith("json") else vtt)
    assert folder.refused() == dict.fromkeys(pair, ("quarantined", "two_transcripts"))


def test_json_of_another_kind_beside_a_transcript_is_no_second_one(folder, vtt):
    folder.write("t.vtt", vtt)
    folder.write("t.json", '{"views": 3}')
    assert folder.refused() == {"t.json": ("ignored", "not_a_transcript")}
    assert folder.read("t.vtt").cues


def test_a_language_tag_is_no_part_of_the_stem_but_other_words_are(folder, vtt):
    folder.write("a.pt-BR.vtt", vtt)
    folder.write("a.meta.json", '{"title": "A"}')
    folder.write("b.db.vtt", vtt)
    folder.write("b.db.meta.json", '{"title": "B"}')
    folder.write("c.no.vtt", vtt)
    folder.write("c.no.meta.json", '{"title": "C"}')
    folder.write("c.info.json", '{"title": "c", "description": "both"}')
    titles = {c.name: read(folder.spec(), c).metadata for c in folder.scan().candidates}
    assert [m.title for m in titles.values()] == ["A", "B", "C"]
    assert titles["c.no.vtt"].description == "both"


def test_symlinks(folder, vtt, tmp_path):
    secret = tmp_path / "secret.vtt"
    secret.write_text(vtt)
    (tmp_path / "elsewhere").mkdir()
    folder.write("real.vtt", vtt)
    folder.write("sub/x.vtt", vtt)
    folder.write("private.vtt", vtt)
    for name, target in {
        "out.vtt": secret,
        "private.meta.json": secret,
        "up.vtt": "../secret.vtt",
        "outdir": tmp_path / "elsewhere",
        "indir": folder.root / "sub",
        "loop": folder.root,
        "gone.vtt": "nowhere.vtt",
        "round.vtt": "round.vtt",
        "in.vtt": "real.vtt",
    }.items():
        (folder.root / name).symlink_to(target)
    assert folder.refused() == {
        "out.vtt": ("quarantined", "symlink_outside"),
        "private.meta.json": ("quarantined", "symlink_outside"),
        "private.vtt": ("quarantined", "sidecar_malformed"),
        "up.vtt": ("quarantined", "symlink_outside"),
        "outdir": ("quarantined", "symlink_outside"),
        "indir": ("ignored", "symlink_folder"),
        "loop": ("ignored", "symlink_folder"),
        "gone.vtt": ("quarantined", "unreadable"),
        "round.vtt": ("quarantined", "unreadable"),
    }
    assert [c.name for c in folder.scan().candidates] == ["in.vtt", "real.vtt", "sub/x.vtt"]
    assert folder.read("in.vtt").cues


def test_a_file_replaced_by_a_link_after_the_scan(folder, vtt, tmp_path):
    path = folder.write("a.vtt", vtt)
    candidate = folder.scan().candidates[0]
    (tmp_path / "secret.vtt").write_text(vtt)
    path.unlink()
    path.symlink_to(tmp_path / "secret.vtt")
    for step in (read, version_of):
        with pytest.raises(QuarantinedError, match="symlink_outside"):
            step(folder.spec(), candidate)


@pytest.mark.parametrize(
    "name", ["../secret.vtt", "/etc/passwd", "a/../../secret.vtt", "..\\secret.vtt", "C:\\secret.vtt"]
)
def test_path_traversal_in_names(folder, vtt, tmp_path, name):
    (tmp_path / "secret.vtt").write_text(vtt)
    with pytest.raises(QuarantinedError, match="path_traversal"):
        read(folder.spec(), Candidate(name, name))
    folder.write("a.vtt", vtt)
    with pytest.raises(QuarantinedError, match="path_traversal"):
        read(folder.spec(), Candidate("a.vtt", "a.vtt", (name,)))


def test_names_that_cannot_be_stored(folder, vtt):
    folder.write("a\nb.vtt", vtt)
    folder.write("\x1b[2Jx.vtt", vtt)
    folder.write(os.fsdecode(b"caf\xe9.vtt"), vtt)
    folder.write("naïve 🦊 talk.vtt", vtt)
    refused = folder.refused()
    assert set(refused.values()) == {("quarantined", "unsafe_name")}
    assert len(refused) == 3
    for name in refused:
        assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)
    assert [c.name for c in folder.scan().candidates] == ["naïve 🦊 talk.vtt"]


def test_pipes_are_not_opened(folder, vtt):
    os.mkfifo(folder.root / "a.vtt")
    folder.write("b.vtt", vtt)
    os.mkfifo(folder.root / "b.meta.json")
    assert folder.refused() == {
        "a.vtt": ("ignored", "not_a_file"),
        "b.meta.json": ("ignored", "not_a_file"),
        "b.vtt": ("quarantined", "sidecar_malformed"),
    }
    with pytest.raises(QuarantinedError, match="unreadable"):
        read(folder.spec(), Candidate("a.vtt", "a.vtt"))


def test_a_hundred_megabytes_are_refused_unread(folder, vtt):
    with folder.write("big.vtt", vtt).open("r+b") as file:
        file.truncate(100_000_000)
    with folder.write("big.json", "{").open("r+b") as file:
        file.truncate(100_000_000)
    (folder.root / "big.json").rename(folder.root / "large.json")
    began = time.monotonic()
    assert folder.refused() == {"big.vtt": ("quarantined", "too_large"), "large.json": ("quarantined", "too_large")}
    assert time.monotonic() - began < 2


def test_sizes_are_checked_again_when_reading(folder, vtt):
    path = folder.write("a.vtt", vtt)
    folder.write("b.vtt", vtt)
    folder.write("b.meta.json", '{"title": "' + "x" * 300 + '"}')
    spec = folder.spec(max_bytes=200)
    first, second = scan(spec).candidates
    path.write_text(vtt * 100)
    for candidate in (first, second):
        for step in (read, version_of):
            with pytest.raises(QuarantinedError, match="too_large"):
                step(spec, candidate)
    folder.write("videos.csv", "File\n" + "x" * 300)
    assert folder.refused(max_bytes=200)["videos.csv"] == ("quarantined", "too_large")


def test_a_file_that_went_away(folder, vtt):
    path = folder.write("a.vtt", vtt)
    candidate = folder.scan().candidates[0]
    path.unlink()
    with pytest.raises(QuarantinedError, match="unreadable"):
        version_of(folder.spec(), candidate)


def test_versions(folder, make_folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("a.meta.json", '{"title": "t"}')
    folder.write("b.vtt", vtt)
    folder.write("videos.csv", "File,Owner\nb.vtt,Rut\n")

    def versions(at, **settings):
        spec = at.spec(**settings)
        found = {c.name: version_of(spec, c) for c in scan(spec).candidates}
        assert found == {c.name: read(spec, c).version for c in scan(spec).candidates}
        return found

    before = versions(folder)
    assert before == versions(folder, exclude_tags=("none",))
    assert before["a.vtt"] != before["b.vtt"]
    elsewhere = make_folder("moved")
    for path in folder.root.iterdir():
        elsewhere.write(path.name, path.read_bytes())
    assert versions(elsewhere) == before
    folder.write("a.meta.json", '{"title": "u"}')
    folder.write("videos.csv", "File,Owner\nother.vtt,Kim\nb.vtt,Bo\n")
    after = versions(folder)
    assert after["a.vtt"] != before["a.vtt"]
    assert after["b.vtt"] != before["b.vtt"]
    folder.write("videos.csv", "File,Owner\nb.vtt,Bo\n")
    assert versions(folder) == after


FILTERS = {
    "nothing asked": ({}, {"inc/a.vtt", "inc/deep/b.vtt", "hr/c.vtt", "d.vtt"}),
    "folder and below": ({"include_folders": ("inc",)}, {"inc/a.vtt", "inc/deep/b.vtt"}),
    "folder glob": ({"include_folders": ("*/deep/",)}, {"inc/deep/b.vtt"}),
    "the source itself": ({"exclude_folders": ("inc", "hr")}, {"d.vtt"}),
    "folder of the metadata": ({"include_folders": ("Board*",)}, {"d.vtt"}),
    "tag": ({"include_tags": ("DB*",)}, {"inc/a.vtt", "d.vtt"}),
    "tag left out": ({"exclude_tags": ("secret",)}, {"inc/a.vtt", "inc/deep/b.vtt", "hr/c.vtt"}),
    "owner by mail": ({"include_owners": ("*@nor.example",)}, {"inc/a.vtt"}),
    "owner by name": ({"exclude_owners": ("rut *",)}, {"inc/deep/b.vtt", "hr/c.vtt", "d.vtt"}),
    "both": ({"include_folders": ("inc",), "exclude_tags": ("db",)}, {"inc/deep/b.vtt"}),
}


@pytest.mark.parametrize(("settings", "names"), FILTERS.values(), ids=FILTERS)
def test_include_and_exclude(folder, vtt, settings, names):
    for name in ("inc/a.vtt", "inc/deep/b.vtt", "hr/c.vtt", "d.vtt"):
        folder.write(name, vtt)
    folder.write("inc/a.meta.json", '{"tags": ["db"], "owner_name": "Rut Ek", "owner_email": "rut@nor.example"}')
    folder.write("d.meta.json", '{"tags": ["db", "secret"], "folder": "Boardroom"}')
    found = folder.scan(**settings)
    assert {c.name for c in found.candidates} == names
    assert {r.reason for r in found.refused} <= {"excluded"}
    assert len(accounted(found)) == 6


def test_filters_do_not_hide_a_broken_sidecar(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("a.meta.json", "{")
    assert [c.name for c in folder.scan(include_tags=("db",)).candidates] == ["a.vtt"]


def test_known_members_become_speakers(folder):
    folder.write("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nso\n\n00:02.000 --> 00:03.000\nBo: yes\n")
    assert folder.read("a.vtt").cues[1].speaker is None
    folder.write("a.meta.json", '{"members": ["Bo Li"]}')
    assert folder.read("a.vtt").cues[1] == Cue("yes", 2.0, 3.0, "Bo")


def test_one_file_is_a_source_too(folder, vtt):
    folder.write("a.en.vtt", vtt)
    folder.write("a.meta.json", '{"title": "A"}')
    folder.write("b.vtt", vtt)
    folder.write("deep/a.vtt", vtt)
    spec = SourceSpec(str(folder.root / "a.en.vtt"))
    found = scan(spec)
    assert accounted(found) == ["a.en.vtt", "a.meta.json"]
    assert read(spec, found.candidates[0]).metadata.title == "A"


@pytest.mark.parametrize("url", ["", "nowhere", "file:///nowhere/at/all", "\0"])
def test_a_source_must_exist(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError):
        scan(SourceSpec(url))


def test_what_crosses_to_workers_is_picklable(folder, vtt):
    folder.write("a.vtt", vtt)
    folder.write("videos.csv", "File,Owner\na.vtt,Rut\n")
    spec = folder.spec(csv_columns={"title": "T"})
    candidate = scan(spec).candidates[0]
    copy = pickle.loads(pickle.dumps((spec, candidate)))
    assert copy == (spec, candidate)
    assert read(*copy) == read(spec, candidate)
    assert replace(candidate, csv_row=None) != candidate
