from __future__ import annotations

import pytest

from pipeline.redaction.patterns import ticket

# A true case marks what is to be found: «...».
FOUND = [
    "ordered three under «edge four one seven» but",
    "under «ssl three three eight» and",
    "«SSL-338» remains open",
    "the case is «dpo 2026 dash 31» and",
    "ticket «peat three one» closed",
    "one ticket is «route six oh six»",
    "«OPS-4412»",
    "in «TLM-482».",
    "«INC0012345»",
    "see ticket «#4412»",
    "jira «ops four four one two»",
    "ticket «four thousand and twelve»",
    "«inc double oh one»",
    "case number «88213»",
    "pull request «1182»",
    "PR «1182»",
    "«pump three three nine zero»",
    "«o p s dash four four one two»",
    "«ops-4412»",
    "pull request «eleven eighty two»",
    "«CHG-20931»",
    "merge request «!882»",
    "fixes «#311»",
    "issue number «eight eight two one»",
]
KEPT = [
    "we spoke tls one two",
    "a gateway five oh three again",
    "it means killed one three seven",
    "HTTP-503",
    "SHA-256 and UTF-8",
    "RFC 8785",
    "CVE-2024-1234",
    "error five oh three",
    "port eight zero eight zero",
    "mic check one two three",
    "in case 500 errors",
    "issue two",
    "ticket two days",
    "IL-6 and MCF-7",
    "mid-2024",
    "color #333",
    "we got five hundred",
    "exit one three seven",
    "RTX-4090",
    "the tickets fourteen times",
    "api two hundred times",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = ticket.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "TICKET")]
    assert all(span.recognizer == ticket.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert ticket.find(text) == []
