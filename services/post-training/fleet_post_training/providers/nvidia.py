"""`remote::nvidia`: NVIDIA NeMo Customizer.

Formats: https://docs.nvidia.com/nemo/microservices/latest/fine-tune/index.html, and there "Create Job", "Get Job
Status" and "Cancel Job".
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from pydantic import AliasChoices, Field

from fleet.post_training.v1 import messages as m
from fleet_post_training.provider import Examples, Order, Report
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument, Unimplemented, UpstreamFailed
from fleet_upstream.json_api import JsonApi
from fleet_upstream.settings import UpstreamConfig

# As people name the model, and as the Customizer does.
_MODELS = {
    "Llama3.1-8B-Instruct": "meta/llama-3.1-8b-instruct",
    "meta-llama/Llama-3.1-8B-Instruct": "meta/llama-3.1-8b-instruct",
    "Llama3.2-1B-Instruct": "meta/llama-3.2-1b-instruct",
    "meta-llama/Llama-3.2-1B-Instruct": "meta/llama-3.2-1b-instruct",
}


class _Point(msgspec.Struct):
    """A metric at a step."""

    value: float
    step: int = 0


class _Metrics(msgspec.Struct):
    """Metrics by their names: `train_loss` and `val_loss`."""

    metrics: dict[str, list[_Point]] = {}


class _Status(msgspec.Struct):
    """How far a job is."""

    status: str
    steps_completed: int | None = None
    epochs_completed: int | None = None
    percentage_done: float | None = None
    elapsed_time: float | None = None
    metrics: _Metrics | None = None


class _Made(msgspec.Struct):
    """A job, as it answers to its creation."""

    id: str
    output_model: str | None = None


class _Note(msgspec.Struct):
    """What another process must know to go on."""

    id: str
    model: str


class _Cancelled(msgspec.Struct):
    """The answer to a cancellation; nobody reads it."""


_note = msgspec.json.Decoder(_Note).decode


class Nvidia:
    """Has NeMo Customizer train: LoRA and all weights, on examples that its Data Store has.

    A dataset of a request is one of the Data Store, by its name there; register it by the provider `remote::nvidia` of
    datasets, so that it is known here too. Callers may bring their own `nvidia_api_key`.
    """

    class Config(UpstreamConfig):
        """Where the server is, and what it makes."""

        base_url: str | Secret = Field(
            default="http://nemo.test", validation_alias=AliasChoices("base_url", "customizer_url")
        )
        """Where the server is; its API is below `/v1/customization`."""
        dataset_namespace: str = "default"
        """The namespace of datasets."""
        project_id: str = "test-project"
        """The project of jobs."""
        output_model_dir: str = "default"
        """The namespace of models that are made; they have the names of their jobs."""
        poll_seconds: float = Field(default=5.0, gt=0)
        """How often the server is asked how far a job is."""
        timeout: float = Field(default=300.0, gt=0)
        """The longest that an answer may take, in seconds."""
        max_retries: int = Field(default=3, ge=0)
        """Of no effect, and here for Llama Stack's configs: jobs are tried again that fail for what may pass."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._api = JsonApi(config, "nvidia_api_key")
        self._jobs = self._api.base / "v1/customization/jobs"

    async def aclose(self) -> None:
        await self._api.aclose()

    async def check(self, order: Order) -> None:
        if order.kind == "dpo":
            raise Unimplemented(
                "This provider does not train on preferences; take 'inline::huggingface'.",
                code="not_supported",
            )
        if order.model is None or order.checkpoint is not None:
            raise _wrong("checkpoint_dir", "the server begins with models, not with checkpoints")
        if order.algorithm is not None and order.algorithm.type == "QAT":
            raise _wrong("algorithm_config.type", "the server has no QAT; take 'LoRA'")
        if order.algorithm is not None and order.algorithm.rank is None:
            raise _wrong("algorithm_config.rank", "LoRA needs it")
        if order.data.teacher is not None:
            raise _wrong("training_config.data_config.teacher", "the server has rows of its own")

    async def train(self, order: Order, examples: Examples, report: Report) -> None:
        note = await self._begun(order, report)
        while True:
            found = await self._api.get(self._url(note, "status"), _Status, self._call(order))
            await self._report(order, found, report)
            match found.status.lower():
                case "completed":
                    return await report.checkpoints([_result(order, note, found)])
                case "failed" | "cancelled" | "cancelling" as ended:
                    raise UpstreamFailed(
                        f"The server ended the job '{note.id}' as {ended}.",
                        status=400,
                        code=f"job_{ended}",
                    )
            await asyncio.sleep(self._config.poll_seconds)

    async def cancel(self, note: str, call: Call) -> None:
        url = self._url(_note(note.encode()), "cancel")
        await self._api.post(url, {}, _Cancelled, call)

    async def _begun(self, order: Order, report: Report) -> _Note:
        """Return the server's job: that which another process began, or a new one."""
        if report.note is not None:
            return _note(report.note.encode())
        body = job_body(order, self._config)
        made = await self._api.post(self._jobs, body, _Made, self._call(order))
        note = _Note(made.id, made.output_model or body["output_model"])
        try:
            await report.noted(msgspec.json.encode(note).decode())
        except BaseException:
            # Nobody else knows of it.
            await self._api.post(self._url(note, "cancel"), {}, _Cancelled, self._call(order))
            raise
        await report.resources({"server": "nemo-customizer", "job": made.id})
        return note

    async def _report(self, order: Order, found: _Status, report: Report) -> None:
        steps, percent = found.steps_completed or 0, found.percentage_done or 0.0
        points = found.metrics.metrics.get("train_loss", []) if found.metrics else []
        progress = m.TrainingProgress(
            step=steps,
            total_steps=round(steps * 100 / percent) if percent else 0,
            epoch=float(found.epochs_completed or 0),
            loss=points[-1].value if points else None,
            eta_seconds=_left(found.elapsed_time, percent),
            attempts=0,
        )
        # The server tells all of them each time, oldest first.
        curve = [
            m.LossPoint(step=point.step, epoch=progress.epoch, loss=point.value) for point in points
        ]
        if not curve:
            await report.progress(progress, None)
        for at in curve:
            await report.progress(progress, at)

    def _url(self, note: _Note, what: Literal["status", "cancel"]) -> Any:
        return self._jobs / f"{note.id}/{what}"

    def _call(self, order: Order) -> Call:
        return Call("PostTraining", order.metadata, time.monotonic() + self._config.timeout)


