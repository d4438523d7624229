"""Whether other identifiers leave another trace: `python -m benchmarks.non_interference [--authors A,B] [--differences N]`.

Every annotated identifier of every corpus recording, speech and metadata alike, is exchanged for one of its type that another
author used: the same one wherever it stands, in the casing of the place, with as many words as it happens to have; who is
called by one name is called by one name of the other person. Both recordings are scrubbed, labelled and packed, each best
guess accepted. Printed: in how many recordings the scrubbed text, the text as the classifier reads it (runs of placeholders
are one word there), the labels and the packet bytes stay the same, with Wilson intervals at 95 %, and what the scrubbed texts
differ in.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from benchmarks.annotated import CORPUS, Annotated, Gold, masked, read_recordings, texts_of
from benchmarks.redaction_recall import wilson
from benchmarks.resources import lexicon, scrubber, vocabulary
from classifiers.classifier import Classifier
from classifiers.story import cut_story
from flows.stages import accepted_outcome, without_identifiers
from pipeline.packet.outcome import Outcome
from pipeline.packet.packet import pack
from pipeline.recording import Metadata, Recording
from pipeline.redaction.scrubber import Scrubbing
from pipeline.redaction.tokens import tokenize

_BEFORE = re.compile(
    r"(?:(?:the|a|an|our|my|your|their|his|her|this|that|mr|mrs|ms|dr|prof|professor)\.? )+", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$")
_CALLED_BY_PART = frozenset({"PERSON", "ORGANIZATION", "PROJECT", "LOCATION"})
_DIGIT_OR_SIGN = re.compile(r"[\d@/#:_.]|\w-\w")

Pool = dict[tuple[str, bool, bool], list[tuple[str, str]]]
"""(type, written rather than said, several words) to (author, identifier)."""


def core(mark: Gold) -> Gold:
    """The mark without article, title and possessive ending, which belong to the sentence."""
    found = _BEFORE.match(mark.text)
    start = found.end() if found else 0
    ending = _POSSESSIVE.search(mark.text)
    end = ending.start() if ending else len(mark.text)
    return replace(mark, start=mark.start + start, end=mark.start + end, text=mark.text[start:end])


def shape_of(mark: Gold) -> tuple[str, bool, bool]:
    """Type, whether it is written with digits or signs, whether it has several words."""
    return mark.type, _DIGIT_OR_SIGN.search(mark.text) is not None, " " in mark.text


def pool_of(items: list[Annotated]) -> Pool:
    """All identifiers of the corpus by shape, each once an author."""
    pool: Pool = defaultdict(list)
    for item in items:
        for mark in map(core, item.gold):
            pool[shape_of(mark)].append((item.author, mark.text))
    return {shape: sorted(set(found)) for shape, found in pool.items()}


class Exchange:
    """Which identifier stands for which in one recording."""

    def __init__(self, item: Annotated, pool: Pool, pick: random.Random) -> None:
        self._item, self._pool, self._pick = item, pool, pick
        self._chosen: dict[tuple[str, str], str] = {}
        marks = sorted(map(core, item.gold), key=lambda mark: -len(mark.text.split()))
        for mark in marks:
            key = mark.type, mark.text.casefold()
            if key not in self._chosen:
                self._chosen[key] = self._part(mark) or self._drawn(mark)

    def of(self, mark: Gold) -> str:
        """The other identifier in the casing of this place."""
        other = self._chosen[mark.type, mark.text.casefold()]
        if mark.text == mark.text.lower():
            return other.lower()
        if mark.text == mark.text.upper():
            return other.upper()
        if mark.text[0].isupper() and other == other.lower() and not _DIGIT_OR_SIGN.search(other):
            return other.title()
        return other

    def _part(self, mark: Gold) -> str | None:
        """Part of a longer name that is exchanged already: its first word for its first, its last for its last."""
        if mark.type not in _CALLED_BY_PART or " " in mark.text:
            return None
        word = mark.text.casefold()
        for (kind, whole), other in self._chosen.items():
            words = whole.split()
            if kind == mark.type and word in words and len(words) > 1:
                return other.split()[0 if word == words[0] else -1]
        return None

    def _drawn(self, mark: Gold) -> str:
        kind, written, several = shape_of(mark)
        own = self._item.author
        taken = set(self._chosen.values())
        # A name of one word is exchanged for one of one word: who is always called in full is another matter.
        for wanted in ((kind, written, several), (kind, written, not several), (kind, not written, several)):
            found = [text for author, text in self._pool.get(wanted, ()) if author != own and text not in taken]
            cased = [text for text in found if text != text.lower() or mark.text == mark.text.lower()]
            if cased or found:
                return self._pick.choice(cased or found)
        return mark.text


def exchanged(item: Annotated, other_of: Callable[[Gold], str]) -> Annotated:
    """The recording with every marked identifier replaced, and its marks where they stand now, in the same order."""
    recording, metadata = item.recording, item.recording.metadata
    by_field: dict[str, list[Gold]] = defaultdict(list)
    for mark in map(core, item.gold):
        by_field[mark.where].append(mark)
    gold: list[Gold] = []

    def fill(where: str, text: str) -> str:
        parts, end, length = [], 0, 0
        for mark in sorted(by_field[where], key=lambda m: m.start):
            other = other_of(mark)
            parts += [text[end : mark.start], other]
            length += mark.start - end
            gold.append(Gold(where, length, length + len(other), mark.type, other))
            length += len(other)
            end = mark.end
        return "".join((*parts, text[end:]))

    fields: dict[str, object] = {}
    for name in Metadata.__dataclass_fields__:
        value = getattr(metadata, name)
        if isinstance(value, str):
            fields[name] = fill(f"metadata.{name}", value)
        elif isinstance(value, tuple):
            fields[name] = tuple(fill(f"metadata.{name}[{i}]", text) for i, text in enumerate(value))
    cues = tuple(replace(cue, text=fill(f"cue:{i}", cue.text)) for i, cue in enumerate(recording.cues))
    whole = Recording(recording.name, recording.version, cues, replace(metadata, **fields))  # type: ignore[arg-type]
    return replace(item, recording=whole, gold=tuple(gold))


@dataclass(frozen=True, slots=True)
class Trace:
    """One field: the marks' and the other words' fates in order. `what` is the text, `left` what stands of it."""

    what: str
    left: str
    masks: tuple[str, ...]
    marked: bool
    beside: bool


def traces(item: Annotated, result: Scrubbing) -> dict[str, list[Trace]]:
    """For every field, its marks and unmarked words in order, each with what scrubbing made of it."""
    covers = masked(result)
    found = {}
    for where, text in texts_of(item.recording):
        marks = [(mark.start, mark.end) for mark in item.gold if mark.where == where]
        tokens = tokenize(text)
        spans = [(s, e) for s, e in zip(tokens.starts, tokens.ends, strict=True)]
        free = [(s, e, False) for s, e in spans if not any(s < me and e > ms for ms, me in marks)]
        units = sorted([*((s, e, True) for s, e in marks), *free])
        found[where] = [_trace(text, unit, covers.get(where, []), marks) for unit in units]
    return found


def _trace(
    text: str, unit: tuple[int, int, bool], covers: list[tuple[int, int, str]], marks: list[tuple[int, int]]
) -> Trace:
    start, end, marked = unit
    over = [cover for cover in covers if cover[0] < end and cover[1] > start]
    words = tokenize(text[start:end])
    left = [
        word
        for s, e, word in zip(words.starts, words.ends, words.words, strict=True)
        if not any(a < start + e and b > start + s for a, b, _ in over)
    ]
    beside = any(a - end in (0, 1, 2) or start - b in (0, 1, 2) for a, b in marks)
    return Trace(text[start:end], " ".join(left), tuple(kind for _, _, kind in over), marked, beside)


def differences(one: dict[str, list[Trace]], other: dict[str, list[Trace]]) -> Iterator[tuple[str, str]]:
    """(reason, example) of everything that the two scrubbings made different of what stands at the same place."""
    for where, traced in one.items():
        for left, right in zip(traced, other[where], strict=True):
            shown = f"{where}: {left.what!r} {left.masks} | {right.what!r} {right.masks}"
            if not left.marked:
                if bool(left.masks) != bool(right.masks):
                    yield ("over-masked neighbour" if left.beside else "over-masked word elsewhere"), shown
            elif left.left or right.left:
                if left.left != right.left:
                    yield ("survivor" if not (left.masks and right.masks) else "survivor in part"), shown
            elif left.masks != right.masks:
                alike = len(left.masks) == len(right.masks)
                yield ("another placeholder type" if alike else "another number of placeholders"), shown


@dataclass
class Count:
    """Recordings in all, those with the same result by stage, and what differed."""

    total: int = 0
    stages: set[str] = field(default_factory=set)
    same: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    recordings: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, author: str, same: dict[str, bool], found: list[tuple[str, str]]) -> None:
        """Count one recording."""
        self.total += 1
        self.stages.update(same)
        self.same.update(stage for stage, holds in same.items() if holds)
        self.places.update(reason for reason, _ in found)
        self.recordings.update({reason for reason, _ in found})
        for reason, shown in found:
            self.examples[reason].append(f"{author} {shown}")


def packet_of(classifier: Classifier, scrubbing: Scrubbing) -> tuple[Outcome | str, bytes]:
    """The finding with every best guess accepted, and its packet's bytes."""
    outcome = accepted_outcome(classifier.classify(scrubbing.recording, accept=0.0))
    if isinstance(outcome, str):
        return outcome, outcome.encode()
    return outcome, pack(without_identifiers(outcome, scrubbing.identifiers), vocabulary(), lexicon()).body


