"""Caption files (WebVTT, SubRip): one normaliser before the libraries that parse them, and one check after.

Exporters write both formats loosely: no header, comma or dot, hour-less stamps, blank lines inside a cue, no blank line
between cues. The normaliser rewrites all of it into the strict form of either format; the check compares the cues that
came out with the timing lines that went in, so nothing is lost in silence.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from pipeline.errors import QuarantinedError
from pipeline.recording import Cue
from pipeline.sources.decoding import clean

_STAMP = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}(?:\s.*)?$", re.DOTALL)
_TIMING_LIKE = re.compile(r"\s*\d+\s*[:.,]\s*\d.*-->")
_COMMENT = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?[ \t]{1,20}([^<>]{1,200})>", re.IGNORECASE)
_VOICE_END = re.compile(r"</v>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:[a-z][a-z0-9]{0,9}(?:[.\s][^<>]{0,200})?|\d[\d:.]{0,20})>", re.IGNORECASE)
_OVERRIDE = re.compile(r"\{\\[^{}]{0,100}\}")

# Lines of one cue on their way through a library, which must see one line only.
LINE = "\u2028"


@dataclass(frozen=True, slots=True)
class Caption:
    """One cue of a caption file before its text is taken apart: seconds, and raw lines."""

    start: float
    end: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timed:
    """One normalised cue: both stamps as `HH:MM:SS.mmm`, and the raw lines below them."""

    start: str
    end: str
    lines: tuple[str, ...]


def normalise(text: str) -> tuple[list[Timed], int]:
    """Cut a caption file into cues; returns them with the count of lines that are, or look like, timing lines.

    What stands before the first timing line (header, comments, identifier) is no caption and is left out, and so are
    comment, style and region blocks; a block without a timing line belongs to the cue above it.
    """
    cues: list[tuple[str, str, list[str]]] = []
    timings, comment, after_blank = 0, False, True
    for line in text.lstrip("\ufeff").split("\n"):
        match = _TIMING.match(line)
        if match or _TIMING_LIKE.match(line):
            timings += 1
            comment = False
        if match:
            if cues:
                _drop_identifier(cues[-1][2])
            cues.append((_stamp(match.groups()[:4]), _stamp(match.groups()[4:]), []))
        elif not line.strip():
            comment = False
            if cues:
                cues[-1][2].append("")
        else:
            comment = comment or bool(after_blank and _COMMENT.match(line))
            if cues and not comment:
                cues[-1][2].append(line.replace("-->", "→").replace(LINE, " "))
        after_blank = not line.strip()
    return [Timed(start, end, tuple(line for line in body if line)) for start, end, body in cues], timings


def check_count(parsed: int, timings: int) -> None:
    """Raise QuarantinedError `no_cues` without any timing line, `cue_count_mismatch` where a cue was lost or invented."""
    if not timings:
        raise QuarantinedError("source", "no_cues")
    if parsed != timings:
        raise QuarantinedError("source", "cue_count_mismatch")


def take_apart(caption: Caption) -> list[Cue]:
    """Cues of one caption: one a voice, tags removed, entities resolved, lines joined by a space; none where it is blank."""
    speaker: str | None = None
    cues: list[Cue] = []
    position = 0
    raw = "\n".join(caption.lines)
    for match in [*_VOICE.finditer(raw), None]:
        text = _plain(raw[position : match.start() if match else len(raw)])
        if text:
            cues.append(Cue(text, caption.start, caption.end, speaker))
        if match:
            speaker, position = clean(html.unescape(match[1])) or None, match.end()
    return cues


def _plain(raw: str) -> str:
    stripped = _OVERRIDE.sub("", _TAG.sub("", _VOICE_END.sub(" ", raw)))
    return " ".join(clean(html.unescape(stripped)).split())


def _stamp(groups: tuple[str | None, ...]) -> str:
    """`HH:MM:SS.mmm`; minutes and seconds above 59 are carried, as some players count minutes only."""
    hours, minutes, seconds, fraction = groups
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return f"{total // 3600:02d}:{total // 60 % 60:02d}:{total % 60:02d}.{(fraction or '0'):0<3}"


def _drop_identifier(lines: list[str]) -> None:
    """Remove the next cue's identifier, which stands right above its timing line, from the end of this cue's text."""
    if len(lines) < 2 or not lines[-1]:
        return
    last = lines[-1].strip()
    if last.isdigit() or (not lines[-2] and " " not in last):
        lines.pop()
