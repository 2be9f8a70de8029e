"""`inline::huggingface`: training by TRL, PEFT and transformers, in a process of its own."""

import asyncio
import os
from contextlib import aclosing
from pathlib import Path

import msgspec

from fleet.post_training.v1 import messages as m
from fleet_post_training.huggingface import folders
from fleet_post_training.huggingface.arguments import trainer_task
from fleet_post_training.huggingface.checks import check, has_gpu, starting_folder
from fleet_post_training.huggingface.child import running
from fleet_post_training.huggingface.settings import HuggingFaceSettings
from fleet_post_training.provider import Examples, Order, Report
from fleet_post_training.trainer.task import (
    RESULT,
    TASK,
    Began,
    Ended,
    Event,
    Refused,
    Saved,
    Stepped,
)
from fleet_runtime.call import Call
from fleet_runtime.config import ConfigError, Secret
from fleet_runtime.errors import InvalidArgument, TooLarge


class HuggingFace:
    """Trains models of the model store, and checkpoints of jobs, on examples and on preferences.

    All weights are trained, or LoRA, or QLoRA, in a process of its own, which ends with the service; where one dies,
    the next goes on from the last checkpoint. The service's image needs the extra `post-training`.
    """

    class Config(HuggingFaceSettings):
        """How models are trained, and where they go."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._on_gpu = config.device == "cuda" or (config.device == "auto" and has_gpu())
        self._folder = _folder(config.storage_dir)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"storage_dir: {error}") from None

    async def aclose(self) -> None:
        """Do nothing: each process ends with the call that started it."""

    async def check(self, order: Order) -> None:
        check(order, on_gpu=self._on_gpu)
        await asyncio.to_thread(starting_folder, order, self._checkpoint_folders())

    async def train(self, order: Order, examples: Examples, report: Report) -> None:
        folder = self._folder / order.key
        files = await examples.write(folder / "examples")
        await asyncio.to_thread(folders.remove_halves, folder)
        result = folder / RESULT
        if not result.exists():
            whole = await asyncio.to_thread(folders.whole_checkpoints, folder)
            model = await asyncio.to_thread(starting_folder, order, self._checkpoint_folders())
            task = trainer_task(
                order,
                self._config,
                files,
                folder,
                model=model,
                resume=whole[-1] if whole else None,
                on_gpu=self._on_gpu,
            )
            await asyncio.to_thread((folder / TASK).write_bytes, msgspec.json.encode(task))
            await self._run(order, folder, report)
        published = await asyncio.to_thread(self._publish, order, result)
        await self._checkpoints(order, report, folders.told(order.job, published, is_result=True))

    async def cancel(self, note: str, call: Call) -> None:
        """Do nothing: nothing runs elsewhere."""

    async def _run(self, order: Order, folder: Path, report: Report) -> None:
        """Have a process train, and keep what it tells."""
        try:
            async with (
                asyncio.timeout(self._config.most_hours * 3600),
                running(folder, self._config.threads) as child,
                aclosing(child.events()) as events,
            ):
                async for event in events:
                    await self._keep(event, order, report)
        except TimeoutError:
            raise TooLarge(
                f"The training took longer than {self._config.most_hours:g} hours; its checkpoints are there.",
                code="training_too_long",
                param="training_config.n_epochs",
            ) from None

    async def _keep(self, event: Event, order: Order, report: Report) -> None:
        match event:
            case Began():
                await report.resources(msgspec.structs.asdict(event))
            case Stepped():
                await report.progress(_progress(event), _point(event))
            case Saved():
                await self._checkpoints(order, report)
            case Ended():
                await report.progress(
                    m.TrainingProgress(
                        step=event.mark.step,
                        total_steps=event.mark.step,
                        epoch=event.mark.epoch,
                        loss=event.mark.train_loss,
                        eta_seconds=0.0,
                        attempts=0,
                    ),
                    None,
                )
            case Refused():
                raise InvalidArgument(event.message, code=event.code, param=event.param)

    async def _checkpoints(
        self, order: Order, report: Report, result: m.Checkpoint | None = None
    ) -> None:
        """Keep which checkpoints there are: of all that were ever saved the last few."""
        whole = await asyncio.to_thread(folders.whole_checkpoints, self._folder / order.key)
        found = [folders.told(order.job, each) for each in whole]
        await report.checkpoints(found if result is None else [*found, result])

    def _publish(self, order: Order, result: Path) -> Path:
        """Put a result where others look for it, and return where it is."""
        config = self._config
        into = config.models
        if (result / "adapter_config.json").exists():
            into = config.adapters
        elif order.kind == "dpo" and config.dpo_output_dir is not None:
            into = config.dpo_output_dir
        return result if into is None else folders.publish(result, into, order.job)

    def _checkpoint_folders(self) -> list[Path]:
        config = self._config
        named = (self._folder, config.adapters, config.models, config.dpo_output_dir)
        return [each.expanduser() for each in named if each is not None]


def _folder(named: Path | Secret | None) -> Path:
    if isinstance(named, Secret):
        return Path(named.reveal()).expanduser().absolute()
    if named is not None:
        return named.expanduser().absolute()
    data = os.environ.get("FLEET_DATA")
    if not data:
        raise ConfigError("storage_dir: is required, as FLEET_DATA names no folder either")
    return Path(data).absolute() / "training"


def _progress(event: Stepped) -> m.TrainingProgress:
    return m.TrainingProgress(
        step=event.step,
        total_steps=event.total_steps,
        epoch=event.epoch,
        loss=event.loss,
        learning_rate=event.learning_rate,
        tokens_per_second=event.tokens_per_second,
        eta_seconds=event.eta_seconds,
        attempts=0,
    )


def _point(event: Stepped) -> m.LossPoint | None:
    if event.loss is None:
        return None
    return m.LossPoint(
        step=event.step, epoch=event.epoch, loss=event.loss, learning_rate=event.learning_rate
    )
