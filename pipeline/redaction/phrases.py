"""Many known phrases found in one pass: an Aho-Corasick automaton over words, whatever stands between them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

import ahocorasick

from pipeline.redaction.tokens import Tokens, tokenize


class Phrases:
    """Phrases with a payload. Words are compared folded, separators do not count, a possessive `'s` is ignored."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Build from (phrase, payload); a phrase that is given twice keeps its first payload."""
        self._automaton = ahocorasick.Automaton()
        for phrase, payload in phrases:
            words = tokenize(phrase).words
            key = f" {' '.join(words)} "
            if words and not self._automaton.exists(key):
                self._automaton.add_word(key, (len(words), payload))
        self._empty = len(self._automaton) == 0
        if not self._empty:
            self._automaton.make_automaton()

    def find(self, tokens: Tokens) -> list[tuple[int, int, str]]:
        """All occurrences as (first word, last word, payload), overlapping ones too."""
        if self._empty or not tokens.words:
            return []
        words = [w.removesuffix("'s") for w in tokens.words]
        ends = {end: index for index, end in enumerate(accumulate(len(w) + 1 for w in words))}
        found: list[tuple[int, int, str]] = []
        for end, (count, payload) in self._automaton.iter(f" {' '.join(words)} "):
            last = ends[end]
            found.append((last - count + 1, last, payload))
        return found
