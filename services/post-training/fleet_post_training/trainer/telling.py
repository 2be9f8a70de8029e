"""Telling how far the training is, and marking checkpoints that are whole."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from fleet_post_training.trainer.task import MARK, Event, Mark, Saved, Stepped

# In seconds: how often steps are told whose loss nobody looks at.
_PAUSE = 1.0


class Telling(TrainerCallback):
    """Tells events.

    Args:
        tell: Takes them.
        steps_per_epoch: How many steps an epoch has; as the trainer counts if unset.
    """

    def __init__(self, tell: Callable[[Event], None], steps_per_epoch: int | None) -> None:
        self._tell = tell
        self._steps_per_epoch = steps_per_epoch
        self._began = time.monotonic()
        self._told = 0.0
        self._step = self._tokens = 0
        self._train_loss: float | None = None
        self._validation_loss: float | None = None

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Note where this process begins."""
        del args, control
        self._began = time.monotonic()
        self._step, self._tokens = state.global_step, state.num_input_tokens_seen

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Tell of a step, unless one was told of just now."""
        del args, control
        if time.monotonic() - self._told >= _PAUSE:
            self._stepped(state)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Tell of a step with its loss."""
        del args, control
        logs = logs or {}
        if "eval_loss" in logs:
            self._validation_loss = float(logs["eval_loss"])
        if "loss" in logs:
            self._train_loss = float(logs["loss"])
            rate = logs.get("learning_rate")
            self._stepped(state, self._train_loss, None if rate is None else float(rate))

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Mark a checkpoint, which is whole now, and tell of it."""
        del control
        if state.is_world_process_zero:
            folder = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
            write_mark(folder, self.mark(state))
            self._tell(Saved())

    def mark(self, state: TrainerState) -> Mark:
        """Return what is known of the weights as they are now."""
        return Mark(
            step=state.global_step,
            epoch=self._epoch(state),
            created=time.time(),
            train_loss=self._train_loss,
            validation_loss=self._validation_loss,
        )

    def _stepped(
        self, state: TrainerState, loss: float | None = None, rate: float | None = None
    ) -> None:
        now = time.monotonic()
        steps, seconds = state.global_step - self._step, max(now - self._began, 1e-6)
        self._told = now
        self._tell(
            Stepped(
                step=state.global_step,
                total_steps=state.max_steps,
                epoch=self._epoch(state),
                loss=loss,
                learning_rate=rate,
                tokens_per_second=(state.num_input_tokens_seen - self._tokens) / seconds,
                eta_seconds=(state.max_steps - state.global_step) * seconds / steps
                if steps
                else None,
            )
        )

    def _epoch(self, state: TrainerState) -> float:
        if self._steps_per_epoch is None:
            return float(state.epoch or 0.0)
        return float(state.global_step / self._steps_per_epoch)


def write_mark(folder: Path, mark: Mark) -> None:
    """Say that a folder is whole: all of it is on the disk before that is."""
    for file in folder.iterdir():
        if file.is_file():
            with file.open("rb") as written:
                os.fsync(written.fileno())
    part = folder / f"{MARK}.part"
    with part.open("wb") as out:
        out.write(msgspec.json.encode(mark))
        out.flush()
        os.fsync(out.fileno())
    part.rename(folder / MARK)
