"""A key under which names that sound alike meet, made for concatenation: key(a b) is nearly key(a) + key(b)."""

from __future__ import annotations

import re

_RULES = (
    (re.compile(r"sio|sia|sch|sh|tch|ch|tio|ci(?=[ao])|cz|sz"), "X"),
    (re.compile(r"ph|bh|mh|v|w(?=[aeiouy])"), "f"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"ck|c|q|kh|gh(?=[aeiou])|g"), "k"),
    (re.compile(r"gh"), ""),
    (re.compile(r"j|dj|dge"), "j"),
    (re.compile(r"th|d"), "t"),
    (re.compile(r"b"), "p"),
)
_SILENT = re.compile(r"[aeiouyhw]+")
_DOUBLE = re.compile(r"(.)\1+")


def phonetic_key(word: str) -> str:
    """Consonant skeleton of a folded word, sounds that recognisers confuse under one sign; a leading vowel is `A`."""
    key = word
    for pattern, sound in _RULES:
        key = pattern.sub(sound, key)
    lead = "A" if key[:1] and key[0] in "aeiouy" else ""
    return lead + _DOUBLE.sub(r"\1", _SILENT.sub("", key))


def joined_key(keys: list[str]) -> str:
    """Key of words spoken as one: vowels at the start of later parts fall silent."""
    return _DOUBLE.sub(r"\1", keys[0] + "".join(key.removeprefix("A") for key in keys[1:]))
