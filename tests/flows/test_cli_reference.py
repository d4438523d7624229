"""docs/cli.md is what the command line says of itself (make docs writes it)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_command_is_documented():
    command = [sys.executable, "-m", "typer", "flows.cli.app", "utils", "docs", "--name", "loomroute"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").strip() == said.strip(), "run `make docs`"
