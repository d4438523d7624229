"""`loomroute doctor`: what is installed, configured and reachable."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows.cli.output import (
    EXIT_INCOMPLETE,
    EXIT_USAGE,
    ConfigOption,
    JsonOption,
    LedgerOption,
    RouterOption,
    emit_json,
)

if TYPE_CHECKING:
    from flows.settings import Settings

_EXTRAS = {
    "relay": "httpx",
    "postgresql": "asyncpg",
    "nats": "nats",
    "redis": "redis",
    "dht": "opendht",
    "lancedb": "lancedb",
    "mcp": "mcp",
    "stix": "stix2",
    "pull": "yt_dlp",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `ok`, or not, or None for a remark. `exit_code` counts where it is not ok."""

    name: str
    ok: bool | None
    detail: str
    exit_code: int = EXIT_INCOMPLETE


def command(
    *,
    router: RouterOption = None,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Check installation, data files, model, ledger and router; says what to do about what is wrong.

    Example: loomroute doctor --router redis://localhost:6379/0
    """
    from flows.settings import load_settings

    settings = load_settings(config, router=router, ledger=ledger)
    checks = [_python(), _shadowing(), *_extras(), *_environment(), _data(), _model(settings)]
    checks += [_ledger(settings), _router(settings)]
    for check in checks:
        if json_output:
            emit_json({"check": check.name, "ok": check.ok, "detail": check.detail})
        else:
            mark = {True: "ok     ", False: "FAILS  ", None: "note   "}[check.ok]
            typer.echo(f"{mark}{check.name}: {check.detail}")
    failed = [check.exit_code for check in checks if check.ok is False]
    if failed:
        raise typer.Exit(max(failed))


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check("python", (3, 11) <= sys.version_info[:2] < (3, 14), f"{version} (3.11 to 3.13 are supported)")


def _shadowing() -> Check:
    here = Path(__file__).resolve().parents[2]
    foreign = []
    for package in ("pipeline", "classifiers", "flows"):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None or Path(spec.origin).resolve().parents[1] != here:
            foreign.append(package)
    if foreign:
        return Check(
            "packages", False, f"another distribution shadows {', '.join(foreign)}: use an environment of its own"
        )
    return Check("packages", True, "pipeline, classifiers and flows are ours")


def _extras() -> list[Check]:
    checks = []
    for extra, module in _EXTRAS.items():
        present = importlib.util.find_spec(module) is not None
        detail = "installed" if present else f"not installed: pip install 'loomroute[{extra}]'"
        checks.append(Check(f"extra {extra}", True if present else None, detail))
    return checks


def _environment() -> list[Check]:
    """Variables that look like settings and are none. A remark, no failure: Kubernetes sets LOOMROUTE_PORT and the like."""
    from flows.settings import unknown_variables

    names = unknown_variables(os.environ)
    return [Check("environment", None, f"no setting, so ignored: {', '.join(names)}")] if names else []


def _data() -> Check:
    from classifiers import resources
    from pipeline.errors import LoomrouteError

    try:
        terms = len(resources.lexicon().terms)
        grades = resources.nearness().version
        vocabulary = resources.vocabulary().version
    except (LoomrouteError, OSError, KeyError) as error:
        return Check("data", False, f"damaged installation: {type(error).__name__}")
    return Check("data", True, f"vocabulary {vocabulary}, nearness {grades}, {terms} lexicon terms")


def _model(settings: Settings) -> Check:
    from classifiers.classifier import Classifier
    from pipeline.errors import LoomrouteError

    try:
        Classifier.load(settings.model)
    except (LoomrouteError, OSError, ValueError) as error:
        return Check("model", False, f"cannot be loaded: {type(error).__name__}; fit one with `loomroute train`")
    return Check("model", True, "loaded")


def _ledger(settings: Settings) -> Check:
    from flows.wiring import open_ledger
    from pipeline.errors import LedgerError

    if not settings.ledger.exists():
        return Check("ledger", True, "not made yet; the first ingest makes it")
    try:
        book = open_ledger(settings, reading=True)
        counts = book.counts()
        book.close()
    except LedgerError as error:
        return Check("ledger", False, str(error))
    return Check("ledger", True, f"{sum(counts.values())} recordings")


def _router(settings: Settings) -> Check:
    from flows.wiring import router_context
    from pipeline.errors import LoomrouteError, RouterMissingError, UsageError
    from pipeline.routing.open import open_router, scheme_of

    try:
        router = open_router(settings.router, router_context(settings), create=False)
        router.get(["0" * 16], newest=1)
        router.close()
    except RouterMissingError:
        return Check("router", True, f"not made yet; the first deposit makes it; emit policy {settings.emit_policy()}")
    except UsageError as error:
        return Check("router", False, str(error), EXIT_USAGE)
    except LoomrouteError as error:
        return Check("router", False, str(error))
    return Check("router", True, f"{scheme_of(settings.router)} reachable, emit policy {settings.emit_policy()}")
