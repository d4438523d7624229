"""A span that some recognizer wants masked, in code points of the text it was given."""

from __future__ import annotations

from dataclasses import dataclass

ENTITY_TYPES: tuple[str, ...] = (
    "PERSON",
    "ORGANIZATION",
    "LOCATION",
    "PROJECT",
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "URL",
    "HOST",
    "IP_ADDRESS",
    "TICKET",
    "REPOSITORY",
    "CHANNEL",
    "USERNAME",
    "CLOUD_ID",
    "ACCOUNT_NUMBER",
    "SECRET",
    "DATE",
    "UNKNOWN_TERM",
)


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is of entity type `type`; `score` is 0 to 1; `recognizer` names the finder."""

    start: int
    end: int
    type: str
    score: float
    recognizer: str
