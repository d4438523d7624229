"""A recording as the classifiers see it: segments with their grams and vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from classifiers.features.grams import Floats, Grams, Row
from classifiers.features.segments import Segment, cut
from classifiers.features.spoken import spoken, without_kinds
from pipeline.redaction.scrubbed import ScrubbedCue

METADATA_CUE = -1
DESCRIBING: tuple[str, ...] = ("title", "description", "tags", "chapters", "summary")

# How much a role's words count for an axis, in the order of ROLES.
ROLE_WEIGHTS: Mapping[str, tuple[float, ...]] = {
    "problem_types": (0.05, 0.1, 0.0, 0.0, 1.0, 0.5, 0.3, 0.0),
    "symptoms": (0.3, 1.0, 0.05, 0.05, 0.1, 0.0, 0.0, 0.0),
    "resolutions": (0.0, 0.0, 0.0, 0.0, 0.2, 1.0, 0.3, 0.0),
}


@dataclass(frozen=True)
class Story:
    """`segments` in order (the metadata, if any, last with cue -1); `counts` of grams by column; `vectors` (segments, 768)."""

    segments: tuple[Segment, ...]
    counts: tuple[dict[int, float], ...]
    vectors: Floats

    def row(self, grams: Grams, weights: Sequence[float]) -> Row:
        """The weighted segments as one sparse row."""
        return grams.row(self.counts, weights)


def cut_story(cues: Sequence[ScrubbedCue], metadata: Mapping[str, str | tuple[str, ...]]) -> tuple[Segment, ...]:
    """Segments of the transcript, then one of what the metadata says; placeholders are the same one word everywhere."""
    segments = cut([replace(cue, text=without_kinds(cue.text)) for cue in cues])
    described = " . ".join(
        value if isinstance(value, str) else " . ".join(value) for name in DESCRIBING if (value := metadata.get(name))
    )
    if described:
        segments.append(Segment(without_kinds(described), METADATA_CUE))
    return tuple(segments)


def spoken_texts(segments: Sequence[Segment]) -> list[str]:
    """The normalised text of each segment."""
    return [spoken(segment.text) for segment in segments]


def axis_weights(roles: Floats, axis: str) -> Floats:
    """Weight of each segment for an axis: its expected role weight, (segments,)."""
    return np.asarray(roles @ np.array(ROLE_WEIGHTS[axis], dtype=np.float32), dtype=np.float32)


def pooled(story: Story, weights: Floats) -> Floats:
    """The weighted mean vector, of unit length, (768,)."""
    mean = weights @ story.vectors
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length if length else mean, dtype=np.float32)
