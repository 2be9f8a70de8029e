"""How a fake speaks Anthropic's Messages API.

Format: https://platform.claude.com/docs/en/api/messages, https://platform.claude.com/docs/en/build-with-claude/streaming,
https://platform.claude.com/docs/en/api/models-list, https://platform.claude.com/docs/en/api/errors
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from fleet_testing.native_script import (
    Asked,
    Called,
    Image,
    Part,
    Returned,
    Script,
    StopKind,
    Turn,
)
from fleet_testing.native_upstream import RefusedError
from fleet_testing.openai_answers import Json
from fleet_testing.openai_upstream import Canned, Seen

VERSION = "2023-06-01"
"""What the header `anthropic-version` must say."""
SIGNATURE = "c2lnbmVk"
"""What signs everything that the fake model thinks."""
_CHOICES = {"auto": "auto", "any": "required", "none": "none"}

_STOPS: Mapping[StopKind, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
}
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
_FIELDS = frozenset(
    {"cache_control", "container", "inference_geo", "max_tokens", "messages", "metadata", "model"}
    | {"output_config", "service_tier", "stop_sequences", "stream", "system", "temperature"}
    | {"thinking", "tool_choice", "tools", "top_k", "top_p"}
)
_SUPPORTED, _NOT = {"supported": True}, {"supported": False}


def model(name: str, *, modern: bool = True) -> Json:
    """Return how the vendor lists a model; one that is not modern takes neither schemas nor efforts."""
    can = _SUPPORTED if modern else _NOT
    efforts = dict.fromkeys(("low", "medium", "high", "max"), can) | {"xhigh": _NOT}
    return {
        "type": "model",
        "id": name,
        "display_name": name.title(),
        "created_at": "2026-02-19T00:00:00Z",
        "max_input_tokens": 2048,
        "max_tokens": 1500,
        "capabilities": {
            "structured_outputs": can,
            "effort": can | efforts,
            "thinking": {"supported": True, "types": {"adaptive": can, "enabled": _SUPPORTED}},
        },
    }


class AnthropicWire:
    """Reads requests to `/v1/messages`, and answers them.

    Attributes:
        models: What `/v1/models` lists, a page for each; also what `/v1/models/{id}` tells. Others are as modern ones.
    """

    stream_type = "text/event-stream; charset=utf-8"

    def __init__(self) -> None:
        self.models = [model("chat"), model("older", modern=False)]

    def asked(self, seen: Seen) -> Asked | None:
        """Return what a request to generate text asks."""
        if (seen.method, seen.path) != ("POST", "/v1/messages"):
            return None
        if seen.headers.get("anthropic-version") != VERSION:
            raise RefusedError("anthropic-version: header is required")
        try:
            return _asked(seen.json())
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error

    def key(self, seen: Seen) -> str | None:
        """Return the key that came with a request."""
        return seen.headers.get("x-api-key")

    def whole(self, asked: Asked, said: Script) -> bytes:
        """Return an answer in one."""
        message = _message(asked) | {
            "content": [block for block, _ in _blocks(said)],
            "stop_reason": _STOPS[said.stop],
            "usage": _usage(said),
        }
        return json.dumps(message).encode()

    def events(self, asked: Asked, said: Script) -> Iterator[bytes]:
        """Yield the events of a streamed answer."""
        head = _message(asked) | {"usage": _usage(said) | {"output_tokens": 1}}
        yield _event("message_start", {"message": head})
        for index, (block, deltas) in enumerate(_blocks(said)):
            empty = {name: type(value)() for name, value in block.items()}
            kept = ("type", "id", "name")
            start = empty | {name: block[name] for name in kept if name in block}
            yield _event("content_block_start", {"index": index, "content_block": start})
            for delta in deltas:
                yield _event("content_block_delta", {"index": index, "delta": delta})
            yield _event("content_block_stop", {"index": index})
        yield _event("ping", {})
        stop = {"stop_reason": _STOPS[said.stop], "stop_sequence": None}
        yield _event("message_delta", {"delta": stop, "usage": _usage(said)})
        yield _event("message_stop", {})

    def refusal(self, status: int, message: str) -> bytes:
        """Return the body of a refusal."""
        error = {"type": _ERRORS.get(status, "api_error"), "message": message}
        return json.dumps({"type": "error", "error": error, "request_id": "req_1"}).encode()

    def failure(self, message: str) -> bytes:
        """Return the event that tells, in mid-stream, that something went wrong."""
        return _event("error", {"error": {"type": "overloaded_error", "message": message}})

    def other(self, seen: Seen) -> Canned | None:
        """List models, or tell of one."""
        if not seen.path.startswith("/v1/models"):
            return None
        name = unquote(seen.path.removeprefix("/v1/models").removeprefix("/"))
        known = {entry["id"]: entry for entry in self.models}
        said = known.get(name) or model(name) if name else self._page(seen.query)
        return Canned(json.dumps(said).encode())

    def _page(self, query: str) -> Json:
        """Return a page with one model: the first, or that after `after_id`."""
        after = parse_qs(query).get("after_id", [None])[0]
        ids = [entry["id"] for entry in self.models]
        place = ids.index(after) + 1 if after else 0
        return {
            "data": self.models[place : place + 1],
            "has_more": place + 1 < len(ids),
            "first_id": ids[place],
            "last_id": ids[place],
        }


def _asked(body: Json) -> Asked:
    unknown = body.keys() - _FIELDS
    if unknown:
        raise ValueError(f"{unknown.pop()}: Extra inputs are not permitted")
    if body["model"] == "thinks":
        _check_thoughts(body["messages"])
    choice = body.get("tool_choice") or {"type": "auto"}
    tools = {tool["name"]: tool["input_schema"] for tool in body.get("tools", ())}
    return Asked(
        model=body["model"],
        turns=tuple(_turns(body["messages"])),
        system=_system(body.get("system", "")),
        stream=body.get("stream", False),
        tools=tools,
        choice=choice.get("name") or _CHOICES[choice["type"]],
        parallel=not choice.get("disable_parallel_tool_use", False),
        schema=((body.get("output_config") or {}).get("format") or {}).get("schema"),
        max_tokens=body["max_tokens"],
        temperature=body.get("temperature"),
        top_p=body.get("top_p"),
        stop=tuple(body.get("stop_sequences", ())),
    )


def _check_thoughts(messages: list[Json]) -> None:
    """Refuse calls of tools without the thoughts that came before them, as the vendor does where the model thinks."""
    for message in messages:
        content = message["content"]
        if message["role"] == "assistant" and isinstance(content, list):
            kinds = [block["type"] for block in content]
            if "tool_use" in kinds and kinds[0] != "thinking":
                raise ValueError("messages: Expected `thinking`, but found `tool_use`")


def _system(system: Any) -> str:
    return system if isinstance(system, str) else "\n".join(block["text"] for block in system)


def _turns(messages: list[Json]) -> Iterator[Turn]:
    """Yield the turns; the vendor joins those of one role that follow one another, so here they must not."""
    names: dict[str, str] = {}
    before = None
    for message in messages:
        if message["role"] == before:
            raise ValueError("messages: roles must alternate")
        before, content = message["role"], message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        names |= {block["id"]: block["name"] for block in blocks if block["type"] == "tool_use"}
        yield Turn(message["role"], tuple(_parts(blocks, names)))


def _parts(blocks: list[Json], names: Mapping[str, str]) -> Iterator[Part]:
    for block in blocks:
        if block["type"] == "text":
            if not block["text"]:
                raise ValueError("text content blocks must be non-empty")
            yield block["text"]
        elif block["type"] == "image":
            yield _image(block["source"])
        elif block["type"] == "tool_use":
            yield Called(block["name"], block["input"])
        elif block["type"] == "tool_result":
            yield Returned(names[block["tool_use_id"]], _system(block["content"]))
        elif block["type"] == "thinking":
            if block["signature"] != SIGNATURE:
                raise ValueError("Invalid `signature` in `thinking` block")
        else:
            raise ValueError(f"unknown type {block['type']}")


def _image(source: Json) -> Image:
    if source["type"] == "url":
        return Image(url=source["url"])
    return Image(source["media_type"], base64.b64decode(source["data"], validate=True))


def _message(asked: Asked) -> Json:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _usage(said: Script) -> Json:
    """Return what the answer cost; tokens from the cache are counted apart."""
    return {
        "input_tokens": said.read - said.cached,
        "cache_read_input_tokens": said.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": said.produced,
        "output_tokens_details": {"thinking_tokens": said.reasoning},
    }


def _blocks(said: Script) -> Iterator[tuple[Json, list[Json]]]:
    """Yield each block of the answer, with the deltas that it comes in."""
    if said.thoughts:
        thinking = {"type": "thinking", "thinking": "".join(said.thoughts), "signature": SIGNATURE}
        signed = {"type": "signature_delta", "signature": SIGNATURE}
        yield (
            thinking,
            [{"type": "thinking_delta", "thinking": t} for t in said.thoughts] + [signed],
        )
    if said.words:
        text = {"type": "text", "text": "".join(said.words)}
        yield text, [{"type": "text_delta", "text": word} for word in said.words]
    for place, call in enumerate(said.calls):
        use = {"type": "tool_use", "id": f"toolu_{place}", "name": call.name}
        pieces = ("", *call.pieces)
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        yield use | {"input": call.arguments}, deltas


def _event(kind: str, fields: Json) -> bytes:
    data = json.dumps({"type": kind} | fields, separators=(",", ":"))
    return f"event: {kind}\ndata: {data}\n\n".encode()
