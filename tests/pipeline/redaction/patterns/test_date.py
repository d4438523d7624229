from __future__ import annotations

import pytest

from pipeline.redaction.patterns import date

# A true case marks what is to be found: «...».
FOUND = [
    "they did it «the 11th». We",
    "the end on «the last of september» and",
    "it is «the twenty-ninth» today, and",
    "letters go out on «the nineteenth» sorry",
    "month end is «the 31st» and",
    "«2026-03-14»T10:00",
    "due «14/03/2026»",
    "dump «20260314» here",
    "on «March 14th, 2026» then",
    "«march fourteenth» was bad",
    "«the fourteenth of march» it was",
    "«3rd of june 2025»",
    "since «june third»",
    "«the 2nd of February»",
    "«nineteenth of october»",
    "on «may eighth» we",
    "«april twenty second»",
    "«September 9th»",
    "«12 May»",
    "it ended on «May 12».",
    "since «monday the fifteenth» ten at night",
    "from «the 9th», so",
    "on «march ten» we",
    "«june twenty first twenty twenty five»",
    "in «10.2.2024» format",
]
KEPT = [
    "at the 95th percentile",
    "in the 12th row",
    "last september we moved",
    "the last of the boxes",
    "on the fourteenth floor",
    "the twelfth try",
    "on the eleventh attempt",
    "on Tuesday",
    "last month",
    "you may first check",
    "it may 5 times fail",
    "24/7 support",
    "a 3/4 split",
    "in march twenty twenty six",
    "in june twenty users",
    "may second guess",
    "1.2.24",
    "3.11.7",
    "march on",
    "the second attempt",
    "in may we",
    "on the third try",
    "since october two thousand",
    "2026-13-45",
    "the first of many",
    "sunday",
]


@pytest.mark.parametrize("marked", FOUND)
def test_finds_exactly(marked: str) -> None:
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1
    spans = date.find(text)
    assert [(span.start, span.end, span.type) for span in spans] == [(start, end, "DATE")]
    assert all(span.recognizer == date.NAME and 0 < span.score <= 1 for span in spans)


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert date.find(text) == []
