from __future__ import annotations

import io
import json
import stat

import pytest
import yt_dlp
from yt_dlp.networking import Response
from yt_dlp.networking.exceptions import HTTPError, TransportError

from pipeline.errors import UsageError
from pipeline.sources.pull import Pulled, link_ids, open_extractor, pull
from pipeline.sources.source import SourceSpec, read, scan

VIDEO = "0123456789abcdef" * 2
SECRET = "Signature=do-not-write-me"
PHRASES = json.dumps({"phrases": [{"ts": 1.5, "value": "the pool ran dry", "ranges": []}], "schemaVersion": "1.1.3"})


class Loom:
    """Answers of Loom's servers, as yt-dlp asks for them; no network behind it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.kind = "RegularUserVideo"
        self.transcript: dict[str, str] = {"source_url": PHRASES}
        self.down = False

    def urlopen(self, request) -> Response:
        url = request if isinstance(request, str) else request.url
        self.asked.append(url)
        if self.down:
            raise TransportError(f"cannot connect to https://x.example/?{SECRET}")
        if url.endswith("/graphql"):
            body = {"data": self.answer(json.loads(request.data)["operationName"])}
        elif (key := url.partition("?")[0].rpartition("/")[2].partition(".")[0]) in self.transcript:
            return Response(io.BytesIO(self.transcript[key].encode()), url, {})
        else:
            raise HTTPError(Response(io.BytesIO(), url, {}, status=404))
        return Response(io.BytesIO(json.dumps(body).encode()), url, {"Content-Type": "application/json"})

    def answer(self, operation: str) -> object:
        extensions = {"source_url": "json", "captions_source_url": "vtt"}
        return {
            "GetVideoSSR": {
                "getVideo": {
                    "__typename": self.kind,
                    "name": "The pool",
                    "description": "at noon",
                    "createdAt": "2026-01-02T03:04:05Z",
                    "owner": {"display_name": "Rut Ek"},
                    "video_properties": {"duration": 60},
                }
            },
            "GetVideoSource": {"getVideo": {"nullableRawCdnUrl": {"url": f"https://cdn.loom.com/raw.mp4?{SECRET}"}}},
            "FetchVideoTranscript": {
                "fetchVideoTranscript": {
                    key: f"https://cdn.loom.com/{key}.{extensions[key]}?{SECRET}" for key in self.transcript
                }
            },
            "FetchChapters": {"fetchVideoChapters": {"content": "0:00 Intro\n0:10 Rut's dump\n0:20 End"}},
        }[operation]


@pytest.fixture
def loom(monkeypatch):
    server = Loom()
    monkeypatch.setattr(yt_dlp.YoutubeDL, "urlopen", lambda _, request: server.urlopen(request))
    return server


def pull_one(folder) -> Pulled:
    with open_extractor() as extractor:
        return pull(VIDEO, folder, extractor)


def test_a_video_becomes_a_recording(loom, tmp_path, capfd, caplog):
    assert pull_one(tmp_path) == Pulled(VIDEO, "written", (f"{VIDEO}.info.json", f"{VIDEO}.json"))
    spec = SourceSpec(str(tmp_path))
    found = scan(spec)
    assert found.refused == ()
    recording = read(spec, found.candidates[0])
    assert recording.cues[0].text == "the pool ran dry"
    assert recording.metadata.title == "The pool"
    assert recording.metadata.owner_name == "Rut Ek"
    assert recording.metadata.created_at == "2026-01-02T03:04:05+00:00"
    assert recording.metadata.chapters == ("Intro", "Rut's dump", "End")
    assert recording.metadata.url == f"https://www.loom.com/share/{VIDEO}"
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert SECRET not in path.read_text()
    assert not any("mp4" in url for url in loom.asked)
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""


def test_pulling_again_changes_nothing_until_the_video_does(loom, tmp_path):
    pull_one(tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert pull_one(tmp_path).state == "unchanged"
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    loom.transcript = {"captions_source_url": "WEBVTT\n\n00:01.000 --> 00:02.000\nnow it is captions\n"}
    assert pull_one(tmp_path).files == (f"{VIDEO}.info.json", f"{VIDEO}.vtt")
    assert [c.name for c in scan(SourceSpec(str(tmp_path))).candidates] == [f"{VIDEO}.vtt"]


def test_loom_json_is_preferred_to_captions(loom, tmp_path):
    loom.transcript = {"captions_source_url": "WEBVTT\n\n00:01.000 --> 00:02.000\nx\n", "source_url": PHRASES}
    assert pull_one(tmp_path).files[1] == f"{VIDEO}.json"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"transcript": {}}, "no_transcript"),
        ({"transcript": {"source_url": PHRASES[:-9]}}, "malformed_json"),
        ({"transcript": {"source_url": ""}}, "empty"),
        ({"kind": "VideoPasswordMissingOrIncorrect"}, "password_protected"),
        ({"down": True}, "not_available"),
    ],
)
def test_failures_have_a_reason_and_leave_nothing(loom, tmp_path, capfd, change, reason):
    for name, value in change.items():
        setattr(loom, name, value)
    assert pull_one(tmp_path) == Pulled(VIDEO, "failed", reason=reason)
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.loom.com/share/{VIDEO}",
        f"https://www.loom.com/share/The-Pool-{VIDEO}?sid=1234",
        f" http://loom.com/embed/{VIDEO.upper()}#t=1 ",
    ],
)
def test_links(link):
    assert link_ids([link, link]) == [VIDEO]


@pytest.mark.parametrize(
    "link",
    [
        "https://www.loom.com/share/folder/x",
        f"https://loom.example/share/{VIDEO}",
        f"https://evil.example/https://www.loom.com/share/{VIDEO}",
        f"https://www.loom.com/share/{VIDEO}0",
        VIDEO,
        "",
    ],
)
def test_other_addresses_are_refused_by_their_place(link):
    with pytest.raises(UsageError, match=r"^argument 2 is no link"):
        link_ids([f"https://www.loom.com/share/{VIDEO}", link])
