"""Training as a flow: fit, save, and leave the digest and the corpus counts as a Prefect artifact."""

from __future__ import annotations

from pathlib import Path

from prefect.artifacts import create_markdown_artifact

from classifiers.heads.model import save_model
from classifiers.training.train import MODELS, train
from flows.sealed import flow, task


@task("train")
def train_task(folder: Path) -> tuple[str, int]:
    """Fit and save; digest and number of recordings."""
    model = train()
    save_model(model, folder)
    return model.digest(), int(model.meta["corpus"]["recordings"])


@flow("loomroute-retrain")
def retrain(folder: str | None = None) -> str:
    """Fit every head on the committed corpus into a model folder (default: the packaged one); returns the digest."""
    digest, recordings = train_task(Path(folder) if folder else MODELS)
    create_markdown_artifact(f"{recordings} recordings, digest `{digest}`", key="classifier-training")
    return digest
