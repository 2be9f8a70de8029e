"""What is asked, and what the fake model and the real tool say to it: bytes that are rendered once.

The model calls the tool where it is offered and has not answered yet, and else says so many words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fleet_bench import wire
from fleet_bench.api import json_request

MODEL = "scripted"
TOOL = "weather"
ARGUMENTS = '{"city":"Oslo"}'
FOUND = "It rains in Oslo, at four degrees."
"""What the tool says."""
WORD = "lorem"
"""Each piece of the text; appears nowhere else."""
PIECES = 20
"""How many pieces the text has."""

_CALL_ID = "call_1"
_QUESTION = "What is the weather in Oslo?"
_REPLY = f" {WORD}" * PIECES


def asked(model: str, tool_server: str | None, *, stream: bool) -> bytes:
    """Return a whole HTTP request for a response.

    Args:
        model: The system's name of the model.
        tool_server: The URL of the MCP server whose tools the model may use; nothing for none.
        stream: Whether events are wanted.
    """
    fields: dict[str, Any] = {"model": model, "input": _QUESTION, "stream": stream}
    if tool_server is not None:
        tool = {"type": "mcp", "server_label": "bench", "server_url": tool_server}
        fields["tools"] = [tool | {"require_approval": "never"}]
    return json_request("/v1/responses", fields)


def chats() -> list[bytes]:
    """Return the whole HTTP requests by which a system asks the model: before the tool, and after it."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": _QUESTION}]
    function = {"name": TOOL, "parameters": {"type": "object", "properties": {}}}
    fields = {
        "model": MODEL,
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [{"type": "function", "function": function}],
    }
    called = [
        {"role": "assistant", "tool_calls": [_call()]},
        {"role": "tool", "tool_call_id": _CALL_ID, "content": FOUND},
    ]
    path = "/v1/chat/completions"
    return [
        json_request(path, fields | {"messages": messages}),
        json_request(path, fields | {"messages": messages + called}),
    ]


def calling(*, stream: bool, usage: bool) -> bytes:
    """Return the whole HTTP response in which the model calls the tool."""
    if not stream:
        message = {"role": "assistant", "content": None, "tool_calls": [_call()]}
        return wire.answer(MODEL, message, "tool_calls", PIECES)
    function = {"name": TOOL, "arguments": ""}
    begun = {"index": 0, "id": _CALL_ID, "type": "function", "function": function}
    more = {"index": 0, "function": {"arguments": ARGUMENTS}}
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": None, "tool_calls": [begun]},
        {"tool_calls": [more]},
    ]
    return _stream(deltas, "tool_calls", usage)


def saying(*, stream: bool, usage: bool) -> bytes:
    """Return the whole HTTP response in which the model says its text."""
    if not stream:
        return wire.answer(MODEL, {"role": "assistant", "content": _REPLY}, "stop", PIECES)
    words = [{"content": f" {WORD}"} for _ in range(PIECES)]
    return _stream([{"role": "assistant", "content": ""}, *words], "stop", usage)


def _stream(deltas: Sequence[Mapping[str, Any]], finish: str, usage: bool) -> bytes:
    return wire.STREAM_HEAD + b"".join(wire.streamed(MODEL, deltas, finish, usage, PIECES))


def _call() -> dict[str, Any]:
    function = {"name": TOOL, "arguments": ARGUMENTS}
    return {"id": _CALL_ID, "type": "function", "function": function}
