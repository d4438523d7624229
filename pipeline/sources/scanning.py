"""Telling the files of a source apart: what is a recording, which sidecars are its own, and what is neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pipeline.errors import QuarantinedError
from pipeline.recording import Metadata
from pipeline.sources.decoding import decode
from pipeline.sources.names import Entry, hidden, parse_name, printable, unsafe
from pipeline.sources.phrases import is_transcription
from pipeline.sources.selection import selected
from pipeline.sources.spec import Candidate, Refused, Scan, SourceSpec, State
from pipeline.sources.store import Store
from pipeline.sources.workspace_csv import WorkspaceExport, parse_export

MetadataOf = Callable[[Candidate], Metadata]
_HEAD = 4096
# Problems of names and links that are nobody's fault: there is simply nothing to read.
_NOTHING_TO_READ = frozenset({"not_a_file", "symlink_folder"})


@dataclass(slots=True)
class Scanner:
    """One scan in the making; call `run` once. `metadata_of` reads a candidate's metadata and may raise QuarantinedError.

    `broken` holds the stems whose sidecar exists and must not be read: their recordings are quarantined, because the
    identifiers in it stay unknown. `exports` maps a folder to its workspace export, or to None where that is broken.
    """

    spec: SourceSpec
    store: Store
    metadata_of: MetadataOf
    candidates: list[Candidate] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    exports: dict[str, WorkspaceExport | None] = field(default_factory=dict)

    def run(self, entries: list[Entry]) -> Scan:
        """Account for every entry once."""
        usable = [entry for entry in sorted(entries, key=lambda entry: entry.name) if self._usable(entry)]
        transcripts = {entry.name: entry for entry in usable if self._is_transcript(entry)}
        sidecars = self._assign_sidecars([entry.name for entry in usable], list(transcripts))
        by_stem: dict[str, list[str]] = defaultdict(list)
        for name in transcripts:
            by_stem[parse_name(name).stems[0]].append(name)
        for names in by_stem.values():
            for name in names:
                candidate = Candidate(name, name, tuple(sidecars[name]), None, transcripts[name].size)
                self._settle(candidate, twice=len(names) > 1)
        return Scan(
            tuple(sorted(self.candidates, key=lambda candidate: candidate.name)),
            tuple(sorted(self.refused, key=lambda refused: refused.name)),
        )

    def _usable(self, entry: Entry) -> bool:
        """Whether it is a transcript or a sidecar that may be read; anything else is refused, exports are read."""
        name, parsed = entry.name, parse_name(entry.name)
        problem = unsafe(name) or (None if hidden(name) else entry.problem)
        if problem:
            self._refuse(name, "ignored" if problem in _NOTHING_TO_READ else "quarantined", problem)
            if parsed.role == "sidecar":
                self.broken.update(parsed.stems)
            if parsed.role == "csv":
                self.exports[_folder(name)] = None
        elif hidden(name):
            self._refuse(name, "ignored", "hidden")
        elif parsed.role == "other":
            self._refuse(name, "ignored", "not_a_transcript")
        elif parsed.role == "csv":
            self._read_export(name)
        else:
            return True
        return False

    def _is_transcript(self, entry: Entry) -> bool:
        """What the name says, after a look into plain .json files: most JSON in the world is no transcription."""
        parsed = parse_name(entry.name)
        if parsed.kind != "json" or self._too_large(entry.size):
            return parsed.role == "transcript"
        try:
            if b'"phrases"' in self.store.read(entry.name, _HEAD):
                return True
            if is_transcription(decode(self.store.read(entry.name, self.spec.max_bytes + 1))):
                return True
        except QuarantinedError:
            # Reading it as a recording will say what is wrong with it.
            return True
        self._refuse(entry.name, "ignored", "not_a_transcript")
        return False

    def _assign_sidecars(self, names: list[str], transcripts: list[str]) -> dict[str, list[str]]:
        """Sidecars by transcript; an exact stem wins over one without its language tag. Orphans are refused."""
        owners: dict[str, str] = {}
        for rank in (-1, 0):
            for name in transcripts:
                owners.setdefault(parse_name(name).stems[rank], name)
        assigned: dict[str, list[str]] = defaultdict(list)
        for name in names:
            parsed = parse_name(name)
            if parsed.role == "sidecar" and parsed.stems[0] in owners:
                assigned[owners[parsed.stems[0]]].append(name)
            elif parsed.role == "sidecar":
                self._refuse(name, "ignored", "orphan_sidecar")
        return assigned

    def _settle(self, candidate: Candidate, *, twice: bool) -> None:
        """Make it a candidate, or refuse it together with its sidecars."""
        try:
            self._check(candidate, twice=twice)
            row = self._row_of(candidate.name)
        except QuarantinedError as error:
            self._refuse_recording(candidate, "quarantined", error.reason)
            return
        candidate = replace(candidate, csv_row=row)
        if self._selected(candidate):
            self.candidates.append(candidate)
        else:
            self._refuse_recording(candidate, "ignored", "excluded")

    def _check(self, candidate: Candidate, *, twice: bool) -> None:
        if twice:
            raise QuarantinedError("source", "two_transcripts")
        if self._too_large(candidate.size):
            raise QuarantinedError("source", "too_large")
        if self.broken.intersection(parse_name(candidate.name).stems):
            raise QuarantinedError("source", "sidecar_malformed")

    def _selected(self, candidate: Candidate) -> bool:
        try:
            return selected(self.spec, candidate.name, lambda: self.metadata_of(candidate))
        except QuarantinedError:
            # Its metadata cannot be read: reading it as a recording will say so.
            return True

    def _row_of(self, name: str) -> dict[str, str] | None:
        """The row of the nearest export above the recording that has one. A broken one may have had it: quarantine."""
        folder = name
        while folder:
            folder = _folder(folder)
            if folder not in self.exports:
                continue
            export = self.exports[folder]
            if export is None:
                raise QuarantinedError("source", "sidecar_malformed")
            if row := export.row_of(name):
                return row
        return None

    def _read_export(self, name: str) -> None:
        self.exports[_folder(name)] = None
        try:
            data = self.store.read(name, self.spec.max_bytes + 1)
            if self._too_large(len(data)):
                self._refuse(name, "quarantined", "too_large")
                return
            self.exports[_folder(name)] = parse_export(data, _folder(name), self.spec.csv_columns)
            self._refuse(name, "ignored", "workspace_export")
        except QuarantinedError as error:
            self._refuse(name, "quarantined", error.reason)

    def _too_large(self, size: int | None) -> bool:
        return size is not None and size > self.spec.max_bytes

    def _refuse_recording(self, candidate: Candidate, state: State, reason: str) -> None:
        self._refuse(candidate.name, state, reason)
        for sidecar in candidate.sidecars:
            self._refuse(sidecar, "ignored", reason)

    def _refuse(self, name: str, state: State, reason: str) -> None:
        self.refused.append(Refused(printable(name), state, reason))


def _folder(name: str) -> str:
    return name.rpartition("/")[0]
