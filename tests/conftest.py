"""Shared by all tests: where the fixtures are, and a command line of one's own."""

from pathlib import Path

import pytest
from command_line import CommandLine

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def loomroute(tmp_path):
    return CommandLine(tmp_path)


@pytest.fixture(scope="session")
def fixtures():
    return ROOT / "fixtures"