def labels_of(outcome: Outcome | str) -> object:
    """Everything of a finding but its confidence."""
    return outcome if isinstance(outcome, str) else replace(outcome, confidence=0.0)


def compare(items: list[Annotated], pool: Pool, classifier: Classifier | None, seed: int) -> Count:
    """Exchange, scrub, label and pack every recording."""
    count = Count()
    frame = scrubber()
    for index, item in enumerate(items):
        pick = random.Random(f"{seed}/{item.author}/{index}")
        one = exchanged(item, lambda mark: mark.text)
        other = exchanged(item, Exchange(item, pool, pick).of)
        results = [frame.scrub(each.recording) for each in (one, other)]
        scrubbed = [result.recording for result in results]
        same = {
            "scrubbed text": (scrubbed[0].text, scrubbed[0].metadata) == (scrubbed[1].text, scrubbed[1].metadata),
            "text as read": len({cut_story(each.cues, each.metadata) for each in scrubbed}) == 1,
        }
        if classifier is not None:
            packets = [packet_of(classifier, result) for result in results]
            same["labels"] = labels_of(packets[0][0]) == labels_of(packets[1][0])
            same["packet bytes"] = packets[0][1] == packets[1][1]
        found = list(differences(traces(one, results[0]), traces(other, results[1])))
        count.add(item.author, same, found)
    return count


