from __future__ import annotations

import pytest

from pipeline.redaction.patterns import ip

# A true case marks what is to be found: «...».
FOUND = [
    "pinged «ten dot forty four dot six dot nineteen» eleven hundred times",
    "the wall «ten dot forty four dot oh dot one» forgets",
    "«10.42.3.9»",
    "on «203.0.113.77/24» we",
    "«ten dot forty two dot three dot nine»",
    "was «203 dot 0 dot 113 dot 77»",
    "«one ninety two dot one sixty eight dot zero dot one slash twenty four»",
    "at «2001:db8::1»",
    "«fe80::1»%eth0",
    "«2001:0db8:0000:0000:0000:ff00:0042:8329»",
    "mac «00:1a:2b:3c:4d:5e»",
    "mac «00-1A-2B-3C-4D-5E»",
    "from «172.16.9.4», then",
    "[«10.0.0.17»]:8080",
    "«one seven two dot sixteen dot nine dot four»",
    "«fd00:1234::42/64»",
    "gateway «192.168.14.254».",
]
KEPT = [
    "two dot oh dot one is out",
    "version 1.2.3.4",
    "3.11.7 and 1.2.3",
    "abc::def",
    "std::string and a::b",
    "12:30:45",
    "127.0.0.1 and ::1",
    "0.0.0.0",
    "999.1.2.3",
    "255.255.255.0",
    "version one dot two dot three",
    "two point four, two point one, one point nine",
    "1.2.3.4.5",
    "section ten dot two",
    "crate::module::item",
    "dead::beef",
    "ratio 3:2:1",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = ip.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "IP_ADDRESS")]
    assert all(span.recognizer == ip.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert ip.find(text) == []
