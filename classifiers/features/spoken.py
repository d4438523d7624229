"""Spoken text in one look: lower-case words, one word for whatever was masked, so that casing and punctuation do not matter."""

from __future__ import annotations

import re

STAND_IN = "something"
_PLACEHOLDERS = re.compile(r"<[A-Z_]+>(?:\W*<[A-Z_]+>)*")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_NOT_WORD = re.compile(r"[^a-z0-9%#+_ ]+")


def without_kinds(text: str) -> str:
    """The text with one and the same word for each run of placeholders.

    Labels must not depend on who or what stood there: neither on the kind that a recognizer took it for nor on whether a name
    had one part or three.
    """
    return _PLACEHOLDERS.sub(STAND_IN, text)


def spoken(text: str) -> str:
    """The text as plain lower-case words separated by one space."""
    return " ".join(_NOT_WORD.sub(" ", _APOSTROPHE.sub("", without_kinds(text)).lower()).split())
