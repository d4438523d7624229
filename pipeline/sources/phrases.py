"""Loom's transcription JSON (`NAME.json` with `phrases`)."""

from __future__ import annotations

import json
import math
from typing import Any

from pipeline.errors import QuarantinedError
from pipeline.recording import Cue
from pipeline.sources.decoding import clean

KNOWN_MAJOR = "1"


def parse_phrases(text: str) -> list[Cue]:
    """Cues of a Loom transcription, in file order; they have no end times.

    Raises QuarantinedError `malformed_json`, `unknown_schema_version` (another major version than 1) or `malformed_phrases`.
    """
    loaded = load_json(text)
    if not isinstance(loaded, dict) or not isinstance(loaded.get("phrases"), list):
        raise QuarantinedError("source", "malformed_phrases")
    if not _known_version(loaded.get("schemaVersion")):
        raise QuarantinedError("source", "unknown_schema_version")
    return [_cue(phrase) for phrase in loaded["phrases"]]


def _known_version(version: object) -> bool:
    """Major version 1, as text or as a number, or none stated."""
    if version is None:
        return True
    if isinstance(version, bool) or not isinstance(version, str | int | float):
        return False
    return str(version).split(".")[0] == KNOWN_MAJOR


def is_transcription(text: str) -> bool:
    """False where the text is JSON of something else; True for a transcription, and for what is no JSON at all."""
    try:
        loaded = load_json(text)
    except QuarantinedError:
        return True
    return isinstance(loaded, dict) and "phrases" in loaded


def load_json(text: str) -> Any:
    """Any JSON value. Raises QuarantinedError `malformed_json`, also for nesting deeper than Python takes."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise QuarantinedError("source", "malformed_json") from error


def seconds(value: object) -> float | None:
    """A finite non-negative number of seconds, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _cue(phrase: object) -> Cue:
    if not isinstance(phrase, dict) or not isinstance(phrase.get("value"), str):
        raise QuarantinedError("source", "malformed_phrases")
    speaker = phrase.get("speakerName")
    named = clean(speaker) if isinstance(speaker, str) else None
    return Cue(" ".join(clean(phrase["value"]).split()), seconds(phrase.get("ts")), None, named or None)
