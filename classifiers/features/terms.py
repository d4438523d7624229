"""Lexicon terms in spoken text, found by looking up runs of one to five words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.packet.lexicon import Lexicon

LONGEST_FORM = 5
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+#/_-]*")
_EDGES = ".-/_"


@dataclass(frozen=True, slots=True)
class Mention:
    """A term that stands at `start` to `end` (words) of a text; `after` is the next word or ''."""

    term: str
    start: int
    end: int
    after: str


class TermFinder:
    """Finds terms of one lexicon; the longest form wins. Ambiguous forms count only beside another term."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._sure = lexicon.surfaces
        self._doubtful = lexicon.ambiguous_surfaces
        self._first = {form.split(" ", 1)[0] for form in (*self._sure, *self._doubtful)}

    def find(self, text: str) -> list[Mention]:
        """Mentions in order. `text` may be of any look; placeholders are no words."""
        words = [m[0].strip(_EDGES).lower() for m in _WORD.finditer(re.sub(r"<[A-Z_]+>", " ", text))]
        found = self._scan(words)
        if not any(sure for _, sure in found):
            return []
        sure_at = [mention.start for mention, sure in found if sure]
        return [m for m, sure in found if sure or any(abs(m.start - at) <= LONGEST_FORM for at in sure_at)]

    def _scan(self, words: list[str]) -> list[tuple[Mention, bool]]:
        found: list[tuple[Mention, bool]] = []
        at = 0
        while at < len(words):
            if words[at] not in self._first:
                at += 1
                continue
            for end in range(min(len(words), at + LONGEST_FORM), at, -1):
                form = " ".join(words[at:end])
                term = self._sure.get(form)
                sure = term is not None
                term = term or self._doubtful.get(form)
                if term is not None:
                    found.append((Mention(term, at, end, words[end] if end < len(words) else ""), sure))
                    at = end
                    break
            else:
                at += 1
        return found
