"""The annotated corpus as recordings with the places of their identifiers: `[[TYPE:text]]` in, plain text and gold out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.recording import Cue, Metadata, Recording
from pipeline.redaction.fields import SEVERAL, SINGLE
from pipeline.redaction.scrubber import Scrubbing

CORPUS = Path(__file__).parent.parent / "classifiers" / "data" / "corpus"
HELD_OUT = ("a04", "a07", "a14", "a18")
"""Authors that tests leave out of a fit of their own, to tell how the scrubber does on people it has never heard."""
CONTRASTS = Path(__file__).parent / "data" / "contrasts.txt"
_MARK = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]")
_SEGMENT = re.compile(r"^[a-z_]+(?:\[[^\]]*\])?:\s*", re.MULTILINE)
_TEXTS = ("title", "description", "owner_name", "owner_email", "workspace", "folder", "summary", "url")
_LISTS = ("tags", "chapters", "action_items", "comments", "members", "customers")


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated identifier: `text[start:end]` of the field `where` is of `type`."""

    where: str
    start: int
    end: int
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Annotated:
    """A recording with its gold. `kind` is `recording` or `passage`, `look` is `cased`, `sparse` or `lower`."""

    author: str
    kind: str
    look: str
    recording: Recording
    gold: tuple[Gold, ...]


def strip_marks(text: str, where: str) -> tuple[str, list[Gold]]:
    """Plain text and the identifiers in it."""
    parts: list[str] = []
    gold: list[Gold] = []
    length = end = 0
    for found in _MARK.finditer(text):
        before = text[end : found.start()]
        inner = found.group(2)
        gold.append(Gold(where, length + len(before), length + len(before) + len(inner), found.group(1), inner))
        parts += (before, inner)
        length += len(before) + len(inner)
        end = found.end()
    return "".join((*parts, text[end:])), gold


def read_recordings(path: Path) -> Iterator[Annotated]:
    """All recordings of one author's file, one caption a segment."""
    for block in path.read_text(encoding="utf-8").split("=== recording")[1:]:
        front, _, body = block.partition("\n---\n")
        head = yaml.safe_load(front)
        gold: list[Gold] = []
        fields: dict[str, object] = {}
        for name in _TEXTS:
            if head.get(name):
                fields[name], marks = strip_marks(str(head[name]), f"metadata.{name}")
                gold += marks
        for name in _LISTS:
            values = []
            for index, value in enumerate(head.get(name) or ()):
                plain, marks = strip_marks(str(value), f"metadata.{name}[{index}]")
                values.append(plain)
                gold += marks
            fields[name] = tuple(values)
        cues = []
        for line in body.splitlines():
            if line.strip():
                plain, marks = strip_marks(_SEGMENT.sub("", line, count=1), f"cue:{len(cues)}")
                cues.append(Cue(plain))
                gold += marks
        recording = Recording(f"{path.stem}/recording.vtt", "", tuple(cues), Metadata(**fields))  # type: ignore[arg-type]
        yield Annotated(path.stem, "recording", str(head["look"]), recording, tuple(gold))


def read_passages(path: Path) -> Iterator[Annotated]:
    """All passages of one author's file, each a recording of one caption."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.count("|") >= 2:
            _, look, text = (part.strip() for part in line.split("|", 2))
            plain, gold = strip_marks(text, "cue:0")
            yield Annotated(path.stem, "passage", look, Recording("", "", (Cue(plain),)), tuple(gold))


def read_corpus(corpus: Path = CORPUS) -> list[Annotated]:
    """Recordings and passages of all authors, in order of file name."""
    found: list[Annotated] = []
    for path in sorted((corpus / "recordings").glob("*.txt")):
        found += read_recordings(path)
    for path in sorted((corpus / "passages").glob("*.txt")):
        found += read_passages(path)
    return found


def read_contrasts() -> list[Annotated]:
    """Short lines in which an ordinary word is a name, and lines in which it is not: for fitting, never for measuring."""
    return list(read_passages(CONTRASTS))


def texts_of(recording: Recording) -> Iterator[tuple[str, str]]:
    """Every text that is scrubbed and passed on, by the name of its field."""
    yield from ((f"cue:{i}", cue.text) for i, cue in enumerate(recording.cues))
    for name in SINGLE:
        if value := getattr(recording.metadata, name):
            yield f"metadata.{name}", value
    for name in SEVERAL:
        yield from ((f"metadata.{name}[{i}]", text) for i, text in enumerate(getattr(recording.metadata, name)))


def masked(result: Scrubbing) -> dict[str, list[tuple[int, int, str]]]:
    """By field, (start, end, type) of what was masked, in code points of the raw text."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    shift: Counter[str] = Counter()
    for entity, original in zip(result.recording.entities, result.originals, strict=True):
        start = entity.start + shift[entity.where]
        found.setdefault(entity.where, []).append((start, start + len(original), entity.type))
        shift[entity.where] += len(original) - (entity.end - entity.start)
    return found
