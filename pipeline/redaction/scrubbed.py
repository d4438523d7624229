"""The scrubbed recording: a type of its own, made only by `pipeline.redaction.scrubber` (a test enforces it).

Classifiers, packets and routers accept nothing else, so raw text cannot reach them by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entity:
    """One masked span.

    `start` and `end` are code points in the *scrubbed* field named by `where` (`cue:12`, `metadata.title`,
    `metadata.comments[3]`), so they delimit the placeholder. `score` is 0 to 1; `recognizer` names who found it.
    The identifier itself is not here: `scrubber.Masking` keeps it beside, for a local `--show` only.
    """

    type: str
    start: int
    end: int
    score: float
    recognizer: str
    where: str


@dataclass(frozen=True, slots=True)
class ScrubbedCue:
    """A caption after scrubbing: seconds and text with placeholders. Speakers are dropped."""

    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class ScrubbedRecording:
    """A recording after scrubbing.

    `metadata` maps a field (`title`, `description`, `file_name`, `folder`, `summary`, ...) to its scrubbed text, or to a tuple of
    scrubbed texts (`tags`, `chapters`, `action_items`, `comments`). `labels` holds only values checked against the vocabulary,
    the lexicon or an enum. Nothing in here names the recording.
    """

    cues: tuple[ScrubbedCue, ...]
    metadata: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    labels: dict[str, object] = field(default_factory=dict)
    entities: tuple[Entity, ...] = ()

    @property
    def text(self) -> str:
        """The scrubbed transcript as one string, cues joined by a space."""
        return " ".join(cue.text for cue in self.cues)
