"""A prepared run: what the command line asked for, in a private file, so that Prefect only ever sees its random name."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import Settings, load_settings
from pipeline.errors import UsageError
from pipeline.routing.open import scheme_of, sqlite_path

if TYPE_CHECKING:
    from flows.run import RunOptions

_UNKNOWN = "prepared run not found on this machine: run `loomroute schedule` or `loomroute ingest` here"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The options of one ingest. Paths are made absolute when it is stored, so that a worker elsewhere finds them."""

    config: Path | None = None
    source: str | None = None
    router: str | None = None
    ledger: Path | None = None
    accept: float | None = None
    workers: int | None = None
    dry_run: bool = False
    reprocess: bool = False
    packets: Path | None = None

    def settings(self) -> Settings:
        """The settings with these options over them. Raises ConfigurationError."""
        settings = load_settings(
            self.config, router=self.router, ledger=self.ledger, accept=self.accept, workers=self.workers
        )
        if self.source is None:
            return settings
        return settings.model_copy(update={"source": settings.source.model_copy(update={"url": self.source})})

    def options(self) -> RunOptions:
        """The options that are no settings."""
        from flows.run import RunOptions

        return RunOptions(dry_run=self.dry_run, reprocess=self.reprocess, packets=self.packets)

    def absolute(self) -> Prepared:
        """The same run, independent of the current folder."""
        settings = self.settings()
        source = settings.source.url
        if source and "://" not in source:
            source = str(Path(source).expanduser().resolve())
        router = settings.router
        if scheme_of(router) == "sqlite":
            router = f"sqlite:///{sqlite_path(router).resolve()}"
        config = self.config or Path("loomroute.toml")
        return replace(
            self,
            config=config.resolve() if config.is_file() else None,
            source=source,
            router=router,
            ledger=settings.ledger.resolve(),
            packets=self.packets.resolve() if self.packets else None,
        )

    def store(self) -> str:
        """Write it, mode 0600, and return its random name."""
        name = secrets.token_hex(8)
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fields = {key: str(v) if isinstance(v, Path) else v for key, v in asdict(self.absolute()).items()}
        with os.fdopen(os.open(folder / f"{name}.json", os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            json.dump(fields, file)
        return name


def load_prepared(name: str) -> Prepared:
    """Read a stored run by its name. Raises UsageError when there is none."""
    path = _file(name)
    if not path.is_file():
        raise UsageError(_UNKNOWN)
    fields = json.loads(path.read_text(encoding="utf-8"))
    paths = {key: Path(fields[key]) for key in ("config", "ledger", "packets") if fields.get(key)}
    return Prepared(**{**fields, **paths})


def forget_prepared(name: str) -> None:
    """Remove a stored run that is over. Raises UsageError for what is no name of one."""
    _file(name).unlink(missing_ok=True)


def _file(name: str) -> Path:
    # Names come back from Prefect's database: none may lead out of the folder.
    if not name.isalnum():
        raise UsageError(_UNKNOWN)
    return state_folder() / f"{name}.json"


def state_folder() -> Path:
    """Where prepared runs are kept: $XDG_STATE_HOME/loomroute/runs (XDG base directory specification)."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "loomroute" / "runs"
