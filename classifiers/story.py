"""A recording as the classifiers see it: normalised segments, their grams and what role each plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.corpus import ROLES
from classifiers.features.grams import Floats, Grams, Row
from classifiers.features.segments import Segment, cut
from classifiers.features.spoken import spoken
from classifiers.heads.linear import LinearHead, softmax
from pipeline.redaction.scrubbed import ScrubbedCue

METADATA_CUE = -1

# How much a role's words count for an axis, in the order of ROLES.
ROLE_WEIGHTS: Mapping[str, tuple[float, ...]] = {
    "problem_types": (0.3, 0.4, 0.1, 0.1, 1.0, 0.6, 0.5, 0.0),
    "symptoms": (0.5, 1.0, 0.2, 0.2, 0.3, 0.1, 0.1, 0.0),
    "resolutions": (0.1, 0.1, 0.0, 0.1, 0.5, 1.0, 0.6, 0.0),
    "whole": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5),
}


@dataclass(frozen=True)
class Story:
    """`segments` in order (metadata last, with cue -1), `texts` normalised, `counts` of grams by column."""

    segments: tuple[Segment, ...]
    texts: tuple[str, ...]
    counts: tuple[dict[int, float], ...]

    def row(self, grams: Grams, weights: Sequence[float]) -> Row:
        """The weighted segments as one sparse row."""
        return grams.row(self.counts, weights)


def tell(cues: Sequence[ScrubbedCue], metadata: Mapping[str, str | tuple[str, ...]], grams: Grams) -> Story:
    """Cut and count one recording."""
    segments = cut(cues)
    described = " . ".join(
        value if isinstance(value, str) else " . ".join(value)
        for name in ("title", "description", "tags", "chapters")
        if (value := metadata.get(name))
    )
    if described:
        segments.append(Segment(described, METADATA_CUE))
    texts = tuple(spoken(segment.text) for segment in segments)
    return Story(tuple(segments), texts, tuple(grams.counts(text) for text in texts))


def role_scores(story: Story, grams: Grams, head: LinearHead) -> Floats:
    """Probability of each role for each segment, (segments, roles); neighbours lean on one another a little."""
    if not story.counts:
        return np.zeros((0, len(ROLES)), dtype=np.float32)
    scores = np.stack([head.sparse(grams.row([counts], [1.0])) for counts in story.counts])
    return softmax(scores)


def axis_weights(roles: Floats, axis: str) -> list[float]:
    """Weight of each segment for an axis: its expected role weight."""
    return [float(w) for w in roles @ np.array(ROLE_WEIGHTS[axis], dtype=np.float32)]
