"""Telling the files of a source apart: what is a recording, which sidecars are its own, and what is neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.errors import QuarantinedError
from pipeline.recording import Metadata
from pipeline.sources.decoding import decode
from pipeline.sources.names import Entry, hidden, parse_name, printable, unsafe
from pipeline.sources.phrases import is_transcription
from pipeline.sources.selection import selected
from pipeline.sources.spec import Candidate, Refused, Scan, SourceSpec
from pipeline.sources.store import Store
from pipeline.sources.workspace_csv import WorkspaceExport, parse_export

MetadataOf = Callable[[Candidate], Metadata]
_HEAD = 4096


@dataclass(slots=True)
class Scanner:
    """One scan in the making. Use `scan_entries`."""

    spec: SourceSpec
    store: Store
    metadata_of: MetadataOf
    candidates: list[Candidate] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    exports: dict[str, WorkspaceExport | None] = field(default_factory=dict)

    def run(self, entries: list[Entry]) -> Scan:
        """Account for every entry once."""
        usable = {entry.name: entry for entry in sorted(entries, key=lambda e: e.name) if self._usable(entry)}
        transcripts = {name: entry for name, entry in usable.items() if self._role(entry) == "transcript"}
        owners = _owners(transcripts)
        sidecars: dict[str, list[str]] = defaultdict(list)
        for name in usable:
            parsed = parse_name(name)
            if parsed.role == "sidecar":
                owner = next((owners[stem] for stem in parsed.stems if stem in owners), None)
                if owner is None:
                    self._refuse(name, "ignored", "orphan_sidecar")
                else:
                    sidecars[owner].append(name)
        by_stem: dict[str, list[str]] = defaultdict(list)
        for name in transcripts:
            by_stem[parse_name(name).stems[0]].append(name)
        for names in by_stem.values():
            for name in names:
                own = tuple(sidecars[name])
                self._settle(Candidate(name, name, own, None, transcripts[name].size), twice=len(names) > 1)
        return Scan(
            tuple(sorted(self.candidates, key=lambda c: c.name)), tuple(sorted(self.refused, key=lambda r: r.name))
        )

    def _usable(self, entry: Entry) -> bool:
        """Refuse what must not or need not be read; read workspace exports on the way."""
        name, role = entry.name, parse_name(entry.name).role
        problem = unsafe(name) or (None if hidden(name) else entry.problem)
        if problem in {"not_a_file", "symlink_folder"}:
            self._refuse(name, "ignored", problem)
        elif problem:
            self._refuse(name, "quarantined", problem)
        elif hidden(name):
            self._refuse(name, "ignored", "hidden")
        elif role == "other":
            self._refuse(name, "ignored", "not_a_transcript")
        elif role == "csv":
            self._read_export(entry)
        else:
            return True
        return False

    def _role(self, entry: Entry) -> str:
        """The role a name says, after a look into plain .json files: most JSON in the world is no transcription."""
        parsed = parse_name(entry.name)
        if parsed.kind != "json" or self._too_large(entry):
            return parsed.role
        try:
            if b'"phrases"' in self.store.read(entry.name, _HEAD):
                return parsed.role
            whole = decode(self.store.read(entry.name, self.spec.max_bytes + 1))
        except QuarantinedError:
            return parsed.role
        if is_transcription(whole):
            return parsed.role
        self._refuse(entry.name, "ignored", "not_a_transcript")
        return "other"

    def _settle(self, candidate: Candidate, *, twice: bool) -> None:
        """Make it a candidate, or refuse it together with its sidecars."""
        state: Literal["ignored", "quarantined"] = "quarantined"
        reason: str | None = None
        try:
            if twice:
                reason = "two_transcripts"
            elif self._too_large(Entry(candidate.name, candidate.size)):
                reason = "too_large"
            else:
                candidate = replace(candidate, csv_row=self._row_of(candidate.name))
                if not self._selected(candidate):
                    state, reason = "ignored", "excluded"
        except QuarantinedError as error:
            reason = error.reason
        if reason is None:
            self.candidates.append(candidate)
            return
        self._refuse(candidate.name, state, reason)
        for sidecar in candidate.sidecars:
            self._refuse(sidecar, "ignored", reason)

    def _selected(self, candidate: Candidate) -> bool:
        try:
            return selected(self.spec, candidate.name, lambda: self.metadata_of(candidate))
        except QuarantinedError:
            # Its metadata cannot be read: reading it later says so.
            return True

    def _row_of(self, name: str) -> dict[str, str] | None:
        """The row of the nearest export above the recording that has one. A broken one may have had it: quarantine."""
        folder = name
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self.exports:
                export = self.exports[folder]
                if export is None:
                    raise QuarantinedError("source", "sidecar_malformed")
                if row := export.row_of(name):
                    return row
        return None

    def _read_export(self, entry: Entry) -> None:
        folder = entry.name.rpartition("/")[0]
        self.exports[folder] = None
        try:
            data = self.store.read(entry.name, self.spec.max_bytes + 1)
            if len(data) > self.spec.max_bytes:
                self._refuse(entry.name, "quarantined", "too_large")
                return
            self.exports[folder] = parse_export(data, folder, self.spec.csv_columns)
            self._refuse(entry.name, "ignored", "workspace_export")
        except QuarantinedError as error:
            self._refuse(entry.name, "quarantined", error.reason)

    def _too_large(self, entry: Entry) -> bool:
        return entry.size is not None and entry.size > self.spec.max_bytes

    def _refuse(self, name: str, state: Literal["ignored", "quarantined"], reason: str) -> None:
        self.refused.append(Refused(printable(name), state, reason))


def _owners(transcripts: dict[str, Entry]) -> dict[str, str]:
    """The transcript that a sidecar's stem belongs to; exact stems win over stems without their language tag."""
    owners: dict[str, str] = {}
    for rank in (-1, 0):
        for name in transcripts:
            owners.setdefault(parse_name(name).stems[rank], name)
    return owners
