"""What survives scrubbing, and what is lost, on the annotated corpus: `python -m benchmarks.redaction_recall [--leave-out] [--authors A,B]`.

With `--leave-out` every author is measured by a context model fitted without it, so the figures are what people nobody has
heard can expect of the fitted part. The rules are written by hand and were held against some of the same authors.

An identifier *survives* when the whole of it stands in the scrubbed field, and *shows* when any word of a name, or half of
the letters and digits of anything else, does. Intervals are Wilson's, at 95 %.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.annotated import Annotated, Gold, masked, read_contrasts, read_corpus, texts_of
from benchmarks.redaction_fit import collect, fit_without
from benchmarks.resources import lexicon, scrubber, scrubber_with
from pipeline.redaction.patterns.speech import word_set
from pipeline.redaction.phrases import Phrases
from pipeline.redaction.scrubber import Scrubber, Scrubbing
from pipeline.redaction.tokens import tokenize

_GENERIC = word_set(
    "mr mrs ms mister dr doctor prof professor big old the a at of and in on for room office lab street team channel "
    "repo repository building floor site road"
)
_DROPPED = ("owner_name", "owner_email", "workspace", "members", "customers", "url")


def wilson(hits: int, total: int) -> tuple[float, float]:
    """95 % interval of a share."""
    if not total:
        return 0.0, 1.0
    z, p = 1.96, hits / total
    centre = p + z * z / (2 * total)
    spread = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return max(0.0, (centre - spread) / (1 + z * z / total)), min(1.0, (centre + spread) / (1 + z * z / total))


@dataclass
class Tally:
    """Counts over many recordings."""

    total: Counter[str] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)
    showing: Counter[str] = field(default_factory=Counter)
    words: int = 0
    kept: int = 0
    terms: int = 0
    kept_terms: int = 0
    recordings: int = 0
    clean: int = 0
    leaks: list[tuple[str, str, str]] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    lost_terms: Counter[str] = field(default_factory=Counter)


def kept_places(item: Annotated, result: Scrubbing) -> dict[str, list[bool]]:
    """For every field, whether each code point of the raw text is still there."""
    kept = {where: [True] * len(text) for where, text in texts_of(item.recording)}
    for where, spans in masked(result).items():
        for start, end, _ in spans if where in kept else ():
            kept[where][start:end] = [False] * (end - start)
    return kept


def shows(mark: Gold, kept: list[bool]) -> bool:
    """Whether enough of an identifier is left to tell it."""
    if mark.type == "PERSON":
        tokens = tokenize(mark.text)
        return any(
            len(word) > 1 and word not in _GENERIC and all(kept[mark.start + s : mark.start + e])
            for s, e, word in zip(tokens.starts, tokens.ends, tokens.words, strict=True)
        )
    tokens = tokenize(mark.text)
    telling = [(s, e) for s, e, w in zip(tokens.starts, tokens.ends, tokens.words, strict=True) if w not in _GENERIC]
    left = sum(e - s for s, e in telling if all(kept[mark.start + s : mark.start + e]))
    return bool(telling) and left * 2 > sum(e - s for s, e in telling)


def measure(item: Annotated, result: Scrubbing, tally: Tally, terms: Phrases) -> None:
    """Add one recording to the tally."""
    kept = kept_places(item, result)
    leaking = False
    for mark in item.gold:
        tally.total[mark.type] += 1
        if mark.where.split("[")[0].removeprefix("metadata.") in _DROPPED:
            continue
        places = kept[mark.where]
        if all(places[mark.start : mark.end]):
            tally.survived[mark.type] += 1
            leaking = True
        if shows(mark, places):
            tally.showing[mark.type] += 1
            tally.leaks.append((item.author, mark.type, mark.text))
    tally.recordings += item.kind == "recording"
    tally.clean += item.kind == "recording" and not leaking
    for index, cue in enumerate(item.recording.cues):
        where = f"cue:{index}"
        gold = [(m.start, m.end) for m in item.gold if m.where == where]
        tokens = tokenize(cue.text)
        free = [not any(s < e2 and e > s2 for s2, e2 in gold) for s, e in zip(tokens.starts, tokens.ends, strict=True)]
        left = [all(kept[where][s:e]) for s, e in zip(tokens.starts, tokens.ends, strict=True)]
        tally.words += sum(free)
        tally.kept += sum(f and k for f, k in zip(free, left, strict=True))
        tally.lost.update(w for w, f, k in zip(tokens.words, free, left, strict=True) if f and not k)
        for first, last, term in terms.find(tokens):
            if all(free[first : last + 1]):
                tally.terms += 1
                tally.kept_terms += all(left[first : last + 1])
                if not all(left[first : last + 1]):
                    tally.lost_terms[f"{term}:{' '.join(tokens.words[first : last + 1])}"] += 1


def tally_of(items: list[Annotated], frame: Scrubber) -> Tally:
    """Scrub and measure."""
    tally = Tally()
    terms = Phrases(lexicon().surfaces.items())
    for item in items:
        measure(item, frame.scrub(item.recording), tally, terms)
    return tally


def print_tally(name: str, tally: Tally) -> None:
    total, survived, showing = sum(tally.total.values()), sum(tally.survived.values()), sum(tally.showing.values())
    low, high = wilson(survived, total)
    print(
        f"{name}: survive {survived}/{total} = {survived / max(total, 1):.2%} [{low:.2%}, {high:.2%}], "
        f"show {showing / max(total, 1):.2%}, clean recordings {tally.clean}/{tally.recordings}, "
        f"words kept {tally.kept / max(tally.words, 1):.2%}, terms kept {tally.kept_terms / max(tally.terms, 1):.2%} of {tally.terms}"
    )


def scrubbers_without(items: list[Annotated], groups: int) -> dict[str, Scrubber]:
    """For each author a scrubber whose context model was fitted without that author and the rest of its group."""
    authors = sorted({item.author for item in items})
    samples, typed = collect([*items, *read_contrasts()])
    found: dict[str, Scrubber] = {}
    for group in (authors[first::groups] for first in range(groups)):
        found |= dict.fromkeys(group, scrubber_with(fit_without(samples, typed, group)))
    return found


def tallies_of(items: list[Annotated], frames: dict[str, Scrubber]) -> dict[str, Tally]:
    """Scrub every item once; a tally for each author, kind, look and kind with look, and for "all"."""
    terms = Phrases(lexicon().surfaces.items())
    tallies: dict[str, Tally] = {}
    for item in items:
        result = frames[item.author].scrub(item.recording)
        for name in (item.author, item.kind, item.look, f"{item.kind} {item.look}", "all"):
            measure(item, result, tallies.setdefault(name, Tally()), terms)
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--authors", default="")
    parser.add_argument("--leaks", action="store_true", help="list what shows and which words are lost most often")
    parser.add_argument(
        "--leave-out", action="store_true", help="measure each author by a model fitted without its group of authors"
    )
    parser.add_argument("--groups", type=int, default=4)
    options = parser.parse_args()
    corpus = read_corpus()
    wanted = set(filter(None, options.authors.split(","))) or {item.author for item in corpus}
    items = [item for item in corpus if item.author in wanted]
    if options.leave_out:
        frames = scrubbers_without(corpus, options.groups)
        print(
            f"held out: context models fitted without the measured author, {options.groups} groups of authors in turn"
        )
    else:
        frames = dict.fromkeys(wanted, scrubber())
        print("not held out: the committed context model was fitted on these authors")
    tallies = tallies_of(items, frames)
    for name in sorted(tallies, key=lambda name: (name == "all", " " in name, name)):
        print_tally(name, tallies[name])
    whole = tallies["all"]
    for kind, total in sorted(whole.total.items()):
        low, high = wilson(whole.survived[kind], total)
        print(
            f"  {kind:16} survive {whole.survived[kind]:4}/{total:<5} [{low:.2%}, {high:.2%}]  show {whole.showing[kind]}"
        )
    if options.leaks:
        print(*whole.leaks, sep="\n")
        print(whole.lost.most_common(300))
        print(whole.lost_terms.most_common(100))


if __name__ == "__main__":
    main()
