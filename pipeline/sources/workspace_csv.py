"""The workspace export `videos.csv`: one row a video, read by pandas with mapped column names."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import ConfigurationError, QuarantinedError
from pipeline.sources.decoding import clean, decode
from pipeline.sources.names import parse_name

# Our field names, and the column names tried for each. `file` is the transcript's name, relative to the export.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("Video ID", "ID"),
    "title": ("Name", "Title"),
    "description": ("Description",),
    "owner_name": ("Owner", "Owner name"),
    "owner_email": ("Owner email", "Email"),
    "workspace": ("Workspace",),
    "created_at": ("Created", "Created at"),
    "duration": ("Duration",),
    "folder": ("Folder",),
    "tags": ("Tags",),
    "url": ("Link", "URL"),
    "file": ("File", "File name"),
}
_MINIMUM_ID = 6


@dataclass(frozen=True, slots=True)
class WorkspaceExport:
    """The rows of one `videos.csv`, each under our field names without empty values. `folder` is where the file lies."""

    folder: str
    rows: tuple[dict[str, str], ...]

    def row_of(self, name: str) -> dict[str, str] | None:
        """The row of a transcript: by file name, else by an id in its stem, else by a title that is its stem.

        Raises QuarantinedError `csv_row_ambiguous` where different rows fit equally well.
        """
        relative = name[len(self.folder) + 1 :] if self.folder else name
        base = relative.rpartition("/")[2]
        stems = {_slug(stem.rpartition("/")[2]) for stem in parse_name(name).stems}
        files = {_fold(relative), _fold(base)}
        tests: tuple[Callable[[dict[str, str]], bool], ...] = (
            lambda row: _fold(row.get("file", "")) in files,
            lambda row: len(row.get("id", "")) >= _MINIMUM_ID and row["id"].casefold() in base.casefold(),
            lambda row: _slug(row.get("title", "")) in stems,
        )
        for fits in tests:
            found = [row for row in self.rows if fits(row)]
            if found:
                if any(row != found[0] for row in found):
                    raise QuarantinedError("source", "csv_row_ambiguous")
                return found[0]
        return None


def check_columns(mapping: dict[str, str]) -> None:
    """Raise ConfigurationError for a field that has no column."""
    unknown = sorted(set(mapping) - set(COLUMNS))
    if unknown:
        raise ConfigurationError(f"csv_columns: unknown field {unknown[0]!r}; known are {', '.join(sorted(COLUMNS))}")


def parse_export(data: bytes, folder: str, mapping: dict[str, str]) -> WorkspaceExport:
    """Read an export. Raises QuarantinedError `sidecar_malformed`, or `csv_columns_unknown` without file, id and title."""
    import pandas as pd

    try:
        text = decode(data)
        delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
        table = pd.read_csv(
            io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False, na_filter=False, index_col=False
        )
    except (QuarantinedError, ValueError) as error:
        raise QuarantinedError("source", "sidecar_malformed") from error
    present = {_fold(str(column)): str(column) for column in table.columns}
    columns = {
        field: present[_fold(column)]
        for field, defaults in COLUMNS.items()
        for column in reversed((mapping[field],) if field in mapping else defaults)
        if _fold(column) in present
    }
    if not {"file", "id", "title"} & set(columns):
        raise QuarantinedError("source", "csv_columns_unknown")
    rows = [
        {field: value for field, column in columns.items() if (value := clean(str(record[column])))}
        for record in table.to_dict("records")
    ]
    return WorkspaceExport(folder, tuple(rows))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _slug(text: str) -> str:
    return "".join(character for character in _fold(text) if character.isalnum()) or text
