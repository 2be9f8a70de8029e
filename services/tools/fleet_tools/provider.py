"""What a tools provider is: whoever knows some tools, and runs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

from fleet_runtime.call import Call
from fleet_runtime.providers import Provider


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a tool gave."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image that a tool gave.

    Attributes:
        data: Its bytes in base64.
        media_type: What it is, such as `image/png`.
    """

    data: str
    media_type: str


Content: TypeAlias = Text | Image


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Attributes:
        name: Unique in its group.
        description: What it does, for the model.
        input_schema: The JSON Schema of its arguments.
        output_schema: The JSON Schema of what it gives, if it says so.
        metadata: What else is known of it, such as MCP's annotations.
    """

    name: str
    description: str | None
    input_schema: Mapping[str, Any]
    output_schema: Mapping[str, Any] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the tools of a group come from.

    Attributes:
        uri: The server that has them, for providers that talk to servers which are named per group or per call.
        args: The group's settings, for all of its tools.
        headers: What the caller wants to be sent to the server besides.
        authorization: The caller's token for the server, without `Bearer`. Never to be logged or kept.
        trusted: Whether the config names the server; a caller's may not be just anywhere.
    """

    uri: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    authorization: str | None = field(default=None, repr=False)
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a tool.

    Attributes:
        source: Where it comes from.
        tool: Its name.
        arguments: What it is called with, by name.
    """

    source: Source
    tool: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool gave.

    A tool that failed still gives a result, for the model to read; only what is nobody's mistake who called it, such as
    a server that is away, is raised.

    Attributes:
        content: What it gave.
        error: What went wrong, in words for the model, if it failed.
        error_code: The tool's own number for that.
        metadata: For the caller, not the model: sources that were found, structured content.
    """

    content: Sequence[Content]
    error: str | None = None
    error_code: int | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


class ToolsProvider(Provider, Protocol):
    """Knows tools, and runs them."""

    async def tools(self, source: Source, call: Call) -> Sequence[Tool]:
        """Return the tools of a source.

        Raises:
            FleetError: The source cannot be asked.
        """
        ...

    async def invoke(self, invocation: Invocation, call: Call) -> Result:
        """Run a tool; to be cancelled is to stop it.

        Raises:
            NotFound: There is no such tool.
            InvalidArgument: Its arguments are wrong.
            FleetError: It could not be run at all.
        """
        ...


@dataclass(frozen=True, slots=True)
class About:
    """What a server says of itself.

    Attributes:
        name: What it calls itself.
        description: What it is for.
        version: Its own version.
    """

    name: str | None
    description: str | None
    version: str | None


@runtime_checkable
class ServersProvider(ToolsProvider, Protocol):
    """Talks to servers which are named per group or per call, by the `uri` of a source."""

    async def about(self, source: Source, call: Call) -> About:
        """Return what the server of a source says of itself.

        Raises:
            FleetError: The server cannot be asked.
        """
        ...
