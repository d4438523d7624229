"""Asking: understand a question, read a constant number of topics, rank what is there, say what it means together."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifiers import resources
from classifiers.classifier import Classifier
from flows.settings import Settings
from flows.synthesis import Synthesis, synthesize
from flows.wiring import open_ledger, policy_of, router_context
from pipeline.errors import UsageError
from pipeline.packet.address import every_address
from pipeline.packet.outcome import CONDITION_ENUMS, Conditions
from pipeline.redaction.scrubber import Scrubber
from pipeline.routing.cases import Verifier, collect_cases
from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.keys import current_epoch
from pipeline.routing.open import open_router
from pipeline.routing.protocol import Deposit, Router, Scored
from pipeline.routing.rank import Circumstances, Ranked, rank_cases
from pipeline.routing.verified import RememberingVerifier

_SYNTHESIZED = 50
"""How many of the best cases are looked at for the synthesis, however few are shown."""
_LIKE = 0.25
"""A case is like the asker's when it matches at least this fraction as well as the best one does."""
_LEAST_WORDS = 2
"""Fewer words of English or technology than these say nothing about a symptom."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks: free text, ids, or both; `stack` in any spelling, `load` a load_profile value."""

    text: str = ""
    problem: str | None = None
    symptom: str | None = None
    stack: tuple[str, ...] = ()
    load: str | None = None
    top_k: int = 20


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question in the vocabulary's terms: probabilities by id, the circumstances, and the topics that are read."""

    problems: Mapping[str, float]
    symptoms: Mapping[str, float]
    circumstances: Circumstances
    topics: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Matching cases, best first, what they say together, and the local recordings behind one's own packets."""

    understood: Understanding
    cases: tuple[Ranked, ...]
    synthesis: Synthesis
    own_recordings: Mapping[str, Sequence[str]]


