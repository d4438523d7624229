"""From settings to the objects of each stage: source, redaction policy, ledger, router context."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from classifiers import resources
from flows.settings import Settings
from pipeline.errors import ConfigurationError
from pipeline.ledger.ledger import Ledger
from pipeline.redaction.policy import RedactionPolicy
from pipeline.routing.open import RouterContext, scheme_of, sqlite_path
from pipeline.sources.source import SourceSpec


def open_ledger(settings: Settings, *, reading: bool = False) -> Ledger:
    """The ledger of the settings, seen from their router; `reading` for one that is asked only, and may be read-only."""
    return Ledger(settings.ledger, destination_of(settings.router), reading=reading)


def destination_of(router: str) -> str:
    """A short hash of a router URL without its credentials: what the ledger calls a destination."""
    if scheme_of(router) == "sqlite":
        router = f"sqlite:///{sqlite_path(router).resolve()}"
    parts = urlsplit(router)
    bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return hashlib.sha256(bare.encode()).hexdigest()[:16]


def router_context(settings: Settings) -> RouterContext:
    """What transports may need beside the URL."""
    return RouterContext(
        resources.vocabulary(),
        resources.lexicon(),
        resources.nearness(),
        settings.ledger.parent / "transport",
        settings.router_token,
    )


def source_spec(settings: Settings) -> SourceSpec:
    """The source of the settings in the form the sources stage takes."""
    source = settings.source
    return SourceSpec(
        url=source.url or "",
        include_folders=tuple(source.include_folders),
        exclude_folders=tuple(source.exclude_folders),
        include_tags=tuple(source.include_tags),
        exclude_tags=tuple(source.exclude_tags),
        include_owners=tuple(source.include_owners),
        exclude_owners=tuple(source.exclude_owners),
        csv_columns=dict(source.csv_columns),
        max_bytes=source.max_bytes,
    )


def source_alias(settings: Settings) -> str:
    """The configured alias; the default one is told apart by a hash of the source URL, so that two sources never mix."""
    source = settings.source
    if source.alias != "default":
        return source.alias
    return f"default-{hashlib.sha256(_where(settings).encode()).hexdigest()[:8]}"


def deployment_name(settings: Settings) -> str:
    """What the source is called on a Prefect server: its alias and a hash that only this ledger can make of its URL."""
    ledger = open_ledger(settings)
    try:
        return f"{settings.source.alias}-{ledger.pseudonym(_where(settings))[:8]}"
    finally:
        ledger.close()


def _where(settings: Settings) -> str:
    url = settings.source.url or ""
    return url if "://" in url else str(Path(url).resolve())


def policy_of(settings: Settings) -> RedactionPolicy:
    """The redaction policy of the settings; identifier files are read here, one identifier a line."""
    own = settings.identifiers
    listed: list[str] = list(own.other)
    for path in own.files:
        try:
            listed += [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (OSError, UnicodeError) as error:
            raise ConfigurationError(f"identifier file {path}: {type(error).__name__}") from error
    return RedactionPolicy(
        workspace=tuple(own.workspace),
        members=tuple(own.members),
        customers=tuple(own.customers),
        projects=tuple(own.projects),
        domains=tuple(own.domains),
        repositories=tuple(own.repositories),
        hosts=tuple(own.hosts),
        other=tuple(listed),
        allow=tuple(settings.allow),
        timeout_s=settings.redaction_timeout_s,
        registry_yaml=settings.recognizers,
    )
