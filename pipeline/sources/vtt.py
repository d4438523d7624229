"""WebVTT (`NAME.vtt`, `NAME.en.vtt`), read by webvtt-py."""

from __future__ import annotations

from pipeline.errors import QuarantinedError
from pipeline.sources.captions import LINE, Caption, check_count, normalise


def parse_vtt(text: str) -> list[Caption]:
    """Captions of a WebVTT file, in file order. Raises QuarantinedError `no_cues`, `cue_count_mismatch`, `malformed_cue`."""
    import webvtt
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    cues, timings = normalise(text)
    strict = "\n\n".join(["WEBVTT", *(f"{cue.start} --> {cue.end}\n{LINE.join(cue.lines)}" for cue in cues)])
    try:
        parsed = webvtt.from_string(strict + "\n").captions
    except (MalformedCaptionError, MalformedFileError) as error:
        raise QuarantinedError("source", "malformed_cue") from error
    check_count(len(parsed), timings)
    return [
        Caption(
            round(item.start_time.in_seconds() + item.start_time.milliseconds / 1000, 3),
            round(item.end_time.in_seconds() + item.end_time.milliseconds / 1000, 3),
            tuple(LINE.join(item.lines).split(LINE)),
        )
        for item in parsed
    ]
