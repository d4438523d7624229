"""Spoken text in one look: lower-case words, one word for whatever was masked, so that casing and punctuation do not matter."""

from __future__ import annotations

import re

STAND_IN = "something"
# What is left of a name that was not masked whole: numbers, spelled letters, said signs, and the common noun a place or machine ends in.
_LEFTOVER = (
    r"(?<!['’])\b(?i:\d+|[b-hj-z]|oh|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|dash|hyphen"
    r"|slash|dot|underscore|colon|hash|rooms?|lab|office|building|house|site|campus|centre|center|channel|street|road|floor"
    r"|basement|yard|field|pier|box|host|server|cluster|node|worker|runner|prod|staging|db|tickets?)\b"
)
_PLACEHOLDERS = re.compile(rf"(?:{_LEFTOVER}[ \-_]+)*<[A-Z_]+>(?:['’]s\b|\W*<[A-Z_]+>|[ \-_]+{_LEFTOVER})*")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_NOT_WORD = re.compile(r"[^a-z0-9%#+_ ]+")


def without_kinds(text: str) -> str:
    """The text with one and the same word for each run of placeholders.

    Labels must not depend on who or what stood there: neither on the kind that a recognizer took it for nor on whether a name
    had one part or three, nor on the room number that stood after it.
    """
    return _PLACEHOLDERS.sub(STAND_IN, text)


def spoken(text: str) -> str:
    """The text as plain lower-case words separated by one space."""
    return " ".join(_NOT_WORD.sub(" ", _APOSTROPHE.sub("", without_kinds(text)).lower()).split())
