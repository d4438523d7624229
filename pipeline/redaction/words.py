"""What one word says about itself, without its context: safe, certainly an identifier, or open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

import yaml

from pipeline.packet.lexicon import Lexicon
from pipeline.packet.vocabulary import AXES, Vocabulary
from pipeline.redaction.tokens import tokenize
from pipeline.redaction.wordlists import WordLists, load_word_lists

_CACHED_WORDS = 200_000
_RARE = 3.1  # Zipf frequency under which a plain noun ("grackle", "larkspur") is as likely a code-name as a word
_RARE_TERM = 2  # commonness up to which a lexicon term that is also a word or a name is judged in context ("kestrel")
_RARE_KINDS = frozenset({"noun", "noun+verb", "adj+noun"})
_NO_NAMES = frozenset(
    {"verb*", "adv", "adj*", "adj*+adv*", "adv*", "adj+adv"}
)  # forms nothing is called after ("restarted")
_COMMON_FORM = 4.6  # Zipf frequency from which such a form is safe although somebody is called that ("ran", "held")
_EVERYDAY = 5.8  # Zipf frequency from which a word is safe although some list of names has it ("my", "can", "see")
_NAMES_TOO = frozenset({"will", "long", "love"})  # everyday words that many people are called
_PREFIXES = (
    "un",
    "re",
    "non",
    "pre",
    "mis",
    "auto",
    "multi",
    "over",
    "under",
    "de",
    "dis",
    "sub",
    "micro",
    "inter",
    "co",
)
_SUFFIXES = ("s", "es", "ed", "d", "ing", "er", "ers", "or", "able", "ably", "ability", "ly", "ness", "ish", "less", "y", "ize", "ized")  # fmt: skip
_CONTRACTIONS = ("n't", "'re", "'ve", "'ll", "'d", "'m")
_SAFE_WORDS = Path(__file__).with_name("safe_words.yaml")
_NEIGHBOURS = Path(__file__).with_name("neighbours.yaml")


class Kind(IntEnum):
    """What is decided about a word by itself."""

    SAFE = 0
    OPEN = 1
    NAME = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word: its kind, how it counts as a neighbour (`rep`, `group`), what speaks about itself (`features`).

    `zipf` is its log frequency, 0 when unseen. What kind of thing a masked word names is not told from the word.
    """

    kind: Kind
    rep: str
    group: str
    zipf: float
    features: tuple[str, ...]


