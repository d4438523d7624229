"""The classifier report as a flow: evaluate, write the page, and leave the headline as a Prefect artifact (no text in it)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prefect.artifacts import create_table_artifact

from classifiers.evaluation.evaluate import corpus_splits, write_report
from classifiers.evaluation.report import SplitResult, headline
from flows.sealed import flow, task


@task("judge-corpus")
def judge_task() -> list[SplitResult]:
    """Judge the corpus in three splits."""
    return corpus_splits()


@flow("loomroute-report")
def report(folder: str) -> str:
    """Write the classifier report into a folder; returns the page's path."""
    splits = judge_task()
    create_table_artifact(headline_rows(splits), key="classifier-report", description="Classifier report, per cent")
    return str(write_report(splits, Path(folder)))


def headline_rows(splits: Sequence[SplitResult]) -> list[dict[str, str]]:
    """One row a split and axis: shares with their intervals, in per cent."""
    rows = []
    for split in splits:
        for axis, found in headline(split)["axes"].items():
            right, share = found["accepted"]
            rows.append(
                {
                    "split": split.title,
                    "axis": axis,
                    "first guess": f"{100 * found['top1'].value:.1f}",
                    "interval": f"{100 * found['top1'].low:.1f} to {100 * found['top1'].high:.1f}",
                    "first three": f"{100 * found['top3'].value:.1f}",
                    "accepted, right": f"{100 * right.value:.1f}",
                    "accepted": f"{100 * share.value:.1f}",
                }
            )
    return rows