def report(count: Count, shown: int) -> None:
    for stage in ("scrubbed text", "text as read", "labels", "packet bytes"):
        if stage not in count.stages:
            continue
        low, high = wilson(count.same[stage], count.total)
        share = count.same[stage] / max(count.total, 1)
        print(f"same {stage:14} {count.same[stage]:4}/{count.total} = {share:.1%} [{low:.1%}, {high:.1%}]")
    for reason, places in count.places.most_common():
        print(f"  {reason:30} {places:5} places in {count.recordings[reason]:4} recordings")
        for line in count.examples[reason][:shown]:
            print(f"      {line}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authors", default="", help="whose recordings; identifiers are drawn from all authors")
    parser.add_argument("--differences", type=int, default=0, help="show so many of each kind of difference")
    parser.add_argument("--scrub-only", action="store_true", help="leave out labels and packets, the slow part")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    items = [item for path in sorted((CORPUS / "recordings").glob("*.txt")) for item in read_recordings(path)]
    wanted = set(filter(None, options.authors.split(",")))
    chosen = [item for item in items if not wanted or item.author in wanted]
    classifier = None if options.scrub_only else Classifier.load()
    report(compare(chosen, pool_of(items), classifier, options.seed), options.differences)


if __name__ == "__main__":
    main()
