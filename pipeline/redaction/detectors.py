"""All recognizers of one policy, built once before the first text, and the masks they agree on for a recording.

This is the fast path: plain functions over the text. `presidio.analyzer` puts the same recognizers into a Presidio
`AnalyzerEngine`; a test shows that both find the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from pipeline.packet.lexicon import Lexicon
from pipeline.packet.vocabulary import Vocabulary
from pipeline.redaction.adjoining import NAME as ADJOINING
from pipeline.redaction.adjoining import adjoining
from pipeline.redaction.closed_world import NAME as CLOSED_WORLD
from pipeline.redaction.closed_world import ClosedWorld
from pipeline.redaction.codes import NAME as CODES
from pipeline.redaction.codes import find_codes
from pipeline.redaction.context import load_context_model
from pipeline.redaction.deadline import Deadline
from pipeline.redaction.fields import FieldText
from pipeline.redaction.merging import merge
from pipeline.redaction.naming import NAME as NAMING
from pipeline.redaction.naming import find_named
from pipeline.redaction.own import HEARD, Own, build_own, find_misheard, find_own
from pipeline.redaction.own import NAME as OWN
from pipeline.redaction.patterns.registry import PATTERNS
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.places import NAME as PLACES
from pipeline.redaction.places import find_places
from pipeline.redaction.policy import RedactionPolicy
from pipeline.redaction.readouts import NAME as READOUTS
from pipeline.redaction.readouts import find_readouts
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens, tokenize
from pipeline.redaction.words import Kind, WordBook

Finder = Callable[[str], list[Span]]
RECOGNIZERS: tuple[str, ...] = (
    *(name for name, _ in PATTERNS),
    OWN,
    HEARD,
    PLACES,
    READOUTS,
    NAMING,
    CODES,
    CLOSED_WORLD,
    ADJOINING,
)
"""Names that `RedactionPolicy.disabled` may hold."""
_SAMPLE = "a@b.example https://b.example +44 20 7946 0000 10.0.0.1 ab-123 é"


class Detectors:
    """Pattern finders, own identifiers and the closed world, under one policy."""

    def __init__(self, policy: RedactionPolicy, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._policy = policy
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._keys: dict[str, str] = {}

    @cached_property
    def book(self) -> WordBook:
        """Words looked up under the policy's allow list."""
        return WordBook(self._lexicon, self._vocabulary, self._policy.allow)

    @cached_property
    def own(self) -> Own:
        """The policy's own identifiers, expanded."""
        return build_own(self._policy.own(), self.book)

    @cached_property
    def _own_phrases(self) -> Phrases:
        return Phrases(self.own.phrases)

    @cached_property
    def surfaces(self) -> Phrases:
        """Surface forms of the lexicon, which are safe."""
        return Phrases((form, "") for form in (*self._lexicon.surfaces, *self._lexicon.ambiguous_surfaces))

    @cached_property
    def closed_world(self) -> ClosedWorld:
        """The recognizer of everything that is not known to be safe."""
        return ClosedWorld(self.book, self.surfaces, load_context_model())

    @cached_property
    def finders(self) -> tuple[tuple[str, Finder], ...]:
        """Pattern finders by name, the user's Presidio recognizers last."""
        finders = [(name, find) for name, find in PATTERNS if name not in self._policy.disabled]
        if self._policy.registry_yaml is not None:
            from pipeline.redaction.presidio import user_recognizers

            finders.append(("user_registry", user_recognizers(self._policy.registry_yaml)))
        return tuple(finders)

    def prepare(self) -> None:
        """Load every list and build every recognizer; nothing the second time. Called before the clock of a scrub starts."""
        _ = (self.own, self._own_phrases, self.closed_world, self.finders, self._warm)

    @cached_property
    def _warm(self) -> int:
        """Spans of a short text, looked for once so that tables our own patterns read on first use are there."""
        return sum(len(find(_SAMPLE)) for name, find in PATTERNS if name not in self._policy.disabled)

    def certain(self, text: str, tokens: Tokens, own: Own, phrases: Iterable[Phrases], limit: Deadline) -> list[Span]:
        """Spans of one text from the pattern finders and the known identifiers."""
        spans: list[Span] = []
        for name, find in self.finders:
            spans += [Span(s.start, s.end, s.type, s.score, name) for s in find(text)]
            limit.check()
        if OWN not in self._policy.disabled:
            spans += find_own(tokens, phrases)
        if HEARD not in self._policy.disabled:
            spans += find_misheard(tokens, (self.own, own), self.book, self._keys)
        if PLACES not in self._policy.disabled:
            spans += find_places(tokens)
        if READOUTS not in self._policy.disabled:
            spans += find_readouts(tokens)
        if CODES not in self._policy.disabled:
            spans += find_codes(tokens, self.surfaces)
        if NAMING not in self._policy.disabled:
            spans += find_named(tokens, self.book, self.surfaces)
        limit.check()
        return spans

    def masks(
        self, fields: list[FieldText], identifiers: list[tuple[str, str]], limit: Deadline, slack: float = 0.0
    ) -> list[list[Span]]:
        """Disjoint masks of every field of one recording, whose metadata names `identifiers`; `slack` as in `ClosedWorld`."""
        own = build_own(identifiers, self.book)
        phrases = (self._own_phrases, Phrases(own.phrases))
        tokens = [tokenize(f.text) for f in fields]
        spans = [self.certain(f.text, t, own, phrases, limit) for f, t in zip(fields, tokens, strict=True)]
        if CLOSED_WORLD not in self._policy.disabled:
            closed = self.closed_world.find(fields, tokens, spans, self.own.primed | own.primed, slack)
            spans = [certain + more for certain, more in zip(spans, closed, strict=True)]
        return [
            merge([*found, *self.beside(merge(found, f.text), f, t)], f.text)
            for found, f, t in zip(spans, fields, tokens, strict=True)
        ]

    def beside(self, masks: list[Span], field: FieldText, tokens: Tokens) -> list[Span]:
        """Spans that complete the disjoint masks of one text."""
        if ADJOINING in self._policy.disabled or not masks:
            return []
        terms = {index for first, last, _ in self.surfaces.find(tokens) for index in range(first, last + 1)}
        terms |= {index for index, word in enumerate(tokens.words) if word in self.book.allowed}
        plain = terms | {index for index, word in enumerate(tokens.words) if self.book[word].kind is Kind.SAFE}
        return adjoining(masks, tokens, field.breaks, terms, plain)
