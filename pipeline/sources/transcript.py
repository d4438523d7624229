"""From the bytes of a transcript file to its cues, by the kind its name says."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.errors import QuarantinedError
from pipeline.recording import Cue
from pipeline.sources.captions import Caption, take_apart
from pipeline.sources.decoding import decode
from pipeline.sources.panel import parse_panel
from pipeline.sources.phrases import parse_phrases
from pipeline.sources.rolling import unroll
from pipeline.sources.srt import parse_srt
from pipeline.sources.vtt import parse_vtt

_CAPTIONS: dict[str, Callable[[str], list[Caption]]] = {"vtt": parse_vtt, "srt": parse_srt}
_TEXTS: dict[str, Callable[[str], list[Cue]]] = {"json": parse_phrases, "txt": parse_panel}


def parse_transcript(data: bytes, kind: str) -> list[Cue]:
    """Cues with text, in file order. `kind` is `vtt`, `srt`, `json` or `txt`.

    Raises QuarantinedError `empty`, `binary`, `encoding`, or what the parser of the kind raises.
    """
    text = decode(data)
    if kind in _CAPTIONS:
        captions = unroll(_CAPTIONS[kind](text)) if "-->" in text else _no_captions(text)
        cues = [cue for caption in captions for cue in take_apart(caption)]
    else:
        cues = [cue for cue in _TEXTS[kind](text) if cue.text]
    if not cues:
        raise QuarantinedError("source", "empty")
    return cues


def _no_captions(text: str) -> list[Caption]:
    body = "".join(text.lstrip("\ufeff").split("\n\n")[1:]) if text.lstrip("\ufeff").startswith("WEBVTT") else text
    raise QuarantinedError("source", "no_cues" if body.strip() else "empty")
