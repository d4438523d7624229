"""Training as a flow: fit, save, and leave the digest and the corpus counts as a Prefect artifact."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from classifiers.heads.model import save_model
from classifiers.training.train import MODELS, train


@task(name="train", cache_policy=NO_CACHE, persist_result=False)
def train_task(folder: Path) -> tuple[str, int]:
    """Fit and save; digest and number of recordings."""
    model = train()
    save_model(model, folder)
    return model.digest(), int(model.meta["corpus"]["recordings"])


@flow(name="loomroute-retrain", persist_result=False, validate_parameters=False)
def retrain(folder: str | None = None) -> str:
    """Fit every head on the committed corpus into a model folder (default: the packaged one); returns the digest."""
    digest, recordings = train_task(Path(folder) if folder else MODELS)
    create_markdown_artifact(f"{recordings} recordings, digest `{digest}`", key="classifier-training")
    return digest
