"""The folders of jobs: checkpoints that are whole, and results where others find them."""

import shutil
from datetime import UTC, datetime
from math import exp
from pathlib import Path

import msgspec

from fleet.post_training.v1 import messages as m
from fleet_post_training.trainer.task import CHECKPOINTS, MARK, RESULT, Mark
from fleet_runtime.errors import Conflict

# Where results are copied before they appear, beside them: on the same filesystem, and nowhere where anybody looks.
_ARRIVING = ".arriving"

_mark = msgspec.json.Decoder(Mark).decode


def whole_checkpoints(folder: Path) -> list[Path]:
    """Return the checkpoints of a job that are whole, oldest first."""
    found = (mark.parent for mark in (folder / CHECKPOINTS).glob(f"checkpoint-*/{MARK}"))
    return sorted(found, key=lambda each: read_mark(each).step)


def remove_halves(folder: Path) -> None:
    """Remove checkpoints that a process was writing when it died, and a result."""
    for each in (folder / CHECKPOINTS).glob("checkpoint-*"):
        if not (each / MARK).exists():
            shutil.rmtree(each)
    result = folder / RESULT
    if result.exists() and not (result / MARK).exists():
        shutil.rmtree(result)


def read_mark(checkpoint: Path) -> Mark:
    """Return what is known of a checkpoint."""
    return _mark((checkpoint / MARK).read_bytes())


def told(job: str, checkpoint: Path, *, is_result: bool = False) -> m.Checkpoint:
    """Return a checkpoint as callers see it."""
    mark = read_mark(checkpoint)
    created = datetime.fromtimestamp(mark.created, UTC).isoformat(timespec="milliseconds")
    epoch = round(mark.epoch)
    metrics = None
    if mark.train_loss is not None and mark.validation_loss is not None:
        metrics = m.PostTrainingMetric(
            epoch=epoch,
            train_loss=mark.train_loss,
            validation_loss=mark.validation_loss,
            perplexity=_perplexity(mark.validation_loss),
        )
    return m.Checkpoint(
        identifier=job if is_result else f"{job}-{mark.step}",
        created_at=created.replace("+00:00", "Z"),
        epoch=epoch,
        post_training_job_id=job,
        path=str(checkpoint),
        training_metrics=metrics,
    )


def publish(result: Path, into: Path, name: str) -> Path:
    """Copy a result to where others look for it, and return its folder there. It appears at once and whole.

    Raises:
        Conflict: There is something else of that name.
    """
    target = into.expanduser() / name
    if target.exists():
        mark = target / MARK
        if mark.exists() and mark.read_bytes() == (result / MARK).read_bytes():
            return target  # by a process that died just then
        raise Conflict(
            f"There is something else at '{target}'; what was trained is at '{result}'.",
            code="model_exists",
            param="job_uuid",
        )
    arriving = target.parent / _ARRIVING / name
    shutil.rmtree(arriving, ignore_errors=True)
    shutil.copytree(result, arriving)
    arriving.rename(target)
    return target


def _perplexity(loss: float) -> float:
    try:
        return exp(loss)
    except OverflowError:
        return float("inf")
