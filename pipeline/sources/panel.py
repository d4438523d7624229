"""The transcript panel as people paste it (`NAME.txt`): stamps alone, glued to the text, in brackets, or none at all."""

from __future__ import annotations

import re

from pipeline.recording import Cue
from pipeline.sources.decoding import clean
from pipeline.sources.speakers import opens_turn

_CLOCK = r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)"
_BRACKETED = re.compile(rf"\[{_CLOCK}\]")
_ALONE = re.compile(rf"\s*{_CLOCK}\s*$")
_LEADING = re.compile(rf"\s*{_CLOCK}(?![\d:])")


def parse_panel(text: str) -> list[Cue]:
    """Cues of a pasted panel: one a stamp or turn, or one a paragraph where nothing is timed. End times are None.

    A stamp in brackets counts anywhere. A bare one counts where it stands alone on a line, and before text only in a file
    that begins with a stamp and where time does not run backwards: "12:30 we had lunch" is no stamp.
    """
    lines = text.lstrip("\ufeff").split("\n")
    first = next((line for line in lines if line.strip()), "")
    opens_with_stamp = bool(_LEADING.match(first))
    cues: list[Cue] = []
    start: float | None = None
    body: list[str] = []

    def close() -> None:
        joined = " ".join(clean(" ".join(body)).split())
        if joined:
            cues.append(Cue(joined, start))
        body.clear()

    for line in lines:
        bare = _ALONE.match(line) or (_LEADING.match(line) if opens_with_stamp else None)
        at = _seconds(bare) if bare else None
        if bare and at is not None and (start is None or at >= start):
            close()
            start = at
            line = line[bare.end() :]  # noqa: PLW2901
        elif opens_turn(line) or (start is None and not line.strip()):
            close()
        position = 0
        for match in _BRACKETED.finditer(line):
            body.append(line[position : match.start()])
            close()
            start, position = _seconds(match), match.end()
        body.append(line[position:])
    close()
    return cues


def _seconds(match: re.Match[str]) -> float:
    hours, minutes, seconds = match.groups()
    return float(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))
