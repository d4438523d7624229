"""Rolling captions: live caption writers repeat the last line, or grow it, from cue to cue. Each word is wanted once."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from pipeline.sources.captions import Caption

# People repeat themselves too; only a file that repeats at this share of its cue borders, and so often, is a rolling one.
_ROLLING_SHARE = 0.3
_LEAST = 3
_MOST_LINES = 4


def unroll(captions: list[Caption]) -> list[Caption]:
    """The captions without what each repeats of the one before it; unchanged where the file is no rolling one."""
    lines = [tuple(line.strip() for line in caption.lines if line.strip()) for caption in captions]
    borders = [(earlier, later) for earlier, later in pairwise(lines) if earlier and later]
    rolling = sum(_fresh(earlier, later) != later for earlier, later in borders)
    if rolling < max(_LEAST, _ROLLING_SHARE * len(borders)):
        return captions
    unrolled = captions[:1]
    earlier: tuple[str, ...] = lines[0]
    for caption, later in zip(captions[1:], lines[1:], strict=True):
        unrolled.append(replace(caption, lines=_fresh(earlier, later)))
        earlier = later or earlier
    return unrolled


def _fresh(earlier: tuple[str, ...], later: tuple[str, ...]) -> tuple[str, ...]:
    """The lines of `later` less its longest beginning that is the end of `earlier`, or that `earlier`'s last line began."""
    for overlap in range(min(len(earlier), len(later), _MOST_LINES), 0, -1):
        if earlier[-overlap:] == later[:overlap]:
            return later[overlap:]
    if earlier and later and later[0].startswith(earlier[-1] + " "):
        return (later[0][len(earlier[-1]) :].strip(), *later[1:])
    return later
