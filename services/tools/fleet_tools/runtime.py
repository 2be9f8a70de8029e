"""Running tools: what every provider's have in common."""

import asyncio
from collections.abc import Mapping
from typing import Any

from grpc import StatusCode

from fleet_runtime.call import Call
from fleet_runtime.errors import DeadlineExceeded, InvalidArgument, UpstreamFailed
from fleet_tools import metrics
from fleet_tools.catalogue import Catalogue
from fleet_tools.config import LimitsConfig
from fleet_tools.origins import NONE, Credentials, Origin
from fleet_tools.provider import Invocation, Result, Tool
from fleet_tools.results import bounded
from fleet_tools.schema_check import mismatch


class ToolFailed(UpstreamFailed):
    """A tool's server failed when the tool may have begun.

    Its status tells nobody to try again, as that of `UpstreamFailed` does: the tool could run twice.
    """

    def __init__(self, error: UpstreamFailed) -> None:
        super().__init__(
            error.message,
            status=error.status,
            type=error.type,
            code=error.code,
            param=error.param,
            retry_after=error.retry_after,
        )
        if self.grpc_code is StatusCode.UNAVAILABLE:
            self.grpc_code = StatusCode.UNKNOWN


class ToolRunner:
    """Runs tools, with checked arguments, in bounded time, and cuts what they give.

    Args:
        catalogue: Which tools there are.
        limits: How long, and how much.
    """

    def __init__(self, catalogue: Catalogue, limits: LimitsConfig) -> None:
        self._catalogue = catalogue
        self._limits = limits

    async def run_named(
        self,
        origin: Origin | None,
        name: str,
        arguments: Mapping[str, Any],
        call: Call,
        credentials: Credentials = NONE,
    ) -> Result:
        """Run the tool that a caller names.

        Args:
            origin: Where it comes from, if the caller says so.
            name: Its name; without an origin it may be `group/tool`.
            arguments: What it is called with.
            call: On whose behalf. To be cancelled is to stop the tool.
            credentials: What its server is told, where the origin does not say.

        Raises:
            NotFound: There is no such tool.
            InvalidArgument: Its arguments are wrong; the tool was not run.
            DeadlineExceeded: It took too long, and was stopped.
            FleetError: It could not be run at all.
        """
        if origin is None:
            origin, name = await self._catalogue.find(name, credentials, call)
        call.notes["provider"] = origin.provider_id
        if origin.group is not None:
            call.notes |= {"tool_group": origin.group, "tool": name}
        with metrics.counted(origin.provider_id, origin.group, name) as outcome:
            tool = await self._catalogue.tool(origin, name, call)
            check_arguments(tool, arguments)
            result = await self._run(origin, Invocation(origin.source, name, arguments), call)
            outcome.failed = result.error is not None
        return bounded(result, self._limits)

    async def _run(self, origin: Origin, invocation: Invocation, call: Call) -> Result:
        left, seconds = call.seconds_left(), self._limits.call_seconds
        try:
            async with asyncio.timeout(seconds if left is None else min(seconds, left)):
                return await origin.provider.invoke(invocation, call)
        except TimeoutError:
            raise DeadlineExceeded(
                f"The tool '{invocation.tool}' took too long, and was stopped.",
                code="tool_timeout",
            ) from None
        except UpstreamFailed as error:
            raise ToolFailed(error) from error


def check_arguments(tool: Tool, arguments: Mapping[str, Any]) -> None:
    """Raise `InvalidArgument`, which names the field, unless `arguments` fit the tool's schema."""
    found = mismatch(dict(arguments), tool.input_schema)
    if found:
        what = f"argument '{found.path}'" if found.path else "the arguments"
        raise InvalidArgument(
            f"Tool '{tool.name}': {what} {found.reason}.",
            code="invalid_tool_arguments",
            param=f"kwargs.{found.path}" if found.path else "kwargs",
        )