def job_body(order: Order, config: Nvidia.Config) -> dict[str, Any]:
    """Return the request for a job."""
    training, model = order.training, order.model or ""
    hyperparameters: dict[str, Any] = {
        "training_type": "sft",
        "finetuning_type": "all_weights" if order.algorithm is None else "lora",
        "epochs": training.n_epochs,
        "batch_size": order.data.batch_size,
    }
    if training.optimizer_config is not None:
        hyperparameters["learning_rate"] = training.optimizer_config.lr
        hyperparameters["weight_decay"] = training.optimizer_config.weight_decay
        hyperparameters["warmup_steps"] = training.optimizer_config.num_warmup_steps
    if order.algorithm is not None:
        alpha = {} if order.algorithm.alpha is None else {"alpha": order.algorithm.alpha}
        hyperparameters["lora"] = {"adapter_dim": order.algorithm.rank, **alpha}
    return {
        "config": _MODELS.get(model, model),
        "dataset": {"name": order.data.dataset_id, "namespace": config.dataset_namespace},
        "hyperparameters": hyperparameters,
        "project": config.project_id,
        "output_model": f"{config.output_model_dir}/{order.job}",
    }


def _result(order: Order, note: _Note, found: _Status) -> m.Checkpoint:
    """Return the model that was made: the server has it under this name."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return m.Checkpoint(
        identifier=order.job,
        created_at=now,
        epoch=found.epochs_completed or 0,
        post_training_job_id=order.job,
        path=note.model,
    )


def _left(elapsed: float | None, percent: float) -> float | None:
    return elapsed * (100 - percent) / percent if elapsed and percent else None


def _wrong(param: str, why: str) -> InvalidArgument:
    return InvalidArgument(f"'{param}': {why}.", code="invalid_value", param=param)
