"""The services that this one asks, by the names that the config gives them."""

from fleet.eval.v1.operations import (
    DatasetIoServiceClient,
    ScoringServiceClient,
)
from fleet.inference.v1.operations import InferenceServiceClient
from fleet_post_training.config import ServiceConfig
from fleet_runtime.clients import Channel


class Neighbours:
    """Connections to the services of the config, kept open.

    Attributes:
        rows: Who has the rows of datasets.
        scoring: Who scores.
        inference: Who runs models.
    """

    def __init__(self, config: ServiceConfig) -> None:
        self._datasets = Channel(config.datasets)
        self._inference = Channel(config.inference)
        self.rows = DatasetIoServiceClient(self._datasets)
        self.scoring = ScoringServiceClient(self._datasets)
        self.inference = InferenceServiceClient(self._inference)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._datasets.aclose()
        await self._inference.aclose()
