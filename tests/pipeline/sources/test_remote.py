from __future__ import annotations

import functools
import itertools
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import fsspec
import pytest

from pipeline.errors import ConfigurationError, MissingExtraError, QuarantinedError
from pipeline.sources.source import Candidate, SourceSpec, read, scan, version_of

COUNTER = itertools.count()


@pytest.fixture
def memory(vtt):
    """A folder of its own on the one memory file system of this process."""
    files = fsspec.filesystem("memory")
    root = f"/source-{next(COUNTER)}"

    def write(name: str, content: str) -> str:
        files.pipe(f"{root}/{name}", content.encode())
        return f"memory:/{root}"

    yield write
    files.rm(root, recursive=True)


def test_memory_folder(memory, vtt):
    memory("x/a.en.vtt", vtt)
    memory("x/a.info.json", '{"title": "A"}')
    memory("x/b.mp4", "")
    url = memory("videos.csv", "File,Owner\na.en.vtt,Rut\n")
    spec = SourceSpec(url)
    found = scan(spec)
    assert [r.name for r in found.refused] == ["videos.csv", "x/b.mp4"]
    (candidate,) = found.candidates
    recording = read(spec, candidate)
    assert (recording.name, recording.metadata.title, recording.metadata.owner_name) == ("x/a.en.vtt", "A", "Rut")
    assert recording.version == version_of(spec, candidate)


def test_the_same_bytes_have_the_same_version_wherever_they_lie(memory, folder, vtt):
    spec = SourceSpec(memory("a.vtt", vtt))
    folder.write("a.vtt", vtt)
    local = SourceSpec(folder.root.as_uri())
    assert version_of(spec, scan(spec).candidates[0]) == version_of(local, scan(local).candidates[0])


def test_one_remote_file(memory, vtt):
    memory("b.vtt", vtt)
    memory("deep/a.vtt", vtt)
    spec = SourceSpec(memory("a.vtt", vtt) + "/a.vtt")
    found = scan(spec)
    assert ([c.name for c in found.candidates], found.refused) == (["a.vtt"], ())
    assert read(spec, found.candidates[0]).cues


def test_a_later_scan_sees_later_files(memory, vtt):
    spec = SourceSpec(memory("a.vtt", vtt))
    assert len(scan(spec).candidates) == 1
    memory("b.vtt", vtt)
    assert len(scan(spec).candidates) == 2


def test_traversal_in_remote_names(memory, vtt):
    memory("x/../../secret.vtt", vtt)
    memory("C:\\secret.vtt", vtt)
    spec = SourceSpec(memory("a.vtt", vtt))
    found = scan(spec)
    assert [c.name for c in found.candidates] == ["a.vtt"]
    assert {r.reason for r in found.refused} == {"path_traversal"}
    with pytest.raises(QuarantinedError, match="path_traversal"):
        read(spec, Candidate("../x.vtt", "../x.vtt"))


def test_limits_hold_for_remote_files(memory, vtt):
    memory("a.vtt", vtt)
    spec = SourceSpec(memory("b.vtt", vtt * 100), max_bytes=500)
    found = scan(spec)
    assert [(r.name, r.reason) for r in found.refused] == [("b.vtt", "too_large")]
    with pytest.raises(QuarantinedError, match="too_large"):
        read(spec, Candidate("b.vtt", "b.vtt"))
    with pytest.raises(QuarantinedError, match="unreadable"):
        read(spec, Candidate("gone.vtt", "gone.vtt"))


def test_zip_archive_as_a_source(tmp_path, vtt):
    import zipfile

    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("in/a.vtt", vtt)
        archive.writestr("../evil.vtt", vtt)
    spec = SourceSpec(f"zip://::file://{tmp_path}/export.zip")
    found = scan(spec)
    assert [c.name for c in found.candidates] == ["in/a.vtt"]
    assert [r.reason for r in found.refused] == ["path_traversal"]
    assert read(spec, found.candidates[0]).cues


@pytest.mark.parametrize("url", ["memory://nowhere", "no-such-protocol://x", "zip://::file:///nowhere.zip"])
def test_a_remote_source_must_exist(url):
    with pytest.raises(ConfigurationError):
        scan(SourceSpec(url))


@pytest.mark.parametrize(("url", "driver", "extra"), [("s3://b/p", "s3fs", "s3"), ("gs://b/p", "gcsfs", "gs")])
def test_a_missing_driver_names_its_extra(url, driver, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(MissingExtraError, match=rf"loomroute\[{extra}\]"):
        scan(SourceSpec(url))


@pytest.fixture
def site(folder):
    handler = functools.partial(QuietHandler, directory=str(folder.root))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_folder_over_http(folder, site, vtt, slash):
    folder.write("in/sub/a.vtt", vtt)
    folder.write("in/sub/a.meta.json", '{"title": "A"}')
    folder.write("in/big.txt", vtt * 100)
    spec = SourceSpec(f"{site}/in{slash}", max_bytes=500)
    found = scan(spec)
    assert [c.name for c in found.candidates] == ["big.txt", "sub/a.vtt"]
    assert read(spec, found.candidates[1]).metadata.title == "A"
    # A listing over HTTP tells no sizes: the limit holds while reading.
    with pytest.raises(QuarantinedError, match="too_large"):
        version_of(spec, found.candidates[0])


def test_a_file_over_http(folder, site, vtt):
    folder.write("a.vtt", vtt)
    folder.write("b.vtt", vtt)
    found = scan(SourceSpec(f"{site}/a.vtt"))
    assert [c.name for c in found.candidates] == ["a.vtt"]


def test_nothing_over_http(site):
    with pytest.raises(ConfigurationError, match="source not found"):
        scan(SourceSpec(f"{site}/nowhere/"))
