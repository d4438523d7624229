from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.recording import Recording
from pipeline.sources.source import Scan, SourceSpec, read, scan


class Folder:
    """A source folder in the making, and shorthands for looking at it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def spec(self, **settings: object) -> SourceSpec:
        return SourceSpec(str(self.root), **settings)

    def scan(self, **settings: object) -> Scan:
        return scan(self.spec(**settings))

    def refused(self, **settings: object) -> dict[str, tuple[str, str]]:
        return {refused.name: (refused.state, refused.reason) for refused in self.scan(**settings).refused}

    def read(self, name: str, **settings: object) -> Recording:
        candidate = next(c for c in self.scan(**settings).candidates if c.name == name)
        return read(self.spec(**settings), candidate)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    root = tmp_path / "source"
    root.mkdir()
    return Folder(root)


VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nthe pool ran dry\n"


@pytest.fixture
def vtt() -> str:
    return VTT


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[[str], Folder]:
    def make(name: str) -> Folder:
        (tmp_path / name).mkdir()
        return Folder(tmp_path / name)

    return make
