"""The hand-written corpus: whole recordings with gold labels and segment roles, passages of one id each, and questions.

Format (one file an author, under `data/corpus/recordings`, `passages` and `questions`): a recording is a block that begins with
`=== recording`, a YAML head, a line `---`, then one segment a line as `role: text` or `role[id]: text`. A passage is one line
`axis/id [~neighbour] | look | text`. Identifiers stand as `[[TYPE:text]]` in both. A question is one line
`problem_type/symptom_pattern | text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ConfigurationError
from pipeline.redaction.span import ENTITY_TYPES

ROLES: tuple[str, ...] = (
    "context",
    "symptom",
    "false_lead",
    "tried",
    "diagnosis",
    "resolution",
    "prevention",
    "chatter",
)
LOOKS: tuple[str, ...] = ("cased", "sparse", "lower")
CORPUS = Path(__file__).parent / "data" / "corpus"
METADATA_FIELDS: tuple[str, ...] = ("title", "description", "tags", "chapters", "comments")

_ENTITY = re.compile(r"\[\[([A-Z_]+):(.+?)\]\]")
_SEGMENT = re.compile(r"(\w+)(?:\[(\w+)\])?: (.+)")
_QUESTION = re.compile(r"(\w+)/(\w+) \| (.+)")
_PASSAGE = re.compile(r"(\w+)/(\w+)(?: ~(\w+))? \| (cased|sparse|lower) \| (.+)")


@dataclass(frozen=True, slots=True)
class CorpusSegment:
    """One stretch of a recording: its `role`, the `id` it suspects or tried (false_lead and tried only), annotated text."""

    role: str
    id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class CorpusRecording:
    """One whole recording. `gold` holds the front matter's labels, `metadata` its annotated sidecar fields."""

    author: str
    family: str
    look: str
    gold: dict[str, Any]
    segments: tuple[CorpusSegment, ...]
    question: str
    metadata: dict[str, str | tuple[str, ...]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The annotated transcript, segments joined by a space."""
        return " ".join(segment.text for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Passage:
    """20-80 words of speech that carry one `id` on one `axis` (`none` / `chatter`: nothing). `near` is a likely mistake."""

    author: str
    axis: str
    id: str
    look: str
    text: str
    near: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody types who sees `symptom_pattern` and does not know that `problem_type` causes it. Names nobody."""

    author: str
    problem_type: str
    symptom_pattern: str
    text: str


def load_recordings(folder: Path = CORPUS) -> list[CorpusRecording]:
    """All recordings by author and file order. Raises ConfigurationError naming author and place."""
    found: list[CorpusRecording] = []
    for path in sorted((folder / "recordings").glob("*.txt")):
        found += parse_recordings(path.read_text(encoding="utf-8"), path.stem)
    return found


def load_passages(folder: Path = CORPUS) -> list[Passage]:
    """All passages by author and file order. Raises ConfigurationError naming author and line."""
    found: list[Passage] = []
    for path in sorted((folder / "passages").glob("*.txt")):
        found += parse_passages(path.read_text(encoding="utf-8"), path.stem)
    return found


def load_questions(folder: Path = CORPUS) -> list[Question]:
    """All questions by author and file order. Raises ConfigurationError naming author and line."""
    found: list[Question] = []
    for path in sorted((folder / "questions").glob("*.txt")):
        found += parse_questions(path.read_text(encoding="utf-8"), path.stem)
    return found


def parse_recordings(text: str, author: str) -> list[CorpusRecording]:
    """Recordings of one file. Raises ConfigurationError for a block that is not one."""
    blocks = re.split(r"^=== recording[ \t]*$\n", text, flags=re.MULTILINE)[1:]
    return [_recording(block, author, number) for number, block in enumerate(blocks, 1)]


def parse_passages(text: str, author: str) -> list[Passage]:
    """Passages of one file. Raises ConfigurationError for a line that is not one."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _PASSAGE.fullmatch(line.strip())
        if match is None:
            raise ConfigurationError(f"corpus {author}: passage line {number} is not `axis/id | look | text`")
        axis, name, near, look, spoken = match.groups()
        _check_entities(spoken, f"corpus {author}: passage line {number}")
        found.append(Passage(author, axis, name, look, spoken, near))
    return found


def parse_questions(text: str, author: str) -> list[Question]:
    """Questions of one file. Raises ConfigurationError for a line that is not one."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _QUESTION.fullmatch(line.strip())
        if match is None:
            raise ConfigurationError(
                f"corpus {author}: question line {number} is not `problem_type/symptom_pattern | text`"
            )
        found.append(Question(author, *match.groups()))
    return found


def entities(text: str) -> Iterator[tuple[str, str]]:
    """(type, text) of every annotated identifier."""
    return ((m[1], m[2]) for m in _ENTITY.finditer(text))


def scrubbed(text: str) -> str:
    """The text as a perfect scrubber would leave it: each identifier replaced by its placeholder."""
    return _ENTITY.sub(lambda m: f"<{m[1]}>", text)


def raw(text: str) -> str:
    """The text as it was spoken, without annotation."""
    return _ENTITY.sub(lambda m: m[2], text)


def _recording(block: str, author: str, number: int) -> CorpusRecording:
    where = f"corpus {author}: recording {number}"
    head, separator, body = block.partition("\n---\n")
    if not separator:
        raise ConfigurationError(f"{where} has no line `---`")
    try:
        front = yaml.load(head, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        raise ConfigurationError(f"{where}: its head is no YAML") from None
    for key in ("family", "look", "problem_type", "symptom_pattern", "outcome", "question"):
        if key not in front:
            raise ConfigurationError(f"{where} lacks {key}")
    metadata = {
        name: tuple(str(v) for v in front[name]) if isinstance(front[name], list) else str(front[name])
        for name in METADATA_FIELDS
        if front.get(name)
    }
    segments = tuple(_segment(line, where) for line in body.splitlines() if line.strip())
    return CorpusRecording(
        author, str(front["family"]), str(front["look"]), front, segments, str(front["question"]), metadata
    )


def _segment(line: str, where: str) -> CorpusSegment:
    match = _SEGMENT.fullmatch(line.strip())
    if match is None or match[1] not in ROLES:
        raise ConfigurationError(f"{where}: a line is no `role: text` segment")
    _check_entities(match[3], where)
    return CorpusSegment(match[1], match[2], match[3])


def _check_entities(text: str, where: str) -> None:
    if any(kind not in ENTITY_TYPES for kind, _ in entities(text)):
        raise ConfigurationError(f"{where}: an identifier has an unknown type")
    rest = _ENTITY.sub("", text)
    if "[[" in rest or "]]" in rest:
        raise ConfigurationError(f"{where}: unbalanced identifier brackets")
