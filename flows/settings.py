"""All settings, built once at the edge: `loomroute.toml`, then `LOOMROUTE_*` environment variables, then the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from pipeline.errors import ConfigurationError

EmitPolicy = Literal["on", "approved", "off"]
DEFAULT_FILE = Path("loomroute.toml")


class SourceSettings(BaseModel):
    """`[source]`: where recordings come from and which of them. Globs; an empty list includes everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str | None = None
    alias: str = "default"
    include_folders: list[str] = []
    exclude_folders: list[str] = []
    include_tags: list[str] = []
    exclude_tags: list[str] = []
    include_owners: list[str] = []
    exclude_owners: list[str] = []
    csv_columns: dict[str, str] = {}
    max_bytes: int = 32 * 1024 * 1024


class IdentifierSettings(BaseModel):
    """`[identifiers]`: the organisation's own names. Each entry of `files` is a text file with one identifier a line."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    workspace: list[str] = []
    members: list[str] = []
    customers: list[str] = []
    projects: list[str] = []
    domains: list[str] = []
    repositories: list[str] = []
    hosts: list[str] = []
    other: list[str] = []
    files: list[Path] = []


class Settings(BaseSettings):
    """One object with every setting; passed down, never read again further in."""

    model_config = SettingsConfigDict(env_prefix="LOOMROUTE_", env_nested_delimiter="__", extra="forbid", frozen=True)

    source: SourceSettings = SourceSettings()
    identifiers: IdentifierSettings = IdentifierSettings()
    router: str = "sqlite:///.loomroute/router.db"
    router_token: str | None = Field(default=None, repr=False)
    emit: EmitPolicy | None = None
    allow: list[str] = []
    accept: float | None = Field(default=None, ge=0, le=1)
    ledger: Path = Path(".loomroute/ledger.db")
    model: Path | None = None
    recognizers: Path | None = None
    redaction_timeout_s: float = Field(default=20.0, gt=0)
    batch_size: int = Field(default=200, ge=1, le=500)
    workers: int = Field(default=1, ge=1, le=64)
    topics: int = Field(default=128, ge=1, le=2000)
    newest: int = Field(default=200, ge=1, le=1000)
    decoys: int = Field(default=0, ge=0, le=512)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line over environment over file; no dotenv and no secrets folder."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    def emit_policy(self) -> EmitPolicy:
        """The policy in force: as configured, else `on` for an embedded router and `approved` for whatever leaves the machine."""
        if self.emit is not None:
            return self.emit
        return "on" if self.router.startswith("sqlite:") else "approved"


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Names of variables that begin like a setting and are none, sorted. pydantic-settings passes over them in silence."""
    prefix = "LOOMROUTE_"
    named = (name for name in environment if name.upper().startswith(prefix))
    return sorted(name for name in named if name[len(prefix) :].lower().partition("__")[0] not in Settings.model_fields)


def load_settings(config: Path | None = None, **overrides: Any) -> Settings:
    """Read the configuration; `overrides` that are None are left out. Raises ConfigurationError naming the setting."""
    path = config or DEFAULT_FILE
    if config is not None and not path.is_file():
        raise ConfigurationError(f"configuration file not found: {path}")

    class FileSettings(Settings):
        model_config = SettingsConfigDict(
            env_prefix="LOOMROUTE_", env_nested_delimiter="__", extra="forbid", frozen=True, toml_file=path
        )

    try:
        return FileSettings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"setting {where}: {first['msg']}") from None
    except ValueError as error:
        raise ConfigurationError(f"configuration file {path}: {error}") from None
