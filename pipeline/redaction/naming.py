"""Names that the speaker announces: "the customer is called blue lantern", "codename is falcon", "jack ran the query".

What stands behind a naming cue is a name even where its words are common ones. A name has one to three words, or up to five
for things that a machine names, and ends at a function word, a verb or a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.redaction.calendar_names import find_calendar_names
from pipeline.redaction.patterns.speech import DIGITS, FUNCTION_WORDS, TEENS, TENS, word_set
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens
from pipeline.redaction.words import Kind, WordBook

NAME = "naming_cues"
_PARTIES = word_set(
    "customer client vendor supplier partner bank rival competitor employer company firm reseller insurer tenant prospect"
)
_PROJECTS = word_set("project codename codenames initiative programme program")
_HEADS: dict[str, str] = {
    **dict.fromkeys(_PARTIES | {"team", "squad", "crew"}, "ORGANIZATION"),
    **dict.fromkeys(_PROJECTS, "PROJECT"),
    **dict.fromkeys(word_set("colleague manager boss engineer guy woman man person friend lead"), "PERSON"),
    **dict.fromkeys(word_set("site building office room town village street pub ward"), "LOCATION"),
}
_MACHINE_HEADS = {
    "branch": "REPOSITORY", "repo": "REPOSITORY", "repository": "REPOSITORY", "user": "USERNAME", "login": "USERNAME",
    "username": "USERNAME", "host": "HOST", "hostname": "HOST", "machine": "HOST", "server": "HOST", "cluster": "HOST",
    "channel": "CHANNEL", "bucket": "CLOUD_ID",
}  # fmt: skip
_COPULAS = frozenset({"is", "was", "s", "are"})
_CALLED = frozenset({"called", "named", "nicknamed", "codenamed"})
_ALIASES = (("known", "as"), ("goes", "by"), ("go", "by"), ("went", "by"))
_ORDINALS = word_set("second third fourth fifth other last next another new")
_BETWEEN = word_set("here today name itself")
# Words that say how something is, not what it is called, although they are nouns as well.
_STATES = word_set("""live dead done ready fine good bad key public private fast cold open right wrong down up safe sound
    fun worth part kind sort type ready set back home clean critical standard internal external pending due short small
    big large huge new old close final normal present past total master broken stuck lost free firm quiet light heavy
    hard easy cheap poor rich calm mad sick well ill""")
_STATUS = frozenset({"green", "red", "amber"})
_MODALS = frozenset({"may", "will", "can", "might"})
_CLOSED = frozenset({"determiner", "preposition", "pronoun", "conjunction", "auxiliary", "saying", "doing"})
_STARTS = word_set(
    "and so then because when that but since until after before while if as well okay yeah where or once"
)
_GAP = re.compile(r"[\s'’\-]{1,3}")
_LONGEST, _LONGEST_MACHINE = 3, 5
_RECENT = 40  # words over which "a third one is ..." still goes on with the customers
_REPEATED = 4.6  # Zipf frequency under which an announced name of one word is masked wherever it stands


@cache
def _first_names() -> frozenset[str]:
    from faker.providers.person import en, en_GB, en_US

    found: set[str] = set()
    for provider in (en.Provider, en_GB.Provider, en_US.Provider):
        found.update(name.lower() for name in provider.first_names)
    return frozenset(found) | {"rob", "may", "bill", "jack", "will", "mark", "pat", "sam", "joe", "nick", "tim", "ben"}


def find_named(tokens: Tokens, book: WordBook, safe: Phrases) -> list[Span]:
    """Spans of announced names and of first names that act, and of announced names wherever they are repeated."""
    reader = _Reader(tokens, book)
    terms = {index for first, last, _ in safe.find(tokens) for index in range(first, last + 1)}
    announced = list(reader.announced(terms))
    again = Phrases(
        (" ".join(tokens.words[first : last + 1]), kind)
        for first, last, kind in announced
        if last > first or (first not in terms and book[tokens.words[first]].zipf < _REPEATED)
    )
    dated = ((at, at, "PERSON") for at in find_calendar_names(tokens, book))
    found = [*announced, *again.find(tokens), *reader.acting(), *reader.listed(), *dated]
    return [Span(tokens.starts[first], tokens.ends[last], kind, 0.75, NAME) for first, last, kind in found]


class _Reader:
    """Bounded reading around the cues of one text. All results are (first word, last word, entity type)."""

    def __init__(self, tokens: Tokens, book: WordBook) -> None:
        self.words = tokens.words
        self._tokens = tokens
        self._book = book

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def joined(self, at: int) -> bool:
        """Whether nothing but a blank stands between this word and the one before."""
        t = self._tokens
        return 0 < at < len(self.words) and _GAP.fullmatch(t.text, t.ends[at - 1], t.starts[at]) is not None

    def content(self, at: int, *, first: bool, machine: bool = False) -> bool:
        word = self.word(at)
        if not word or not self.joined(at) or word in self._book.allowed:
            return False
        if machine and (word in DIGITS or word in TEENS or word in TENS or word.isdigit()):
            return not first
        known = self._book[word]
        if len(word) < 2 or word in FUNCTION_WORDS or known.group in _CLOSED:
            return False
        kind = self._book.part_of_speech(word)
        if kind and known.kind is not Kind.NAME and set(kind.split("+")) <= {"adv", "verb*", "adv*"}:
            return False
        return machine or word not in _STATES if first else True

    def name(self, first: int, kind: str, *, machine: bool = False) -> Iterator[tuple[int, int, str]]:
        end = first
        while end - first < (_LONGEST_MACHINE if machine else _LONGEST) and self.content(
            end, first=end == first, machine=machine
        ):
            end += 1
        if end > first:
            yield first, end - 1, kind

    def announced(self, terms: set[int]) -> Iterator[tuple[int, int, str]]:
        """Names behind "called", "known as", "<head> is", and before "is the <head>"."""
        party = -_RECENT
        for at, word in enumerate(self.words):
            if word in _PARTIES:
                party = at
            if word in _CALLED or (word, self.word(at + 1)) in _ALIASES:
                yield from self._called(at, at + 1 + (word not in _CALLED))
            elif word in _HEADS or word in _MACHINE_HEADS or (word == "name" and self.word(at - 1) == "code"):
                yield from self._is(at, terms)
            elif word == "one" and self.word(at - 1) in _ORDINALS and at - party < _RECENT:
                yield from self._is_name(at + 1, "ORGANIZATION", terms)

    def _called(self, at: int, first: int) -> Iterator[tuple[int, int, str]]:
        back = at - 1
        while back > at - 3 and self.word(back) in _COPULAS | {"are", "also", "s", "name"}:
            back -= 1
        head = self.word(back).removesuffix("'s")
        if head in _HEADS:
            yield from self.name(first, _HEADS[head])
        elif head in _MACHINE_HEADS:
            yield from self.name(first, _MACHINE_HEADS[head], machine=True)

    def _is(self, at: int, terms: set[int]) -> Iterator[tuple[int, int, str]]:
        head = self.words[at]
        copula = at + 1
        named = self.word(copula) == "name"
        while self.word(copula) in _BETWEEN and copula - at < 3:
            copula += 1
        if head in _MACHINE_HEADS:
            if (named or head in {"username", "hostname"}) and self.word(copula) in _COPULAS:
                yield from self.name(copula + 1, _MACHINE_HEADS[head], machine=True)
            return
        kind = "PROJECT" if head == "name" else _HEADS[head]
        if kind in ("ORGANIZATION", "PROJECT") and (named or self.word(at - 1) != "is"):
            yield from self._is_name(copula, kind, terms, technical=head in ("client", "program") and not named)
        if (
            self.word(at - 1) in {"the", "our", "a"}
            and self.word(at - 2) == "is"
            and kind in ("ORGANIZATION", "PROJECT")
        ):
            last = at - 3
            if last >= 0 and self.content_here(last) and self.word(last - 1) in _STARTS | {""}:
                yield last, last, kind

    def content_here(self, at: int) -> bool:
        """Whether a word may be a name by itself: a noun that nothing determines."""
        word = self.words[at]
        closed = len(word) < 2 or word in FUNCTION_WORDS or self._book[word].group in _CLOSED | {"number"}
        return (
            not closed
            and word not in self._book.allowed
            and self._book.part_of_speech(word) in ("", "noun", "adj+noun")
        )

    def _is_name(
        self, copula: int, kind: str, terms: set[int], *, technical: bool = False
    ) -> Iterator[tuple[int, int, str]]:
        first = copula + 1
        word = self.word(first)
        status = kind == "PROJECT" and word in _STATUS
        if self.word(copula) not in _COPULAS or status or (technical and first in terms):
            return
        parts = self._book.part_of_speech(word).split("+")
        if "noun" in parts or parts == [""]:
            yield from self.name(first, kind)

    def first_name(self, at: int) -> bool:
        word = self.word(at)
        return word in _first_names() and word not in self._book.allowed

    def acting(self) -> Iterator[tuple[int, int, str]]:
        """A common first name that says or does something, with nothing that determines it before."""
        for at in range(len(self.words) - 1):
            if self.first_name(at) and self.joined(at + 1) and self.word(at - 1) in _STARTS | {""}:
                after = self.words[at + 1]
                said = self._book[after].group in ("saying", "doing")
                past = after.endswith("ed") or after in {
                    "ran",
                    "went",
                    "said",
                    "told",
                    "saw",
                    "got",
                    "wrote",
                    "took",
                    "did",
                }
                if (said or past) and (past or self.words[at] not in _MODALS):
                    yield at, at, "PERSON"

    def listed(self) -> Iterator[tuple[int, int, str]]:
        """Common first names joined by "and", each of them."""
        at = 0
        while at < len(self.words):
            members = [at] if self.first_name(at) else []
            while members and self.word(members[-1] + 1) == "and" and self.first_name(members[-1] + 2):
                members.append(members[-1] + 2)
            before = self.word(at - 1)
            bare = before not in {"to", "a", "the", "can", "will", "you", "we", "they", "i", "this", "that", "of"}
            if len(members) > 1 and bare and any(self.words[m] not in _MODALS for m in members):
                yield from ((m, m, "PERSON") for m in members)
                at = members[-1]
            at += 1
