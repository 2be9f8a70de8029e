"""Working on jobs: any process may, and go on where another one died."""

from collections.abc import Mapping
from contextlib import suppress

import msgspec
import structlog

from fleet_post_training.gathering import Gathering
from fleet_post_training.progress import JobReport, Progress
from fleet_post_training.provider import Order, TrainingProvider
from fleet_runtime.errors import FleetError, InvalidArgument
from fleet_runtime.jobs import Job, TakenAwayError
from fleet_runtime.providers import Opened

log = structlog.get_logger()

_order = msgspec.json.Decoder(Order).decode


class TrainingWork:
    """Works on jobs.

    Args:
        progress: Keeps how far they are.
        gathering: Has their examples.
        providers: Train, by id.
    """

    def __init__(
        self,
        progress: Progress,
        gathering: Gathering,
        providers: Mapping[str, Opened[TrainingProvider]],
    ) -> None:
        self._progress = progress
        self._gathering = gathering
        self._providers = providers

    async def run(self, job: Job) -> None:
        """Work on a job until it is done.

        Raises:
            FleetError: It cannot be gone on with.
        """
        order = _order(job.payload)
        opened = self._providers.get(order.provider)
        if opened is None:
            raise InvalidArgument(
                f"The provider '{order.provider}' of the job is not there any more.",
                code="provider_not_found",
            )
        with suppress(TakenAwayError):
            report = JobReport(self._progress, job, await self._progress.begin(job))
            await opened.provider.train(order, self._gathering.examples(order), report)
            await self._progress.completed(job)
            log.info("post_training.completed", job=order.job)

    async def failed(self, job: Job, error: FleetError) -> None:
        """Keep why a job failed."""
        await self._progress.failed(job, error)
