"""Sources: a folder or any fsspec URL, scanned first and then read recording by recording.

Scanning reads names and sizes, `videos.csv`, and sidecars where a glob asks for tags or owners; it parses no transcript.
Everything that crosses between the two steps is picklable, so that worker processes read for themselves.
"""

from __future__ import annotations

import hashlib
import json

from pipeline.errors import QuarantinedError
from pipeline.recording import Metadata, Recording
from pipeline.sources.names import Entry, parse_name
from pipeline.sources.scanning import Scanner
from pipeline.sources.sidecars import merge, parse_row, parse_sidecar
from pipeline.sources.speakers import split_speakers
from pipeline.sources.spec import Candidate, Refused, Scan, SourceSpec
from pipeline.sources.store import Store, open_store
from pipeline.sources.transcript import parse_transcript
from pipeline.sources.workspace_csv import check_columns

__all__ = ["Candidate", "Refused", "Scan", "SourceSpec", "read", "scan", "version_of"]


def scan(spec: SourceSpec) -> Scan:
    """Account for every file of a source. Raises ConfigurationError where it does not exist or cannot be listed.

    The URL of a single transcript is a source of that recording and its sidecars.
    """
    check_columns(spec.csv_columns)
    opened = open_store(spec.url)
    entries = opened.store.entries()
    if opened.only is not None:
        entries = _of_one_recording(entries, opened.only)
    scanner = Scanner(spec, opened.store, lambda candidate: _metadata(_files(spec, opened.store, candidate), candidate))
    return scanner.run(entries)


def version_of(spec: SourceSpec, candidate: Candidate) -> str:
    """The version of a recording, without parsing it. Raises QuarantinedError `unreadable`, `too_large`, ..."""
    return _version(_files(spec, open_store(spec.url).store, candidate), candidate)


def read(spec: SourceSpec, candidate: Candidate) -> Recording:
    """Read and parse one recording. Raises QuarantinedError, stage `source`, with a reason listed in docs/sources.md."""
    files = _files(spec, open_store(spec.url).store, candidate)
    metadata = _metadata(files, candidate)
    cues = parse_transcript(files[candidate.transcript], parse_name(candidate.transcript).kind)
    known = [name for name in (metadata.owner_name, *metadata.members) if name]
    return Recording(candidate.name, _version(files, candidate), tuple(split_speakers(cues, known)), metadata)


def _files(spec: SourceSpec, store: Store, candidate: Candidate) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name in (candidate.transcript, *candidate.sidecars):
        files[name] = store.read(name, spec.max_bytes + 1)
        if len(files[name]) > spec.max_bytes:
            raise QuarantinedError("source", "too_large")
    return files


def _metadata(files: dict[str, bytes], candidate: Candidate) -> Metadata:
    kinds = [(parse_name(name).kind, files[name]) for name in candidate.sidecars]
    found = [(kind, parse_sidecar(data, kind)) for kind, data in kinds]
    if candidate.csv_row is not None:
        found.append(("csv", parse_row(candidate.csv_row)))
    return merge(found)


def _version(files: dict[str, bytes], candidate: Candidate) -> str:
    """SHA-256 over each part's kind, length and bytes: names are no part of it, so a moved recording is unchanged."""
    parts = [("transcript", files[candidate.transcript])]
    parts += sorted((parse_name(name).kind, files[name]) for name in candidate.sidecars)
    if candidate.csv_row is not None:
        parts.append(("csv", json.dumps(candidate.csv_row, sort_keys=True).encode()))
    digest = hashlib.sha256()
    for kind, data in parts:
        digest.update(f"{kind}:{len(data)}:".encode() + data)
    return digest.hexdigest()


def _of_one_recording(entries: list[Entry], only: str) -> list[Entry]:
    stems = set(parse_name(only).stems)
    kept = []
    for entry in entries:
        parsed = parse_name(entry.name)
        own_sidecar = parsed.role == "sidecar" and bool(stems.intersection(parsed.stems))
        if entry.name == only or parsed.role == "csv" or own_sidecar:
            kept.append(entry)
    return kept
