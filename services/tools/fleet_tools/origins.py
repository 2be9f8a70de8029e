"""Where the tools of a call come from: a group, a connector, or a server that the caller names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.providers import Opened
from fleet_tools.config import ConnectorConfig
from fleet_tools.group import ToolGroup
from fleet_tools.groups import ToolGroups
from fleet_tools.provider import ServersProvider, Source, ToolsProvider


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the caller wants a tool's server to be told.

    Attributes:
        headers: Headers by name.
        authorization: A token, without `Bearer`.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    authorization: str | None = field(default=None, repr=False)


NONE = Credentials()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where tools come from.

    Attributes:
        provider_id: The provider that runs them.
        provider: The same, open.
        source: What it must know.
        group: The tool group's name, if they are one's.
    """

    provider_id: str
    provider: ToolsProvider
    source: Source
    group: str | None = None


class Origins:
    """Finds where tools come from.

    Args:
        providers: Who runs tools.
        groups: The tool groups.
        connectors: The servers that are known by an id.
    """

    def __init__(
        self,
        providers: Mapping[str, Opened[ToolsProvider]],
        groups: ToolGroups,
        connectors: Iterable[ConnectorConfig],
    ) -> None:
        self.groups = groups
        self._providers = providers
        self._connectors = {connector.connector_id: connector for connector in connectors}

    @property
    def connectors(self) -> list[ConnectorConfig]:
        """The servers that are known by an id."""
        return list(self._connectors.values())

    async def named(
        self, group: str | None, connector: str | None, uri: str | None, credentials: Credentials
    ) -> Origin | None:
        """Return where the tools come from that a request names; nothing if it does not say.

        Raises:
            InvalidArgument: It says so in two ways.
            NotFound: There is no such group or connector.
        """
        if sum(way is not None for way in (group, connector, uri)) > 1:
            raise InvalidArgument(
                "Name a tool group, a connector or an MCP server, but one of them only.",
                code="invalid_value",
            )
        if group is not None:
            return self.of_group(await self.groups.get(group), credentials)
        if connector is not None:
            return self.of_connector(self.connector(connector), credentials)
        if uri is not None:
            return self._of_server(uri, credentials, trusted=False)
        return None

    def of_group(self, group: ToolGroup, credentials: Credentials = NONE) -> Origin:
        """Return where the tools of a group come from.

        Raises:
            NotFound: Its provider is not there.
        """
        source = Source(
            uri=group.uri,
            args=group.args,
            headers=credentials.headers,
            authorization=credentials.authorization,
            trusted=group.configured,
        )
        opened = self._providers.get(group.provider)
        if opened is None:  # left out for want of a key, or taken from the config since
            raise NotFound(
                f"The provider '{group.provider}' of the tool group '{group.id}' is not there.",
                code="provider_not_found",
            )
        return Origin(group.provider, opened.provider, source, group.id)

    def of_connector(self, connector: ConnectorConfig, credentials: Credentials) -> Origin:
        """Return where the tools of a connector come from.

        Raises:
            InvalidArgument: No provider talks to servers.
        """
        return self._of_server(connector.url, credentials, trusted=True)

    def connector(self, name: str) -> ConnectorConfig:
        """Return a connector.

        Raises:
            NotFound: There is none of that name.
        """
        if name not in self._connectors:
            raise NotFound(
                f"Connector '{name}' not found. Use 'client.beta.connectors.list()' to list available connectors.",
                code="connector_not_found",
                param="connector_id",
            )
        return self._connectors[name]

    def servers(self) -> tuple[str, ServersProvider]:
        """Return the first provider that talks to servers, and its id.

        Raises:
            InvalidArgument: There is none.
        """
        for name, opened in self._providers.items():
            if isinstance(opened.provider, ServersProvider):
                return name, opened.provider
        raise InvalidArgument(
            "No provider of the tools service talks to MCP servers; its config needs `remote::model-context-protocol`.",
            code="no_mcp_provider",
        )

    def check(self, group: ToolGroup) -> None:
        """Refuse a group that could never be used.

        Raises:
            InvalidArgument: As `check_group` does.
        """
        check_group(group, self._providers)

    def _of_server(self, uri: str, credentials: Credentials, *, trusted: bool) -> Origin:
        provider_id, provider = self.servers()
        source = Source(
            uri=uri,
            headers=credentials.headers,
            authorization=credentials.authorization,
            trusted=trusted,
        )
        return Origin(provider_id, provider, source)


def check_group(group: ToolGroup, providers: Mapping[str, Opened[ToolsProvider]]) -> None:
    """Refuse a group that could never be used.

    Raises:
        InvalidArgument: Its provider is unknown, wants to know a server and is told none, or the other way round.
    """
    if group.provider not in providers:
        raise InvalidArgument(
            f"'provider_id' must be one of: {', '.join(providers)}.",
            code="unknown_provider",
            param="provider_id",
        )
    asks = isinstance(providers[group.provider].provider, ServersProvider)
    if asks != (group.uri is not None):
        raise InvalidArgument(
            f"The provider '{group.provider}' needs 'mcp_endpoint': the server that has the tools."
            if asks
            else f"The provider '{group.provider}' takes no 'mcp_endpoint': it has its own tools.",
            code="invalid_value",
            param="mcp_endpoint",
        )
