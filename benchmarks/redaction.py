"""How fast scrubbing is: `python -m benchmarks.redaction`.

Prints KB/s in one process beside Presidio's default recognizers over a blank model on the same text in the same run, and
the cost per KB at 10, 100 and 400 KB. The text is the committed corpus.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

from benchmarks.annotated import read_corpus
from benchmarks.resources import scrubber
from pipeline.recording import Cue, Recording
from pipeline.redaction.presidio import BlankNlpEngine, stay_offline

SIZES_KB = (10, 100, 400)


def corpus_text(kilobytes: int) -> list[str]:
    """Captions from all over the corpus that make 10 KB, repeated, so that every size holds the same mixture."""
    captions = [cue.text for item in read_corpus() if item.kind == "recording" for cue in item.recording.cues]
    step = max(sum(map(len, captions)) // (SIZES_KB[0] * 1000), 1)
    sample = captions[::step]
    return sample * (kilobytes // SIZES_KB[0])


def presidio_default() -> Callable[[str], object]:
    """Presidio with all its default recognizers, a blank model and no network."""
    stay_offline()
    engine = BlankNlpEngine()
    engine.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine)
    return lambda text: analyzer.analyze(text, language="en")


def seconds(work: Callable[[], object]) -> float:
    """Processor time, best of five, so that other programs on the machine do not count."""
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    print(f"spaCy {spacy.__version__}, one process")
    frame = scrubber()
    theirs = presidio_default()
    cost: dict[int, float] = {}
    for size in SIZES_KB:
        captions = corpus_text(size)
        recording = Recording("benchmark.vtt", "", tuple(Cue(text) for text in captions))
        kilobytes = len(" ".join(captions)) / 1000
        ours = seconds(lambda r=recording: frame.scrub(r)) / kilobytes
        cost[size] = ours
        print(f"scrubber   {size:4} KB: {1 / ours:7.0f} KB/s, {ours * 1000:.2f} ms/KB")
    sample = [" ".join(corpus_text(10))] * 4
    kilobytes = sum(map(len, sample)) / 1000
    default = seconds(lambda: [theirs(text) for text in sample]) / kilobytes
    print(f"Presidio, default recognizers, 10 KB texts: {1 / default:.0f} KB/s")
    print(
        f"ratio to Presidio at 10 KB: {default / cost[10]:.2f}; cost per KB at 400 KB over 10 KB: {cost[400] / cost[10]:.2f}"
    )


if __name__ == "__main__":
    main()
