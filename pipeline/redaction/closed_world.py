"""The closed world: what is not known to be safe is masked, and context decides about words that are both.

Words come from `words.WordBook`: safe ones stay, certain names and unknown words are masked, open ones are judged by
`context.ContextModel` in two rounds over the whole recording, so that a word once decided to be a name counts as one
wherever it stands. What kind of thing a masked word names is told from its context alone, so that no name leaves another
trace than any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.redaction.context import MASK, ContextModel, Units, around, with_word
from pipeline.redaction.fields import FieldText
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.plain_uses import plain_uses
from pipeline.redaction.span import Span
from pipeline.redaction.tokens import Tokens, looks
from pipeline.redaction.words import Kind, Word, WordBook

NAME = "closed_world"
_SURE = 2.0  # log-odds from which a verdict speaks for the same word elsewhere in the recording
_AGREEMENT = 0.75  # share of the best verdict on a word that counts for its other places
_PRIMED = 3.0  # log-odds added for a word that is part of a name in the metadata or the policy
_COMMON = 5.0  # Zipf frequency from which a word is judged at each place on its own
_SAFE, _OPEN, _MASKED = 0, 1, 2
_REASONS = {Kind.NAME: "name", Kind.UNKNOWN: "unknown", Kind.OPEN: "context", Kind.SAFE: "context"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One text with what is known of each word: `states` safe, open or masked, `covered` where another recognizer found it."""

    source: FieldText
    tokens: Tokens
    looks: list[str]
    words: list[Word]
    states: list[int]
    covered: list[bool]
    scores: dict[int, float] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """`cue` for the transcript, `meta` for anything else."""
        return "cue" if self.source.spoken else "meta"


def sheet_of(text: FieldText, tokens: Tokens, covered: list[Span], book: WordBook, lexicon: Phrases) -> Sheet:
    """Look every word up; words under a span found by somebody else are masked, words of a lexicon phrase safe."""
    words = [book[word] for word in tokens.words]
    states = [_OPEN if w.kind is Kind.OPEN else _SAFE if w.kind is Kind.SAFE else _MASKED for w in words]
    found = lexicon.find(tokens)
    for first, last, _ in found:
        if last > first:
            states[first : last + 1] = [_SAFE] * (last + 1 - first)
    terms = {index for first, last, _ in found for index in range(first, last + 1)}
    cased = looks(tokens, text.breaks)
    for index, look in enumerate(cased):
        if look == "cap" and states[index] == _SAFE and index not in terms and _capitalised(tokens, index, book):
            states[index] = _MASKED
    for index in plain_uses(tokens):
        states[index] = _SAFE if states[index] == _OPEN else states[index]
    hidden = [False] * len(words)
    index = 0
    for start, end in sorted((s.start, s.end) for s in covered):
        while index < len(words) and tokens.ends[index] <= start:
            index += 1
        at = index
        while at < len(words) and tokens.starts[at] < end:
            states[at], hidden[at] = _MASKED, True
            at += 1
    return Sheet(text, tokens, cased, words, states, hidden)


def _capitalised(tokens: Tokens, index: int, book: WordBook) -> bool:
    """Whether a safe word has a capital as names have it: a plain noun, alone inside a sentence, no label of several capitals."""
    word = tokens.words[index]
    written = tokens.text[tokens.starts[index] + 1 : tokens.ends[index]]
    return len(word) > 2 and word.isalpha() and written.islower() and book.usual(word)


def units_of(sheet: Sheet) -> Units:
    """Words in order, each run of masked words as one unit `<ID>`."""
    units = Units([], [], [], [])
    firsts, lasts, reps, groups = units.firsts, units.lasts, units.reps, units.groups
    masked = False
    for index, state in enumerate(sheet.states):
        if state != _MASKED:
            word = sheet.words[index]
            reps.append(sheet.tokens.words[index] if word.rep == MASK else word.rep)
            groups.append(word.group)
        elif masked:
            lasts[-1] = index
            continue
        else:
            reps.append(MASK)
            groups.append("id")
        masked = state == _MASKED
        firsts.append(index)
        lasts.append(index)
    return units


