from __future__ import annotations

import pytest

from pipeline.redaction.patterns import channel

# A true case marks what is to be found: «...».
FOUND = [
    "so quiet and «hash shop fires» went on",
    "i wrote in «metering nights» it is done",
    "the write up will go in «ask storage» and",
    "the channel is «platform help» bye",
    "it writes in «loyalty dash pain» when",
    "then it pages «sec dash triage» and",
    "i told «hash inc fleet» about it",
    "its in the «payout war room» channel",
    "post in «#inc-payments»",
    "the «inc payments» channel",
    "the «hash ops dash alerts» channel",
    "we posted in «hash firmware ci» at noon on slack",
    "cry in «inc login» okay",
    "say yes in «hash push approvals»",
    "«#war-room-birds» was loud",
    "the channel is called «marrow dash ops»",
    "slack channel «inc payments»",
    "see «#dispatch_war».",
    "the «ops dash alerts» channel",
    "in «hash ops dash noise» please",
    "the «team falcon» channel",
    "in «inc otp delay» now",
    "«#alerts»: nothing",
]
KEPT = [
    "and the hash didn't match",
    "a hash join and hash map",
    "i wrote in plain english it is",
    "they asked in good faith that",
    "the channel is full now",
    "we help in any case",
    "it writes in a dash",
    "kube dash proxy restarts",
    "C# and F#",
    "#define MAX",
    "#include",
    "#fff000",
    "the hash map",
    "a hash join",
    "in hash order",
    "the input channel",
    "the alpha channel",
    "issue #12",
    "private channel",
    "hash of the file",
    "https://x.example/a#part",
    "hash password storage",
    "the channel is full",
    "&#39;",
    "side channel attack",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = channel.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "CHANNEL")]
    assert all(span.recognizer == channel.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert channel.find(text) == []
