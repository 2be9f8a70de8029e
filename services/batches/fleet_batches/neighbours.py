"""The services that this one asks, by the names that the config gives them."""

from fleet.agents.v1.operations import ResponseServiceClient
from fleet.files.v1.operations import FileServiceClient
from fleet.inference.v1.operations import InferenceServiceClient, ModelServiceClient
from fleet_batches.config import ServiceConfig
from fleet_runtime.clients import Channel
from fleet_runtime.errors import Unimplemented


class Neighbours:
    """Connections to the services of the config, kept open.

    Attributes:
        files: Who keeps files.
        inference: Who runs models.
        models: Who knows which there are.
    """

    def __init__(self, config: ServiceConfig) -> None:
        files, inference = Channel(config.files), Channel(config.inference)
        agents = None if config.agents is None else Channel(config.agents)
        self._channels = [each for each in (files, inference, agents) if each is not None]
        self.files = FileServiceClient(files)
        self.inference = InferenceServiceClient(inference)
        self.models = ModelServiceClient(inference)
        self._responses = None if agents is None else ResponseServiceClient(agents)

    async def aclose(self) -> None:
        """Close the connections."""
        for channel in self._channels:
            await channel.aclose()

    @property
    def responses(self) -> ResponseServiceClient:
        """Who makes responses.

        Raises:
            Unimplemented: The config names nobody.
        """
        if self._responses is None:
            raise Unimplemented(
                "Batches of responses need a service that the fleet does not have; 'agents' in the config of the"
                " batches service names it.",
                code="service_not_configured",
                param="endpoint",
            )
        return self._responses
