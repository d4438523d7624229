"""The hand-written recordings: every file accounted for, nothing that was said or written lost on the way."""

from __future__ import annotations

import html
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from pipeline.errors import QuarantinedError
from pipeline.sources.source import SourceSpec, read, scan

FIXTURES = Path(__file__).parents[3] / "fixtures"
SOURCES = ("recordings", "second-organisation", "broken")


@pytest.mark.parametrize("source", SOURCES)
def test_every_file_is_accounted_for_once(source):
    found = scan(SourceSpec(str(FIXTURES / source)))
    named = [name for c in found.candidates for name in (c.transcript, *c.sidecars)] + [r.name for r in found.refused]
    there = [
        path.relative_to(FIXTURES / source).as_posix() for path in (FIXTURES / source).rglob("*") if path.is_file()
    ]
    assert sorted(named) == sorted(there)


@pytest.mark.parametrize("source", SOURCES[:2])
def test_every_recording_can_be_read(source):
    spec = SourceSpec(str(FIXTURES / source))
    found = scan(spec)
    assert {refused.state for refused in found.refused} <= {"ignored"}
    assert all(len(read(spec, candidate).cues) > 3 for candidate in found.candidates)


def test_the_broken_ones_say_why():
    spec = SourceSpec(str(FIXTURES / "broken"))
    reasons = {}
    for candidate in scan(spec).candidates:
        with pytest.raises(QuarantinedError) as caught:
            read(spec, candidate)
        reasons[candidate.name] = caught.value.reason
    assert reasons == {"empty.vtt": "empty", "not-captions.srt": "binary", "truncated.json": "malformed_json"}


def test_what_is_written_in_the_files_stands_in_the_recordings():
    missing = []
    for name, identifiers in json.loads((FIXTURES / "identifiers.json").read_text(encoding="utf-8")).items():
        source, _, path = name.partition("/")
        spec = SourceSpec(str(FIXTURES / source))
        recording = read(spec, next(candidate for candidate in scan(spec).candidates if candidate.name == path))
        said = " ".join(f"{cue.speaker or ''} {cue.text}" for cue in recording.cues)
        written = " ".join(str(value) for value in asdict(recording.metadata).values())
        everything = " ".join(f"{recording.name} {said} {written}".split())
        texts = [" ".join(html.unescape(identifier["text"]).split()) for identifier in identifiers]
        missing += [text for text in texts if text not in everything]
    # oEmbed's pictures and frames are not read at all.
    assert [
        text for text in missing if not text.startswith(("https://cdn.loom.com/", "https://www.loom.com/embed/"))
    ] == []
