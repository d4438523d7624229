"""The texts of a recording that are scanned, and the way back from a scanned text to its captions."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath

from pipeline.recording import Recording
from pipeline.redaction.span import Span

TRANSCRIPT = "cues"
SINGLE = ("title", "description", "folder", "summary")
SEVERAL = ("tags", "chapters", "action_items", "comments")


@dataclass(frozen=True, slots=True)
class FieldText:
    """One text to scan. `where` names it as entities do; `breaks` holds the offsets at which captions start."""

    where: str
    text: str
    breaks: frozenset[int] = frozenset()

    @property
    def spoken(self) -> bool:
        """Whether this is the transcript (all captions, joined by one space)."""
        return self.where == TRANSCRIPT


def fields_of(recording: Recording) -> list[FieldText]:
    """Transcript first, then every metadata text and the file name. Owner, members, ids and links are no field: they are dropped."""
    texts = [cue.text for cue in recording.cues]
    fields = [FieldText(TRANSCRIPT, " ".join(texts), frozenset(cue_starts(texts)))]
    metadata = recording.metadata
    for name in SINGLE:
        value = getattr(metadata, name)
        if value:
            fields.append(FieldText(f"metadata.{name}", value))
    for name in SEVERAL:
        fields += [FieldText(f"metadata.{name}[{i}]", value) for i, value in enumerate(getattr(metadata, name))]
    stem = PurePosixPath(recording.name).name.split(".", 1)[0]
    if stem:
        fields.append(FieldText("metadata.file_name", stem))
    return fields


def cue_starts(texts: list[str]) -> list[int]:
    """Offset of each caption in the transcript joined by single spaces."""
    return [0, *accumulate(len(text) + 1 for text in texts[:-1])] if texts else []


def split_back(spans: list[Span], texts: list[str]) -> list[list[Span]]:
    """Spans of the joined transcript as spans of each caption; one across a border becomes one in each caption it touches."""
    starts = cue_starts(texts)
    found: list[list[Span]] = [[] for _ in texts]
    for span in spans:
        index = bisect_right(starts, span.start) - 1
        while index < len(texts) and starts[index] < span.end:
            start = max(span.start - starts[index], 0)
            end = min(span.end - starts[index], len(texts[index]))
            if start < end:
                found[index].append(Span(start, end, span.type, span.score, span.recognizer))
            index += 1
    return found
