from __future__ import annotations

import pytest

from pipeline.sources.transcript import parse_transcript


def vtt(*cues: str) -> bytes:
    blocks = [f"00:{i:02d}.000 --> 00:{i + 1:02d}.000\n{cue}\n" for i, cue in enumerate(cues)]
    return ("WEBVTT\n\n" + "\n".join(blocks)).encode()


CASES = {
    "two lines, the first repeats": (
        ("so the pool", "so the pool\nran dry", "ran dry\nat noon", "at noon\nand again", "and again\nat one"),
        "so the pool ran dry at noon and again at one",
    ),
    "every cue twice": (("one", "one", "two", "two", "three", "three"), "one two three"),
    "a growing line": (("so", "so the", "so the pool", "so the pool ran"), "so the pool ran"),
    "blank cues between": (
        ("one", "one\ntwo", "", "two\nthree", "three\nfour", "four\nfive"),
        "one two three four five",
    ),
    "people who repeat themselves": (
        ("no", "no", "that is", "not it", "at all", "it was", "the pool", "you see", "so there"),
        "no no that is not it at all it was the pool you see so there",
    ),
    "too short to tell": (("no", "no"), "no no"),
    "a word that begins the next": (("the", "then", "them", "themes", "theme"), "the then them themes theme"),
}


@pytest.mark.parametrize(("cues", "text"), CASES.values(), ids=CASES)
def test_each_word_once(cues, text):
    assert " ".join(cue.text for cue in parse_transcript(vtt(*cues), "vtt")) == text
