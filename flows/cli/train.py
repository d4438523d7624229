"""`loomroute train`: fit the classifiers' heads on the committed corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.output import JsonOption, emit_json, say


def command(
    *,
    out: Annotated[Path | None, typer.Option(help="Model folder to write (default: the packaged one).")] = None,
    json_output: JsonOption = False,
) -> None:
    """Fit and calibrate the classifiers. The same corpus and versions give the same digest.

    Example: loomroute train --out models/
    """
    import shutil

    from classifiers.heads.model import save_model
    from classifiers.training.train import MODELS, train

    folder = out or MODELS
    if not json_output:
        say("fitting: six minutes or more on two cores")
    model = train()
    save_model(model, folder)
    if folder.resolve() != MODELS.resolve():
        for name in ("encoder.onnx", "tokenizer.json"):
            shutil.copy(MODELS / name, folder / name)
    corpus, digest = model.meta["corpus"], model.digest()
    if json_output:
        counts = {name: corpus[name] for name in ("recordings", "passages")}
        emit_json({"digest": digest, "folder": str(folder), "threshold": model.meta["threshold"], **counts})
    else:
        typer.echo(f"{folder}: {corpus['recordings']} recordings, {corpus['passages']} passages, digest {digest}")