class Asker:
    """Answers questions over one router. Models are loaded on the first question that has text."""

    def __init__(self, settings: Settings) -> None:
        """Connect to the router. Raises RouterUnavailableError or ConfigurationError."""
        self._settings = settings
        self._vocabulary, self._lexicon = resources.vocabulary(), resources.lexicon()
        self._nearness = resources.nearness()
        self._router: Router = open_router(settings.router, router_context(settings), create=False)
        self._verify = RememberingVerifier()
        self._models: tuple[Scrubber, Classifier] | None = None

    def close(self) -> None:
        """Disconnect."""
        self._router.close()

    def ask(self, question: Question) -> Answer:
        """Answer one question. Raises UsageError for an empty question or an unknown id, term or value."""
        understood = self.understand(question)
        ranked = self._cases(understood, max(question.top_k, _SYNTHESIZED))
        now = current_epoch()
        shown = ranked[: question.top_k]
        return Answer(understood, tuple(shown), synthesize(like_the_best(ranked), now), self._own(shown))

    def understand(self, question: Question) -> Understanding:
        """Put a question into the vocabulary's terms; ids that are given win over what the text suggests."""
        self._check(question)
        problems: Mapping[str, float] = {}
        symptoms: Mapping[str, float] = {}
        circumstances = Circumstances()
        if question.text.strip():
            scrubber, classifier = self._load()
            scrubbed = scrubber.scrub_text(question.text)
            _check_words(scrubbed.text)
            beliefs = classifier.beliefs(scrubbed)
            problems, symptoms = beliefs.problem_type, beliefs.symptom_pattern
            circumstances = _circumstances(beliefs.conditions)
        if question.problem:
            problems = {question.problem: 1.0}
        if question.symptom:
            symptoms = {question.symptom: 1.0}
        symptoms = symptoms or self._likely_symptoms(problems)
        problems = problems or self._likely_problems(symptoms)
        named = [name for names in question.stack for name in names.split(",") if name.strip()]
        stack = tuple(self._term(name.strip()) for name in named) or circumstances.stack
        values = {**circumstances.values, **({"load_profile": question.load.lower()} if question.load else {})}
        topics = enumerate_topics(symptoms, problems, self._vocabulary, self._nearness, self._settings.topics)
        return Understanding(problems, symptoms, Circumstances(stack, values), tuple(topics))

    def new_since(self, understood: Understanding, cursor: str | None) -> tuple[list[Ranked], str | None]:
        """Cases at the question's topics that arrived after a cursor, and the cursor to go on from."""
        page = self._router.since(cursor, limit=500)
        wanted = {topic.address for topic in understood.topics}
        fresh = [deposit for deposit in page.deposits if deposit.address in wanted]
        return self._rank(fresh, understood, self._verify), page.cursor

    def newest_cursor(self) -> str | None:
        """The cursor behind everything that is at the router now."""
        cursor: str | None = None
        while True:
            page = self._router.since(cursor, limit=1000)
            if not page.deposits:
                return page.cursor
            cursor = page.cursor

    def _cases(self, understood: Understanding, top_k: int) -> list[Ranked]:
        deposits = self._read(understood.topics, top_k)
        # Signatures cost more than everything else, so rank first and verify only what could be shown: tombstones always.
        ranked = self._rank(deposits, understood, lambda d: d.kind != "tombstone" or self._verify(d))
        shown = 4 * top_k
        while True:
            candidates = {item.case.packet_id for item in ranked[:shown]}
            genuine = self._rank([d for d in deposits if d.packet_id in candidates], understood, self._verify)
            if len(genuine) >= top_k or shown >= len(ranked):
                return genuine[:top_k]
            shown *= 2

    def _read(self, topics: Sequence[Scored], top_k: int) -> list[Deposit]:
        native = None if self._settings.decoys else self._router.search(topics, top_k)
        if native is not None:
            return native
        addresses = [topic.address for topic in topics]
        known = set(addresses)
        shuffle = random.SystemRandom()
        if self._settings.decoys:
            others = [address for address in every_address(self._vocabulary) if address not in known]
            addresses += shuffle.sample(others, min(self._settings.decoys, len(others)))
        shuffle.shuffle(addresses)
        return [d for d in self._router.get(addresses, newest=self._settings.newest) if d.address in known]

    def _rank(self, deposits: Sequence[Deposit], understood: Understanding, verify: Verifier) -> list[Ranked]:
        cases = collect_cases(deposits, self._vocabulary, self._lexicon, verify)
        now = current_epoch()
        return rank_cases(cases, understood.topics, understood.circumstances, self._lexicon, epoch=now)

    def _own(self, cases: Sequence[Ranked]) -> dict[str, Sequence[str]]:
        if not self._settings.ledger.exists():
            return {}
        ledger = open_ledger(self._settings, reading=True)
        try:
            own = {item.case.packet_id: ledger.recordings_of(item.case.packet_id) for item in cases}
        finally:
            ledger.close()
        return {packet_id: recordings for packet_id, recordings in own.items() if recordings}

    def _load(self) -> tuple[Scrubber, Classifier]:
        if self._models is None:
            scrubber = Scrubber(policy_of(self._settings), self._lexicon, self._vocabulary)
            self._models = (scrubber, Classifier.load(self._settings.model))
        return self._models

    def _check(self, question: Question) -> None:
        if not (question.text.strip() or question.problem or question.symptom):
            raise UsageError("say what you see, or name a --problem or a --symptom")
        if question.problem and question.problem not in self._vocabulary.problem_types:
            raise UsageError(f"unknown problem id {question.problem!r}: see `loomroute vocabulary list`")
        if question.symptom and question.symptom not in self._vocabulary.symptoms:
            raise UsageError(f"unknown symptom id {question.symptom!r}: see `loomroute vocabulary list`")
        profiles = CONDITION_ENUMS["engineering"]["load_profile"]
        if question.load and question.load.lower() not in profiles:
            raise UsageError(f"unknown load profile {question.load!r}: one of {', '.join(profiles)}")

    def _term(self, name: str) -> str:
        term = self._lexicon.canonical(name)
        if term is None:
            raise UsageError(f"unknown technology {name!r}: not in the public lexicon")
        return term

    def _likely_symptoms(self, problems: Mapping[str, float]) -> dict[str, float]:
        grades = {
            symptom: max((belief * self._nearness.usual(symptom, p) for p, belief in problems.items()), default=0.0)
            for symptom in self._vocabulary.symptoms
        }
        return _normalised(grades)

    def _likely_problems(self, symptoms: Mapping[str, float]) -> dict[str, float]:
        grades = {
            problem: max((belief * self._nearness.usual(s, problem) for s, belief in symptoms.items()), default=0.0)
            for problem in self._vocabulary.problem_types
        }
        return _normalised(grades)


def like_the_best(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The cases that match about as well as the best: what a synthesis may speak of as "like yours"."""
    best = ranked[0].similarity if ranked else 0.0
    return [item for item in ranked if item.similarity >= _LIKE * best]


def _check_words(scrubbed: str) -> None:
    """Refuse a text in which hardly a word is known: another language, an id, or nothing at all."""
    masked = scrubbed.count("<")
    words = [word for word in re.sub(r"<[A-Z_]+>", " ", scrubbed).split() if re.search("[a-zA-Z]{2}", word)]
    if len(words) < _LEAST_WORDS or masked > len(words):
        raise UsageError('not understood: describe in English what you see, e.g. "random 503s when busy"')


def _normalised(grades: Mapping[str, float]) -> dict[str, float]:
    total = sum(grades.values()) or 1.0
    return {name: grade / total for name, grade in grades.items() if grade > 0}


def _circumstances(conditions: Conditions) -> Circumstances:
    names = [name for enums in CONDITION_ENUMS.values() for name in enums]
    values = {name: getattr(conditions, name) for name in names if getattr(conditions, name) != "unspecified"}
    return Circumstances(conditions.stack, values)
