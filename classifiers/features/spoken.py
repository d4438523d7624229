"""Spoken text in one look: lower-case words, placeholders as plain words, so that casing and punctuation do not matter."""

from __future__ import annotations

import re

_STAND_INS = {
    "PERSON": "someone",
    "ORGANIZATION": "the company",
    "LOCATION": "the place",
    "PROJECT": "the project",
    "EMAIL_ADDRESS": "the address",
    "PHONE_NUMBER": "the number",
    "URL": "the link",
    "HOST": "the server",
    "IP_ADDRESS": "the address",
    "TICKET": "the ticket",
    "REPOSITORY": "the repository",
    "CHANNEL": "the channel",
    "USERNAME": "the user",
    "CLOUD_ID": "the resource",
    "ACCOUNT_NUMBER": "the account",
    "SECRET": "the secret",
    "DATE": "that day",
    "UNKNOWN_TERM": "something",
}
_PLACEHOLDER = re.compile(r"<([A-Z_]+)>")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_NOT_WORD = re.compile(r"[^a-z0-9%#+_ ]+")


def spoken(text: str) -> str:
    """The text as plain lower-case words separated by one space."""
    plain = _PLACEHOLDER.sub(lambda m: f" {_STAND_INS.get(m[1], 'something')} ", text)
    return " ".join(_NOT_WORD.sub(" ", _APOSTROPHE.sub("", plain).lower()).split())
