"""How fast labels are made: `python -m benchmarks.classification [--recordings 60]`.

Recordings of about 1,700 words (corpus stories, joined until they are so long, identifiers masked as annotated) are labelled in
one process and then in one process a core. Printed: recordings a second of each, the peak resident memory of one process, and the
ratio to the encoder alone reading every segment of the same recordings in the same run.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import repeat
from multiprocessing import get_context

from classifiers.classifier import DEFAULT_MODEL, Classifier
from classifiers.corpus import load_recordings, scrubbed
from classifiers.features.encoder import Encoder
from classifiers.story import cut_story, spoken_texts
from pipeline.redaction.scrubbed import ScrubbedCue, ScrubbedRecording

WORDS = 1700
BATCH = 5


def long_recordings(count: int) -> list[ScrubbedRecording]:
    """Recordings of `WORDS` words, each made of the stories that follow one another in the corpus."""
    captions = [scrubbed(segment.text) for recording in load_recordings() for segment in recording.segments]
    return list(_joined(captions, count))


def _joined(captions: list[str], count: int) -> Iterator[ScrubbedRecording]:
    place = 0
    for _ in range(count):
        own, words = [], 0
        while words < WORDS:
            caption = captions[place % len(captions)]
            own.append(ScrubbedCue(caption))
            words += len(caption.split())
            place += 1
        yield ScrubbedRecording(tuple(own))


@cache
def classifier(threads: int) -> Classifier:
    """The committed classifier, once a process."""
    return Classifier.load(threads=threads)


def labelled(recordings: list[ScrubbedRecording], threads: int) -> tuple[int, int]:
    """How many were labelled, and this process' peak resident memory in MB."""
    found = classifier(threads).classify_many(recordings)
    return len(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=int, default=60)
    recordings = long_recordings(parser.parse_args().recordings)
    batches = [recordings[i : i + BATCH] for i in range(0, len(recordings), BATCH)]
    processes = len(os.sched_getaffinity(0))
    print(f"{len(recordings)} recordings of {WORDS} words, {processes} cores")
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        one, memory = timed(pool, batches, threads=2)
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        several, _ = timed(pool, batches, threads=1)
    print(f"one process:       {one:5.1f} recordings/s, {memory} MB resident at most")
    print(f"{processes} processes:       {several:5.1f} recordings/s")
    encoder = Encoder.load(DEFAULT_MODEL)
    start = time.perf_counter()
    for recording in recordings:
        encoder.embed(spoken_texts(cut_story(recording.cues, recording.metadata)))
    alone = len(recordings) / (time.perf_counter() - start)
    print(f"encoder alone, every segment: {alone:5.1f} recordings/s; ratio of one process to it {one / alone:.2f}")


def timed(pool: ProcessPoolExecutor, batches: list[list[ScrubbedRecording]], threads: int) -> tuple[float, int]:
    """Recordings a second once the models are loaded, and the most memory any process took."""
    list(pool.map(labelled, batches[:4], repeat(threads)))
    start = time.perf_counter()
    done = list(pool.map(labelled, batches, repeat(threads)))
    return sum(count for count, _ in done) / (time.perf_counter() - start), max(memory for _, memory in done)


if __name__ == "__main__":
    main()
