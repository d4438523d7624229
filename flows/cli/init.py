"""`loomroute init`: a first configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.output import say

_TEMPLATE = """\
# loomroute configuration. Every setting can also come from the environment: LOOMROUTE_ROUTER, LOOMROUTE_SOURCE__URL, ...

# Where packets go. Whatever is not sqlite: leaves this machine and waits for `loomroute approve` unless emit = "on".
router = "sqlite:///.loomroute/router.db"
# emit = "approved"
ledger = ".loomroute/ledger.db"

# Whole terms that are kept although they look unknown or like a name.
allow = []

[source]
url = "{source}"
alias = "{alias}"
# include_folders = ["Engineering/*"]
# exclude_tags = ["private"]

# Your own identifiers: the best recognizer there is. Lists, or files with one identifier a line.
[identifiers]
workspace = []
members = []
customers = []
projects = []
domains = []
repositories = []
hosts = []
files = []
"""


def command(
    source: Annotated[str, typer.Argument(help="Folder or fsspec URL of the exports.")] = "exports",
    *,
    alias: Annotated[str, typer.Option("--alias", help="What logs call this source; name nobody.")] = "main",
    path: Annotated[Path, typer.Option("--path", help="File to write.")] = Path("loomroute.toml"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
) -> None:
    """Write a first loomroute.toml to fill in.

    Example: loomroute init exports/ --alias incidents
    """
    import json
    import shlex

    from pipeline.errors import UsageError

    if path.exists() and not force:
        raise UsageError(f"{path} exists: use --force to overwrite it")
    quoted = {name: json.dumps(value)[1:-1] for name, value in (("source", source), ("alias", alias))}
    path.write_text(_TEMPLATE.format(**quoted), encoding="utf-8")
    path.chmod(0o600)
    say(f"wrote {path}: fill in [identifiers], then try: loomroute redact {shlex.quote(source)}")
