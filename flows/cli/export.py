"""`loomroute export`: what is at the router, in the formats of other exchanges."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.output import ConfigOption, JsonOption, LedgerOption, RouterOption, emit_json, say


def command(
    *,
    stix: Annotated[Path, typer.Option("--stix", help="File to write as one STIX 2.1 bundle.")],
    router: RouterOption = None,
    ledger: LedgerOption = None,
    config: ConfigOption = None,
    json_output: JsonOption = False,
) -> None:
    """Write every valid case at the router as STIX 2.1: typed fields, no free text, the same ids every time.

    Example: loomroute export --stix outcomes.json
    """
    from classifiers import resources
    from flows.settings import load_settings
    from pipeline.errors import MissingExtraError

    try:
        from flows.stix import bundle_of, read_cases
    except ModuleNotFoundError as error:
        raise MissingExtraError("stix", "loomroute export --stix") from error
    cases = read_cases(load_settings(config, router=router, ledger=ledger))
    bundle = bundle_of(cases, resources.vocabulary())
    stix.write_text(bundle.serialize() + "\n", encoding="utf-8")
    if json_output:
        emit_json({"file": str(stix), "cases": len(cases), "objects": len(bundle.objects)})
    else:
        say(f"{len(cases)} cases written to {stix}")