class WordBook:
    """Words looked up once and remembered. `allow` holds whole terms a user declared safe."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary, allow: Collection[str]) -> None:
        self._lists = load_word_lists()
        self._lexicon = frozenset(w for form in lexicon.surfaces for w in form.split() if len(form.split()) == 1)
        self._rare_terms = frozenset(
            form for form, term in lexicon.surfaces.items() if lexicon.terms[term].commonness <= _RARE_TERM
        )
        self._ambiguous = frozenset(lexicon.ambiguous_surfaces)
        self._safe = vocabulary_words(vocabulary)
        self.allowed = frozenset(term.lower() for term in allow)
        self._known: dict[str, Word] = {}
        listed = yaml.load(_SAFE_WORDS.read_bytes(), Loader=yaml.CSafeLoader)
        grouped = yaml.load(_NEIGHBOURS.read_bytes(), Loader=yaml.CSafeLoader)
        self._groups: dict[str, str] = {
            word: group for group, words in reversed(grouped.items()) for word in words.split()
        }
        self._numbers = frozenset(listed["numbers"].split())
        self._always = frozenset(word for words in listed.values() for word in words.split())

    def __getitem__(self, word: str) -> Word:
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _CACHED_WORDS:
                self._known.clear()
            known = self._known[word] = self._look_up(word)
        return known

    def part_of_speech(self, word: str) -> str:
        """What an ordinary word can be ("noun+verb"), or "" for any other."""
        return self._lists.ordinary.get(word, "")

    def usual(self, word: str) -> bool:
        """Whether a word is an ordinary noun that nobody allowed and that is on no list of words that are always safe."""
        return "noun" in self.part_of_speech(word) and word not in self.allowed and word not in self._always

    def _look_up(self, word: str) -> Word:
        if word.endswith(_CONTRACTIONS) and not word.startswith("o'"):
            return Word(Kind.SAFE, word, self._groups.get(word, "auxiliary"), 5.0, ())
        base = word.removesuffix("'s")
        if base.isdigit() or base in self._numbers:
            return Word(Kind.SAFE, "<#>", "number", 9.0, ())
        zipf = self._lists.zipf.get(base, 0.0)
        kind = self._kind(base, zipf)
        if kind in (Kind.NAME, Kind.UNKNOWN):
            return Word(kind, "<ID>", "id", zipf, ())
        return Word(kind, base, self._group(base), zipf, self._features(base, zipf))

    def _group(self, word: str) -> str:
        """How a word counts as a neighbour: its group, else its parts of speech."""
        group = self._groups.get(word)
        if group is not None:
            return group
        return self._lists.ordinary.get(word, "other")

    def _kind(self, word: str, zipf: float) -> Kind:
        lists = self._lists
        if word in self.allowed or len(word) == 1 or word in self._always:
            return Kind.SAFE
        person = word in lists.first or word in lists.last
        named = word in lists.first or word in lists.proper
        unnamed = zipf >= _COMMON_FORM or not (person or named or word in lists.places)
        if lists.ordinary.get(word) in _NO_NAMES and unnamed:
            return Kind.SAFE
        if word in self._lexicon or word in self._safe:
            doubtful = word in lists.first or (word in self._rare_terms and (named or word in lists.ordinary))
            return Kind.OPEN if doubtful and zipf < 5.5 else Kind.SAFE
        if word in self._ambiguous:
            return Kind.OPEN
        if not word.isalpha() or not word.isascii():
            return self._mixed(word)
        if word in lists.ordinary or zipf >= 5.0:
            if zipf < _RARE and lists.ordinary.get(word) in _RARE_KINDS and not derived(word, lists):
                return Kind.UNKNOWN
            if word in lists.ordinary or word not in lists.proper:
                open_ = zipf < 5.5 or word in _NAMES_TOO or (named and zipf < _EVERYDAY)
                return Kind.OPEN if open_ else Kind.SAFE
            return Kind.NAME
        if word in lists.countries and not person:
            return Kind.SAFE
        if person or word in lists.places or word in lists.proper:
            if len(word) <= 3 and zipf >= 3.5 and word not in lists.proper:
                return Kind.OPEN
            return Kind.NAME
        if zipf >= 3.0 or derived(word, lists):
            return Kind.OPEN
        return self._possessive(word)

    def _possessive(self, word: str) -> Kind:
        """An unknown word that is a name with an s ("odiles") is a name."""
        base = word.removesuffix("s")
        if base in self._lists.first or base in self._lists.last:
            return Kind.NAME
        return Kind.UNKNOWN

    def _mixed(self, word: str) -> Kind:
        """Letters with digits: safe when all its letter parts are short or known ("p99", "10ms", "sha256", "4xx")."""
        for part in "".join(c if c.isalpha() else " " for c in word).split():
            if not part.isascii():
                return Kind.UNKNOWN
            if "'" in word and (part in self._lists.first or part in self._lists.last) and len(part) > 2:
                return Kind.NAME
            if len(part) > 2 and part not in self._lexicon and part in self._lists.first and "'" not in word:
                return Kind.UNKNOWN
            if (
                len(part) > 2
                and part not in self._lexicon
                and (part not in self._lists.ordinary and self._lists.zipf.get(part, 0.0) < 3.0)
            ):
                return Kind.UNKNOWN
        return Kind.SAFE

    def _features(self, word: str, zipf: float) -> tuple[str, ...]:
        lists = self._lists
        band = f"z{int(zipf * 2) / 2}"
        marks = (
            ("f" if word in lists.first else "")
            + ("l" if word in lists.last else "")
            + ("p" if word in lists.places else "")
            + ("c" if word in lists.proper else "")
        )
        kind = lists.ordinary.get(word, "none")
        known = "lex" if word in self._lexicon or word in self._ambiguous else "voc" if word in self._safe else ""
        kind += "s" if word.endswith("s") and not word.endswith("ss") else ""
        found = [
            band,
            f"m:{marks}",
            f"o:{kind}",
            f"{band}|m:{marks}",
            f"{band}|o:{kind}",
            f"n:{min(len(word), 9)}",
        ]
        return (*found, f"k:{known}") if known else tuple(found)


def derived(word: str, lists: WordLists) -> bool:
    """Whether an unlisted word is built from an ordinary one with a usual prefix or suffix ("misconfigured", "retryable")."""
    for suffix in ("", *_SUFFIXES):
        if suffix and not word.endswith(suffix):
            continue
        stem = word[: len(word) - len(suffix)]
        for prefix in ("", *_PREFIXES):
            if prefix and not stem.startswith(prefix):
                continue
            core = stem[len(prefix) :]
            if (
                core != word
                and len(core) >= 4
                and (core in lists.ordinary or core + "e" in lists.ordinary)
                and core not in lists.first
            ):
                return True
    return False


@cache
def _tokens_of(phrase: str) -> frozenset[str]:
    return frozenset(tokenize(phrase.replace("_", " ")).words)


def vocabulary_words(vocabulary: Vocabulary) -> frozenset[str]:
    """All words of the vocabulary's ids, definitions and aliases."""
    found: set[str] = set()
    for axis in AXES:
        for term in vocabulary.axis(axis).values():
            for phrase in (term.id, term.definition, *term.aliases):
                found |= _tokens_of(phrase)
    return frozenset(found)
