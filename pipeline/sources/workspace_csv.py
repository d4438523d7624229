"""The workspace export `videos.csv`: one row a video, read by pandas with mapped column names."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
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
# An id counts where it stands in the file name by itself, and is long enough not to stand there by chance.
_ID = re.compile(r"[^\W_]{6,}")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class WorkspaceExport:
    """One `videos.csv`: its rows under our field names, without empty values, by file name, by id and by title.

    `folder` is where the file lies. A key that stands for different rows is there with None.
    """

    folder: str
    by_file: dict[str, Row | None]
    by_id: dict[str, Row | None]
    by_title: dict[str, Row | None]

    def row_of(self, name: str) -> Row | None:
        """The row of a transcript: by file name, else by an id in its stem, else by a title that is its stem.

        Raises QuarantinedError `csv_row_ambiguous` where different rows fit equally well.
        """
        relative = name[len(self.folder) + 1 :] if self.folder else name
        base = relative.rpartition("/")[2]
        stems = [stem.rpartition("/")[2] for stem in parse_name(name).stems]
        for rows, keys in (
            (self.by_file, [_fold(relative)]),
            (self.by_file, [_fold(base)]),
            (self.by_id, _ID.findall(_fold(stems[-1]))),
            (self.by_title, [_slug(stems[-1])]),
            (self.by_title, [_slug(stems[0])]),
        ):
            found = [rows[key] for key in keys if key in rows]
            if any(row is None or row != found[0] for row in found):
                raise QuarantinedError("source", "csv_row_ambiguous")
            if found:
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
        with warnings.catch_warnings():
            # pandas only warns where rows are longer than the header, and leaves out what is too much.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False, na_filter=False, index_col=False
            )
    except (QuarantinedError, ValueError, pd.errors.ParserWarning) as error:
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
    return WorkspaceExport(folder, _index(rows, "file", _fold), _index(rows, "id", _fold), _index(rows, "title", _slug))


def _index(rows: list[Row], field: str, key_of: Callable[[str], str]) -> dict[str, Row | None]:
    index: dict[str, Row | None] = {}
    for row in rows:
        if field in row:
            key = key_of(row[field])
            index[key] = row if index.get(key, row) == row else None
    return index


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _slug(text: str) -> str:
    return "".join(character for character in _fold(text) if character.isalnum()) or text