def gaps_of(sheet: Sheet, first: int, last: int) -> tuple[str, str]:
    """Punctuation right before and right after the words `first` to `last`."""
    tokens = sheet.tokens
    before = tokens.text[tokens.ends[first - 1] if first else 0 : tokens.starts[first]].strip()
    after = tokens.text[
        tokens.ends[last] : tokens.starts[last + 1] if last + 1 < len(tokens) else len(tokens.text)
    ].strip()
    return before[-1:], after[:1]


class ClosedWorld:
    """The recognizer that keeps only what is known to be safe."""

    def __init__(self, book: WordBook, lexicon: Phrases, model: ContextModel) -> None:
        self._book = book
        self._lexicon = lexicon
        self._model = model

    def find(
        self,
        fields: list[FieldText],
        tokens: list[Tokens],
        covered: list[list[Span]],
        primed: frozenset[str],
        slack: float = 0.0,
    ) -> list[list[Span]]:
        """Spans of every field.

        `covered` are the spans of the other recognizers, `primed` the words of known names. `slack` is how much more
        log-odds than the model's threshold an open word needs to be masked.
        """
        sheets = [sheet_of(f, t, c, self._book, self._lexicon) for f, t, c in zip(fields, tokens, covered, strict=True)]
        for sheet in sheets:
            self._judge(sheet, primed, frozenset())
        best = self._best(sheets)
        for sheet in sheets:
            sure = frozenset(index for index, score in sheet.scores.items() if score >= _SURE)
            for index in sure:
                sheet.states[index] = _MASKED
            if sure:
                self._judge(sheet, primed, sure)
            for index, score in sheet.scores.items():
                if score + _AGREEMENT * best.get(sheet.tokens.words[index], 0.0) >= self._model.threshold + slack:
                    sheet.states[index] = _MASKED
        return [self._spans(sheet) for sheet in sheets]

    @staticmethod
    def _best(sheets: list[Sheet]) -> dict[str, float]:
        """The best sure verdict on each word over the recording, for words that are not everyday ones."""
        best: dict[str, float] = {}
        for sheet in sheets:
            for index, score in sheet.scores.items():
                if score >= _SURE and sheet.words[index].zipf < _COMMON:
                    word = sheet.tokens.words[index]
                    best[word] = max(score, best.get(word, 0.0))
        return best

    def _judge(self, sheet: Sheet, primed: frozenset[str], masked: frozenset[int]) -> None:
        """Score every open word; where some were `masked` since the last time, only words whose neighbours changed."""
        if _OPEN not in sheet.states:
            return
        units = units_of(sheet)
        touched = _touched(units, masked) if masked else range(len(units))
        for at in touched:
            first = units.firsts[at]
            if sheet.states[first] != _OPEN:
                continue
            context = around(units, at, gaps_of(sheet, first, first))
            score = self._model.score(with_word(context, sheet.words[first], sheet.looks[first], sheet.place))
            sheet.scores[first] = score + _PRIMED if sheet.tokens.words[first] in primed else score

    def _spans(self, sheet: Sheet) -> list[Span]:
        tokens = sheet.tokens
        units = units_of(sheet)
        spans: list[Span] = []
        for at, (first, last) in enumerate(zip(units.firsts, units.lasts, strict=True)):
            if sheet.states[first] != _MASKED:
                continue
            open_ = [index for index in range(first, last + 1) if not sheet.covered[index]]
            kind = self._model.type_of(around(units, at, gaps_of(sheet, first, last))) if open_ else ""
            for index in open_:
                why = _REASONS[sheet.words[index].kind]
                spans.append(Span(tokens.starts[index], tokens.ends[index], kind, 0.85, f"{NAME}.{why}"))
        return spans


def _touched(units: Units, masked: frozenset[int]) -> list[int]:
    """Units within two places of a run that holds a newly masked token."""
    near: set[int] = set()
    for at, (first, last) in enumerate(zip(units.firsts, units.lasts, strict=True)):
        if units.reps[at] == MASK and any(index in masked for index in range(first, last + 1)):
            near.update(range(max(at - 2, 0), min(at + 3, len(units))))
    return sorted(near)
