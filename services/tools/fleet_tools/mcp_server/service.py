"""The operation by which the fleet is an MCP server for its own tool groups."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any, TypeAlias

import msgspec

from fleet.tools.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import DeadlineExceeded, FleetError, InvalidArgument, NotFound
from fleet_runtime.operation import Answer
from fleet_tools.catalogue import Catalogue
from fleet_tools.mcp_server.protocol import (
    ENVELOPE_VERSIONS,
    HANDSHAKE_VERSIONS,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    SERVER_INFO_KEY,
    RpcError,
    agreed_version,
    has_envelope,
)
from fleet_tools.mcp_server.telling import failure, result_of, tool_of
from fleet_tools.origins import Origin, Origins
from fleet_tools.runtime import ToolRunner

PAGE = 100
"""How many tools a page of `tools/list` has."""

_Json: TypeAlias = dict[str, Any]
_Method: TypeAlias = Callable[[Origin, _Json, Call], Awaitable[_Json]]

# What results of the latest revision say besides. No list may be kept: it changes with its server.
_COMPLETE: _Json = {"resultType": "complete"}
_FRESH: _Json = {"ttlMs": 0, "cacheScope": "private"}
_KEPT = ("server/discover", "tools/list")
_CAPABILITIES: _Json = {"tools": {}}


class McpOperations:
    """Answers MCP clients.

    Args:
        origins: The tool groups.
        catalogue: Their tools.
        runner: Who runs them.
    """

    def __init__(self, origins: Origins, catalogue: Catalogue, runner: ToolRunner) -> None:
        self._origins = origins
        self._catalogue = catalogue
        self._runner = runner
        self._server = {"name": "llama-fleet", "version": version("llama-fleet")}
        self._methods: dict[str, _Method] = {
            "ping": self._ping,
            "tools/list": self._list,
            "tools/call": self._call,
        }

    async def exchange_mcp_message(self, request: m.McpMessage, call: Call) -> Answer[m.McpReply]:
        """Answer one message; with nothing, if it wants no answer."""
        group = await self._origins.groups.get(request.toolgroup_id)
        if request.id is ABSENT or request.method is None:
            return None
        try:
            result = await self._answer(self._origins.of_group(group), request, call)
        except RpcError as error:
            return _refused(request.id, error)
        return m.McpAnswer(id=request.id, result=msgspec.Raw(msgspec.json.encode(result)))

    async def _answer(self, origin: Origin, request: m.McpMessage, call: Call) -> _Json:
        method, params = request.method or "", _params(request)
        call.notes["mcp_method"] = method if method in self._methods else "other"
        if bytes(request.id) == b"null":
            raise RpcError(INVALID_REQUEST, "`id` must be a string or a number.")
        enveloped = has_envelope(method, params, call)
        own = self._discover if enveloped else self._initialize
        methods = self._methods | {"server/discover" if enveloped else "initialize": own}
        if method not in methods:
            raise RpcError(METHOD_NOT_FOUND, f"There is no method '{method}' here.")
        result = await methods[method](origin, params, call)
        if not enveloped:
            return result
        return result | _COMPLETE | (_FRESH if method in _KEPT else {})

    async def _initialize(self, origin: Origin, params: _Json, call: Call) -> _Json:
        del call
        return {
            "protocolVersion": agreed_version(params.get("protocolVersion")),
            "capabilities": _CAPABILITIES,
            "serverInfo": self._server | {"title": origin.group},
        }

    async def _discover(self, origin: Origin, params: _Json, call: Call) -> _Json:
        del params, call
        return {
            "supportedVersions": [*ENVELOPE_VERSIONS, *HANDSHAKE_VERSIONS],
            "capabilities": _CAPABILITIES,
            "_meta": {SERVER_INFO_KEY: self._server | {"title": origin.group}},
        }

    async def _ping(self, origin: Origin, params: _Json, call: Call) -> _Json:
        del origin, params, call
        return {}

    async def _list(self, origin: Origin, params: _Json, call: Call) -> _Json:
        start = _start(params.get("cursor"))
        try:
            tools = await self._catalogue.tools(origin, call)
        except FleetError as error:
            raise _internal(error) from error
        page = tools[start : start + PAGE]
        told: _Json = {"tools": [tool_of(tool) for tool in page]}
        if start + PAGE < len(tools):
            told["nextCursor"] = str(start + PAGE)
        return told

    async def _call(self, origin: Origin, params: _Json, call: Call) -> _Json:
        name, arguments = params.get("name"), params.get("arguments")
        arguments = {} if arguments is None else arguments
        if not isinstance(name, str) or not isinstance(arguments, dict):
            raise RpcError(INVALID_PARAMS, "`name` must be a string, and `arguments` an object.")
        try:
            tool = await self._catalogue.tool(origin, name, call)
            return result_of(await self._runner.run_named(origin, name, arguments, call), tool)
        except NotFound as error:
            raise RpcError(INVALID_PARAMS, error.message) from error
        except (InvalidArgument, DeadlineExceeded) as error:
            return failure(error.message)
        except FleetError as error:
            raise _internal(error) from error


def _params(request: m.McpMessage) -> _Json:
    """Return the params of a request; none are an empty object."""
    params = {} if request.params is ABSENT else msgspec.json.decode(request.params)
    if not isinstance(params, dict):
        raise RpcError(INVALID_PARAMS, "`params` must be an object.")
    return params


def _start(cursor: object) -> int:
    """Return where a page begins."""
    if cursor is None:
        return 0
    if not isinstance(cursor, str) or not (cursor.isascii() and cursor.isdecimal()):
        raise RpcError(INVALID_PARAMS, "`cursor` is none that was given out here.")
    return int(cursor[:9])


def _internal(error: FleetError) -> RpcError:
    return RpcError(INTERNAL_ERROR, error.message, {"status": error.status, "code": error.code})


def _refused(identity: msgspec.Raw, error: RpcError) -> m.McpAnswer:
    data = ABSENT if error.data is None else msgspec.Raw(msgspec.json.encode(error.data))
    told = m.McpError(code=error.code, message=error.message, data=data)
    return m.McpAnswer(id=identity, error=told)
