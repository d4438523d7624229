from __future__ import annotations

import pytest

from pipeline.recording import Cue
from pipeline.sources.speakers import split_speakers

DIALOGUE = ["Rut Ek: hello", "so the pool", "Bo: yes", "Rut Ek: ran dry", "Bo: why"]

CASES = {
    "dialogue": (DIALOGUE, [], ["Rut Ek", None, "Bo", "Rut Ek", "Bo"]),
    "broadcast marks": ([">> RUT: hello", ">> BO: hi", ">> RUT: so"], [], ["RUT", None, "RUT"]),
    "numbered speakers": (["Speaker 1: hello", "Speaker 2: hi", "Speaker 1: so"], [], ["Speaker 1", None, "Speaker 1"]),
    "a known name, once": (["so the pool", "Rut Ek: ran dry", "yes"], ["Rut Ek"], [None, "Rut Ek", None]),
    "a known first name": (["so the pool", "Rut: ran dry"], ["Rut Ek"], [None, "Rut"]),
    "nobody knows it": (["so the pool", "Rut: ran dry"], [], [None, None]),
    "a product talked about twice": (["so we had", "Redis: full", "and", "Redis: empty"], [], [None] * 4),
    "headings": (["Problem: it broke", "Root Cause: a pool", "Problem: again", "Root Cause: yes"], [], [None] * 4),
    "lower case": (["thing is: it broke", "thing is: again"], [], [None, None]),
    "an address": (["Http://x", "Https: //y"], [], [None, None]),
}


@pytest.mark.parametrize(("texts", "known", "speakers"), CASES.values(), ids=CASES)
def test_speakers(texts, known, speakers):
    split = split_speakers([Cue(text) for text in texts], known)
    assert [cue.speaker for cue in split] == speakers
    for before, after in zip(texts, split, strict=True):
        assert after.text == (before if after.speaker is None else before.partition(": ")[2])


def test_a_speaker_of_the_format_stays():
    assert split_speakers([Cue("Bo: said so", speaker="Rut")], ["Bo"]) == [Cue("Bo: said so", speaker="Rut")]
