"""The operations of the post-training API."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from fleet.post_training.v1 import messages as m
from fleet_post_training.distillation import no_teacher
from fleet_post_training.gathering import Gathering
from fleet_post_training.provider import Order, TrainingProvider
from fleet_post_training.store import TrainingStore
from fleet_post_training.tables import TrainingJob
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer
from fleet_runtime.providers import Opened
from fleet_runtime.store.rows import now_ms

# What may be a file's name, and a model's.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

_progress = msgspec.json.Decoder(m.TrainingProgress).decode
_error = msgspec.json.Decoder(m.TrainingError).decode
_encode = msgspec.json.Encoder().encode


class PostTraining:
    """Takes jobs and tells how far they are; others work on them.

    Args:
        store: Where they are kept.
        gathering: Looks at their datasets.
        providers: Train, by id; the first is asked where a request names none.
    """

    def __init__(
        self,
        store: TrainingStore,
        gathering: Gathering,
        providers: Mapping[str, Opened[TrainingProvider]],
    ) -> None:
        self._store = store
        self._gathering = gathering
        self._providers = providers

    async def supervised_fine_tune(
        self, request: m.SupervisedFineTuneRequest, call: Call
    ) -> Answer[m.PostTrainingJob]:
        """Begin to train on examples."""
        _check_search(request.hyperparam_search_config)
        if request.model is None and request.checkpoint_dir is None:
            raise InvalidArgument(
                "'model' or 'checkpoint_dir' must say what is trained.",
                code="missing_required_parameter",
                param="model",
            )
        provider, model = self._chosen(request.model)
        order = Order(
            job=request.job_uuid,
            key=uuid.uuid4().hex,
            provider=provider,
            kind="sft",
            model=model,
            checkpoint=request.checkpoint_dir,
            training=request.training_config,
            algorithm=request.algorithm_config,
            metadata=call.forwarded(),
        )
        return await self._taken(order, call)

    async def preference_optimize(
        self, request: m.PreferenceOptimizeRequest, call: Call
    ) -> Answer[m.PostTrainingJob]:
        """Begin to train on preferences."""
        _check_search(request.hyperparam_search_config)
        if request.training_config.data_config is not None:
            no_teacher(request.training_config.data_config)
        provider, model = self._chosen(request.finetuned_model)
        order = Order(
            job=request.job_uuid,
            key=uuid.uuid4().hex,
            provider=provider,
            kind="dpo",
            model=model,
            checkpoint=None,
            training=request.training_config,
            preference=request.algorithm_config,
            metadata=call.forwarded(),
        )
        return await self._taken(order, call)

    async def list_post_training_jobs(
        self, request: m.ListPostTrainingJobsRequest, call: Call
    ) -> Answer[m.PostTrainingJobList]:
        """List all jobs, oldest first."""
        del request, call
        names = await self._store.names()
        return m.PostTrainingJobList(data=[m.PostTrainingJob(job_uuid=name) for name in names])

    async def get_post_training_job_status(
        self, request: m.GetPostTrainingJobStatusRequest, call: Call
    ) -> Answer[m.PostTrainingJobStatus]:
        """Tell how far a job is."""
        del call
        job, checkpoints = await self._store.get(request.job_uuid)
        return _told(job, checkpoints)

    async def get_post_training_job_artifacts(
        self, request: m.GetPostTrainingJobArtifactsRequest, call: Call
    ) -> Answer[m.PostTrainingJobArtifacts]:
        """Get what a job has made so far."""
        del call
        checkpoints, points = await self._store.artifacts(request.job_uuid)
        return m.PostTrainingJobArtifacts(
            job_uuid=request.job_uuid, checkpoints=checkpoints, loss_curve=points
        )

    async def cancel_post_training_job(
        self, request: m.CancelPostTrainingJobRequest, call: Call
    ) -> None:
        """End a job early."""
        job = await self._store.cancel(request.job_uuid)
        opened = self._providers.get(job.provider)
        if opened is not None and job.note is not None:
            await opened.provider.cancel(job.note, call)

    def _chosen(self, model: str | None) -> tuple[str, str | None]:
        """Return the id of who trains a model, and what they call it."""
        first = next(iter(self._providers))
        if model is None:
            return first, None
        name, slash, rest = model.partition("/")
        return (name, rest) if slash and name in self._providers else (first, model)

    async def _taken(self, order: Order, call: Call) -> m.PostTrainingJob:
        """Check a request, and keep it as a job.

        Raises:
            FleetError: Something is wrong with it.
        """
        if not _NAME.fullmatch(order.job):
            raise InvalidArgument(
                "'job_uuid' has letters, digits, '.', '_' and '-', and begins with a letter or a digit.",
                code="invalid_value",
                param="job_uuid",
            )
        if order.training.data_config is None:
            raise InvalidArgument(
                "'training_config.data_config' must say what the model is trained on.",
                code="missing_required_parameter",
                param="training_config.data_config",
            )
        await self._providers[order.provider].provider.check(order)
        await self._gathering.check(order)
        call.notes["job"] = order.job
        await self._store.create(
            TrainingJob(id=order.job, key=order.key, created=now_ms(), provider=order.provider),
            _encode(order).decode(),
        )
        return m.PostTrainingJob(job_uuid=order.job)


def _check_search(config: msgspec.Raw) -> None:
    if config is not ABSENT and msgspec.json.decode(config) not in ({}, None):
        raise InvalidArgument(
            "Settings are not searched for; leave 'hyperparam_search_config' empty.",
            code="hyperparam_search_not_supported",
            param="hyperparam_search_config",
        )


def _told(job: TrainingJob, checkpoints: list[m.Checkpoint]) -> m.PostTrainingJobStatus:
    """Return a job as callers see it."""
    return m.PostTrainingJobStatus(
        job_uuid=job.id,
        status=job.status,
        scheduled_at=_time(job.created),
        started_at=_time(job.started_at),
        completed_at=_time(job.ended_at),
        resources_allocated=msgspec.Raw((job.resources or "null").encode()),
        checkpoints=checkpoints,
        progress=None if job.progress is None else _progress(job.progress),
        error=None if job.error is None else _error(job.error),
    )


def _time(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    time = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
