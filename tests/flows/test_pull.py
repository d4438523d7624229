from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from pipeline.sources import pull as pulling

GOOD, GONE = "a" * 32, "b" * 32
TRANSCRIPT = b'{"phrases": [{"ts": 1, "value": "the pool ran dry", "ranges": []}], "schemaVersion": "1.1.3"}'


class FakeExtractor:
    """One video that is there, every other gone."""

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def extract_info(self, url, *, download):
        assert download is False
        if GONE in url:
            raise RuntimeError("https://signed.example/?Signature=secret")
        return {
            "id": GOOD,
            "title": "T",
            "subtitles": {"en": [{"ext": "json", "url": "https://signed.example/t.json"}]},
        }

    def urlopen(self, url):
        import io

        return io.BytesIO(TRANSCRIPT)


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(pulling, "open_extractor", FakeExtractor)
    return lambda *arguments: CliRunner().invoke(app, ["pull", *map(str, arguments)])


def test_pull_writes_what_a_source_reads_and_tells_what_failed(run, tmp_path):
    into = tmp_path / "new" / "exports"
    result = run(f"https://www.loom.com/share/{GOOD}", f"https://www.loom.com/share/{GONE}", "--into", into, "--json")
    assert result.exit_code == 1
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"id": GOOD, "state": "written", "files": [f"{GOOD}.info.json", f"{GOOD}.json"], "reason": None},
        {"id": GONE, "state": "failed", "files": [], "reason": "not_available"},
    ]
    assert sorted(path.name for path in into.iterdir()) == [f"{GOOD}.info.json", f"{GOOD}.json"]


def test_pull_for_people(run, tmp_path):
    result = run(f"https://www.loom.com/share/{GOOD}", "--into", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{GOOD}: written\nnext: loomroute ingest {tmp_path}\n"


def test_pull_into_a_file_is_a_usage_error(run, tmp_path):
    (tmp_path / "file").write_text("")
    result = run(f"https://www.loom.com/share/{GOOD}", "--into", tmp_path / "file")
    assert type(result.exception).__name__ == "UsageError"
