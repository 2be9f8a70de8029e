"""The services that this one asks, by the names that the config gives them."""

from fleet.files.v1.operations import FileProcessorServiceClient, FileServiceClient
from fleet.inference.v1.operations import InferenceServiceClient
from fleet.safety.v1.operations import SafetyServiceClient
from fleet.tools.v1.operations import (
    INVOKE_TOOL,
    TOOL_RUNTIME_SERVICE,
    ToolRuntimeServiceClient,
)
from fleet.vector_io.v1.operations import VectorStoreServiceClient
from fleet_agents.config import ServiceConfig
from fleet_runtime.clients import Channel
from fleet_runtime.errors import Unimplemented
from fleet_upstream.fetcher import Fetcher

# A tool may do harm when it runs twice.
_ONCE = ((TOOL_RUNTIME_SERVICE, INVOKE_TOOL),)


class Neighbours:
    """Connections to the services of the config, kept open.

    Those that the config leaves out are refused when they are asked for.
    """

    def __init__(self, config: ServiceConfig) -> None:
        self._channels: dict[str, Channel] = {}
        self._config = config
        fetch = config.attachments.fetch
        self._fetcher = Fetcher(fetch) if fetch is not None else None
        self.inference = InferenceServiceClient(self._channel(config.inference))

    async def aclose(self) -> None:
        """Close the connections."""
        for channel in self._channels.values():
            await channel.aclose()

    @property
    def stores(self) -> VectorStoreServiceClient:
        """Who searches files."""
        return VectorStoreServiceClient(self._named(self._config.vector_io, "vector_io"))

    @property
    def files(self) -> FileServiceClient:
        """Who keeps files."""
        return FileServiceClient(self._named(self._config.files, "files"))

    @property
    def readers(self) -> FileProcessorServiceClient:
        """Who reads files."""
        return FileProcessorServiceClient(self._named(self._config.files, "files"))

    @property
    def fetcher(self) -> Fetcher:
        """Who fetches files from addresses."""
        if self._fetcher is None:
            raise Unimplemented(
                "Files are not fetched from addresses here: give a 'file_id', or what is in the file as 'file_data'.",
                code="file_url_not_supported",
            )
        return self._fetcher

    @property
    def tools(self) -> ToolRuntimeServiceClient:
        """Who runs tools."""
        return ToolRuntimeServiceClient(self._named(self._config.tools, "tools"))

    @property
    def shields(self) -> SafetyServiceClient:
        """Who checks what goes in and out."""
        return SafetyServiceClient(self._named(self._config.safety, "safety"))

    def _named(self, name: str | None, setting: str) -> Channel:
        if name is None:
            raise Unimplemented(
                f"This needs a service that the fleet does not have; '{setting}' in the config of the agents"
                " service names it.",
                code="service_not_configured",
            )
        return self._channel(name)

    def _channel(self, name: str) -> Channel:
        if name not in self._channels:
            self._channels[name] = Channel(name, once=_ONCE)
        return self._channels[name]
