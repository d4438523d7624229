"""Presidio as the frame: our recognizers in an `AnalyzerEngine`, and a user's own Presidio recognizers among ours.

The engine gets a blank spaCy pipeline, explicitly, because the default one downloads a model. Context words are not used:
Presidio's enhancer compares every result with every token. The anonymizer is bypassed: it keeps pieces of partly
overlapping spans (`<PERSON><ORGANIZATION>`); `merging` states the rule that is used instead.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import spacy
import tldextract.tldextract
from presidio_analyzer import (
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from pipeline.errors import ConfigurationError, RedactionFailedError
from pipeline.redaction.deadline import Deadline
from pipeline.redaction.detectors import Detectors, Finder
from pipeline.redaction.fields import TRANSCRIPT, FieldText
from pipeline.redaction.merging import merge
from pipeline.redaction.own import build_own
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.span import ENTITY_TYPES, Span
from pipeline.redaction.tokens import tokenize


class BlankNlpEngine(SpacyNlpEngine):
    """A spaCy engine over the blank English pipeline: tokens only, nothing to download."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])

    def load(self) -> None:
        """Make the blank pipeline. Texts of any length are accepted: a tokenizer has no memory to run out of."""
        blank = spacy.blank("en")
        blank.max_length = 1 << 31
        self.nlp = {"en": blank}  # type: ignore[assignment]  # the base class declares None only


class _NoContext(ContextAwareEnhancer):
    """Leaves results as they are."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 (Presidio's interface)
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002
        recognizers: list[EntityRecognizer],  # noqa: ARG002
        context: list[str] | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Return the results unchanged."""
        return raw_results


class FinderRecognizer(EntityRecognizer):
    """Any function from a text to spans as a Presidio recognizer."""

    def __init__(self, name: str, find: Finder) -> None:
        self._find = find
        super().__init__(supported_entities=list(ENTITY_TYPES), name=name, supported_language="en")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 (Presidio's interface)
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Spans as Presidio results."""
        return [RecognizerResult(s.type, s.start, s.end, s.score) for s in self._find(text)]


def engine(
    recognizers: list[EntityRecognizer] | None = None, registry: RecognizerRegistry | None = None
) -> AnalyzerEngine:
    """An analyzer that needs no model and no network, over the given recognizers or registry."""
    stay_offline()
    chosen = registry or RecognizerRegistry(recognizers=recognizers or [], supported_languages=["en"])
    return AnalyzerEngine(registry=chosen, nlp_engine=BlankNlpEngine(), context_aware_enhancer=_NoContext())


def analyzer(detectors: Detectors, identifiers: list[tuple[str, str]]) -> AnalyzerEngine:
    """All our recognizers in one Presidio engine, for texts that stand alone.

    `identifiers` are known ones beside the policy's, as (text, entity type).
    """
    own = build_own(identifiers, detectors.book)
    phrases = (Phrases(detectors.own.phrases), Phrases(own.phrases))
    unbounded = Deadline(float("inf"))

    def known(text: str) -> list[Span]:
        return detectors.certain(text, tokenize(text), own, phrases, unbounded)

    def closed(text: str) -> list[Span]:
        tokens = tokenize(text)
        primed = detectors.own.primed | own.primed
        field = FieldText(TRANSCRIPT, text)
        certain = known(text)
        found = detectors.closed_world.find([field], [tokens], [certain], primed)[0]
        return [*found, *detectors.beside(merge([*certain, *found], text), field, tokens)]

    finders: list[tuple[str, Finder]] = [*detectors.finders, ("known_identifiers", known), ("closed_world", closed)]
    return engine([FinderRecognizer(name, find) for name, find in finders])


def user_recognizers(registry_yaml: Path) -> Callable[[str], list[Span]]:
    """A finder over a user's Presidio recognizer registry file.

    Raises ConfigurationError for a file Presidio does not accept. A regular expression that Presidio gives up on raises
    RedactionFailedError, where Presidio alone would log it and go on.
    """
    try:
        registry = RecognizerRegistryProvider(conf_file=registry_yaml).create_recognizer_registry()
    except Exception as error:
        msg = f"recognizer registry {registry_yaml.name}: not accepted by Presidio ({type(error).__name__})"
        raise ConfigurationError(msg) from error
    analyze = engine(registry=registry).analyze
    overruns = _Overruns()
    logging.getLogger("presidio-analyzer").addHandler(overruns)

    def find(text: str) -> list[Span]:
        overruns.count = 0
        results = analyze(text, language="en")
        if overruns.count:
            reason = "user_recognizer_timed_out"
            raise RedactionFailedError(reason)
        return [Span(r.start, r.end, r.entity_type, r.score, "user_registry") for r in results]

    return find


class _Overruns(logging.Handler):
    """Counts the regular expressions that Presidio reports to have timed out (it skips them and goes on)."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count warnings about time-outs."""
        if "timed out" in str(record.msg):
            self.count += 1


def stay_offline() -> None:
    """Give Presidio's e-mail check the bundled public-suffix snapshot; by default it fetches the list."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
