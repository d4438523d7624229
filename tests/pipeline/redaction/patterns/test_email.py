from __future__ import annotations

import pytest

from pipeline.redaction.patterns import email

# A true case marks what is to be found: «...».
FOUND = [
    "mail «bob@acme.internal» please",
    "(«bob+x@corp.local»).",
    "ask «j.smith-2@north-wind.co.uk», she knows",
    "«John.O'Dell@fenwick.example»",
    "try «root@ledger» then",
    "john says «john dot smith at acme dot com» is it",
    "send it to «j smith at acme dot co dot uk» okay",
    "«priya underscore n at fenwick dot io»",
    "email «finance at cobaltowl dot example» today",
    "write to «o dash b r i e n at north dash wind dot org»",
    "reach «amara 42 at bright noodle dot com»",
    "it is «john.smith at acme.com» now",
    "ping «p dot okafor plus alerts at tallowmere dot internal» for it",
    "my address is «k 7 at fenwick dot health»",
    "cc «wren at sign marrow dot dev» please",
    "mail «soren@10.20.30.40» now",
]
KEPT = [
    "react@18 broke",
    "lodash@4.17.2 and next@latest",
    "@media and @app.route",
    "we looked at acme dot com",
    "we are at node dot js",
    "look at config dot json at line four",
    "at three oh four the page fired",
    "meet at noon",
    "git@github.com:tallow/core.git",
    "actions/checkout@v4",
    "it sits at the top dot",
    "we arrived at main",
    "a @ b",
    "@here please look",
    "p99 at ninety dot five",
    "sold at 4.5 percent",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = email.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "EMAIL_ADDRESS")]
    assert all(span.recognizer == email.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert email.find(text) == []
