from __future__ import annotations

import pytest

from pipeline.redaction.patterns import repository

# A true case marks what is to be found: «...».
FOUND = [
    "the branch is in «heron daq slash pulse fit» and",
    "she reviewed it in «tamarin/pricebook», fine",
    "i have no rights on «fleet slash hibernator» and",
    "in «palaver/emote-store» now",
    "«git@github.com:tallow/core.git»",
    "the «payments dash core» repo is broken",
    "«github dot com slash tallow slash ledger dash core» okay",
    "in the «kestrel slash db checks» repo",
    "«corvane slash pump» is the repo",
    "«github.com/tallow/ledger-core/pull/12»",
    "clone «marrow/web» first",
    "a repo called «ledger dash core» is",
    "the «abendroth-lab/honeycomb» fork",
    "its in «tamarindo slash shouty» and",
    "code stays at «wrenlab/hiccup», frozen",
    "gitlab.com is fine, «gitlab.com/marrow/web» is not",
    "the «core underscore ledger» repository",
    "a repo named «falcon»",
    "the «marrow dot ledger» repo",
]
KEPT = [
    "and it is either slash or",
    "on slash off switches",
    "and/or",
    "read/write",
    "TCP/IP and CI/CD",
    "actions/checkout",
    "src/main.py",
    "10 km/h",
    "read slash write",
    "client slash server",
    "the api slash v1",
    "our repo",
    "the infra repo",
    "either slash or",
    "input/output",
    "refs/heads",
    "usr slash local",
    "fork the repo",
    "text/html",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = repository.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "REPOSITORY")]
    assert all(span.recognizer == repository.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert repository.find(text) == []
