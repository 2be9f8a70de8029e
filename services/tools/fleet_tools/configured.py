"""The tool groups of the config."""

from collections.abc import Iterator, Mapping

import structlog

from fleet_runtime.config import ConfigError
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.providers import Opened
from fleet_tools.config import ServiceConfig, ToolGroupConfig
from fleet_tools.group import ToolGroup
from fleet_tools.origins import check_group
from fleet_tools.provider import ToolsProvider

log = structlog.get_logger()


def configured_groups(
    config: ServiceConfig, providers: Mapping[str, Opened[ToolsProvider]]
) -> Iterator[ToolGroup]:
    """Yield the groups of the config: of those with one name, the first whose provider is there.

    Those whose provider is left out are left out too, loudly.

    Raises:
        ConfigError: A group's provider is unknown, or wants to know a server and is told none, or the other way round.
    """
    seen: set[str] = set()
    left_out = {entry.id for entry in config.providers} - providers.keys()
    for place, entry in enumerate(config.tool_groups):
        if entry.provider_id in left_out:
            log.warning("tool_group.left_out", group=entry.toolgroup_id, provider=entry.provider_id)
            continue
        group = _group(entry)
        try:
            check_group(group, providers)
        except InvalidArgument as error:
            raise ConfigError(f"tool_groups[{place}].{error.param}: {error.message}") from None
        if group.id not in seen:
            seen.add(group.id)
            yield group


def _group(entry: ToolGroupConfig) -> ToolGroup:
    return ToolGroup(
        entry.toolgroup_id,
        entry.provider_id,
        entry.mcp_endpoint.uri if entry.mcp_endpoint else None,
        entry.args,
        configured=True,
    )
