"""The command line as a child process, apart from the user's own state. Used by tests through the `loomroute` fixture."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Ran:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


class CommandLine:
    """Runs `loomroute` in a folder of its own, with its own Prefect home and state."""

    def __init__(self, folder):
        self.folder = folder
        self.ledger = folder / "ledger.db"
        self.router = f"sqlite:///{folder}/router.db"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("LOOMROUTE_", "PREFECT_"))},
            "PREFECT_HOME": str(folder / "prefect"),
            "XDG_STATE_HOME": str(folder / "state"),
            "LOOMROUTE_LEDGER": str(self.ledger),
            "LOOMROUTE_ROUTER": self.router,
            "COLUMNS": "120",
        }

    def __call__(self, *arguments, check=True, timeout=240, **environment):
        command = [sys.executable, "-m", "flows.cli.app", *map(str, arguments)]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**self.environment, **environment},
            timeout=timeout,
        )
        if check:
            assert done.returncode == 0, (arguments, done.returncode, done.stderr[-2000:])
        return Ran(done.returncode, done.stdout, done.stderr)
