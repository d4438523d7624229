"""SubRip (`NAME.srt`), read by pysubs2."""

from __future__ import annotations

from pipeline.errors import QuarantinedError
from pipeline.sources.captions import LINE, Caption, check_count, normalise

# pysubs2 writes a line end as `\N`: a backslash of the speaker's own must not turn into one.
_BACKSLASH = "\ue05c"


def parse_srt(text: str) -> list[Caption]:
    """Captions of a SubRip file, in file order. Raises QuarantinedError `no_cues`, `cue_count_mismatch`, `malformed_cue`."""
    import pysubs2

    cues, timings = normalise(text)
    strict = "".join(
        f"{number}\n{cue.start} --> {cue.end}\n{LINE.join(cue.lines).replace(chr(92), _BACKSLASH)}\n\n"
        for number, cue in enumerate(cues, 1)
    )
    try:
        parsed = list(pysubs2.SSAFile.from_string(strict, format_="srt", keep_html_tags=True)) if cues else []
    except (pysubs2.Pysubs2Error, ValueError) as error:
        raise QuarantinedError("source", "malformed_cue") from error
    check_count(len(parsed), timings)
    return [
        Caption(item.start / 1000, item.end / 1000, tuple(item.text.replace(_BACKSLASH, "\\").split(LINE)))
        for item in parsed
    ]
