from __future__ import annotations

import pytest

from pipeline.redaction.patterns import url

# A true case marks what is to be found: «...».
FOUND = [
    "see «https://wiki.tamarindo.example/rel/871», okay?",
    "go to «acme dot com slash status slash page»",
    "on «status dot bright noodle dot com slash x»",
    "at «acme.io/foo?sid=abc123»",
    "«tallowmere.com».",
    "«https://www.loom.com/share/0123456789abcdef0123456789abcdef?sid=1234-5»",
    "share «0123456789abcdef0123456789abcdef» here",
    "open «www.marrowbank.example/x»",
    "ftp «sftp://files.corvane.example:2222/in»",
    "the site «portal.corvane.health» is down",
    "visit «fenwick dot io» now",
    "hit «wiki dot tallow dot example»",
    "with «?sid=9f3c2a7b-11» in it",
    "«github.com/tallow/ledger-core»",
    "«http://10.1.2.3:8080/health»",
    "curl «north dash wind dot dev slash ping»",
]
KEPT = [
    "config.py and main.rs",
    "socket.io and node.js",
    "next.js asp.net vue.js",
    "std::string and foo.bar()",
    "node dot js and socket dot io",
    "asp dot net and dot net core",
    "the app runs dot net six on linux",
    "v1.2.3 and 3.11.7",
    "e.g. this i.e. that",
    "settings.dev and self.app",
    "discovery.k8s.io/v1",
    "edit config dot yaml",
    "index.html and data.csv",
    "connect the dots com",
    "point five and dot two",
    "requirements.txt, setup.cfg",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = url.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "URL")]
    assert all(span.recognizer == url.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert url.find(text) == []
