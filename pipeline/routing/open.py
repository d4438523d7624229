"""Which transport a router URL names. Each transport is imported only when its URL is used."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import ConfigurationError, MissingExtraError, RouterMissingError
from pipeline.packet.lexicon import Lexicon
from pipeline.packet.vocabulary import Vocabulary
from pipeline.routing.nearness import Nearness
from pipeline.routing.protocol import Router
from pipeline.routing.sqlite import SqliteRouter


@dataclass(frozen=True, slots=True)
class RouterContext:
    """What a transport may need beside its URL.

    `token`: admission at a relay; `state`: a folder of its own for what must outlive the process (DHT: own values to
    announce again); vocabulary, lexicon and nearness: for native search.
    """

    vocabulary: Vocabulary
    lexicon: Lexicon
    nearness: Nearness
    state: Path
    token: str | None = None


_TRANSPORTS: dict[str, tuple[str, str]] = {
    "http": ("pipeline.routing.relay_client", "relay"),
    "https": ("pipeline.routing.relay_client", "relay"),
    "postgresql": ("pipeline.routing.postgresql", "postgresql"),
    "nats": ("pipeline.routing.nats", "nats"),
    "redis": ("pipeline.routing.redis", "redis"),
    "dht": ("pipeline.routing.dht", "dht"),
    "lancedb": ("pipeline.routing.lancedb", "lancedb"),
}
"""Scheme to (module with `connect(url, context) -> Router`, extra that brings its client)."""

SCHEMES: tuple[str, ...] = ("sqlite", *_TRANSPORTS)


def scheme_of(url: str) -> str:
    """The transport's scheme. Raises ConfigurationError for one we do not know, and for what is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ConfigurationError("router: this is no URL") from None
    if parts.scheme not in SCHEMES:
        raise ConfigurationError(f"router: unknown scheme {parts.scheme!r}; one of {', '.join(SCHEMES)}")
    _check_ports(parts.netloc)
    return parts.scheme


def _check_ports(netloc: str) -> None:
    # Clients differ in what they make of a wrong port, and some take it for a router that is away: packets would wait for ever.
    for host in netloc.rpartition("@")[2].split(","):
        port = re.sub(r"^(\[[^]]*\]|[^:]*):?", "", host)
        if port and not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) <= 65_535):
            raise ConfigurationError("router: a port is a number from 1 to 65535")


def open_router(url: str, context: RouterContext, *, create: bool = True) -> Router:
    """Connect to the transport of a URL. Who only reads passes `create=False`, so that asking makes no file or folder.

    Raises ConfigurationError for a malformed URL, RouterMissingError where nothing was made yet and `create` is false,
    MissingExtraError where its client is not installed and RouterUnavailableError where it cannot be reached.
    """
    scheme = scheme_of(url)
    if not create:
        _check_made(url, scheme)
    if scheme == "sqlite":
        return SqliteRouter(sqlite_path(url), known=(context.vocabulary, context.lexicon))
    module_name, extra = _TRANSPORTS[scheme]
    try:
        module: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise MissingExtraError(extra, f"router {scheme}://") from error
    router: Router = module.connect(url, context)
    return router


def sqlite_path(url: str) -> Path:
    """The file of a `sqlite:///` URL. Raises ConfigurationError for one without a path."""
    if not url.startswith("sqlite:///") or len(url) == len("sqlite:///"):
        raise ConfigurationError("router: write sqlite:///relative/path.db or sqlite:////absolute/path.db")
    # As in SQLAlchemy: sqlite:///x.db is relative, sqlite:////x.db absolute.
    return Path(url.removeprefix("sqlite:///"))


def lancedb_path(url: str) -> Path:
    """The folder of a `lancedb:///` URL. Raises ConfigurationError for one without a path."""
    if not url.startswith("lancedb:///") or len(url) == len("lancedb:///"):
        raise ConfigurationError("router: write lancedb:///relative/folder or lancedb:////absolute/folder")
    return Path(url.removeprefix("lancedb:///"))


def _check_made(url: str, scheme: str) -> None:
    path_of = {"sqlite": sqlite_path, "lancedb": lancedb_path}.get(scheme)
    if path_of is not None and not path_of(url).exists():
        raise RouterMissingError("the router's file or folder does not exist: nothing was ever deposited there")
