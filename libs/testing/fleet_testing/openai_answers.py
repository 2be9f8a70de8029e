"""What the fake model server says: it repeats the last words it was given, in OpenAI's documented shapes."""

import base64
import json
import struct
from collections.abc import Iterator
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

CREATED = 1_700_000_000
DIMENSIONS = 8


def chat(request: Json) -> Json:
    """Return a `chat.completion`."""
    choices = [
        {
            "index": index,
            "message": _message(request),
            "logprobs": _logprobs(request, words(request)),
            "finish_reason": _reason(request),
        }
        for index in range(request.get("n") or 1)
    ]
    return _head("chat.completion", request) | {"choices": choices, "usage": usage(request)}


def chat_chunks(request: Json) -> Iterator[Json]:
    """Yield the `chat.completion.chunk`s of the same answer."""
    head = _head("chat.completion.chunk", request)
    for index in range(request.get("n") or 1):
        for delta, said in _deltas(request):
            choice = {"index": index, "delta": delta, "logprobs": _logprobs(request, said)}
            yield head | {"choices": [choice | {"finish_reason": None}]}
        end = {"index": index, "delta": {}, "logprobs": None, "finish_reason": _reason(request)}
        yield head | {"choices": [end]}
    yield from _usage_chunk(head, request)


def completion(request: Json) -> Json:
    """Return a `text_completion`."""
    choice = {"index": 0, "text": "".join(words(request)), "logprobs": None}
    return _head("text_completion", request) | {
        "choices": [choice | {"finish_reason": "stop"}],
        "usage": usage(request),
    }


def completion_chunks(request: Json) -> Iterator[Json]:
    """Yield the pieces of the same answer."""
    head = _head("text_completion", request)
    for word in words(request):
        choice = {"index": 0, "text": word, "logprobs": None, "finish_reason": None}
        yield head | {"choices": [choice]}
    end = {"index": 0, "text": "", "logprobs": None, "finish_reason": "stop"}
    yield head | {"choices": [end]}
    yield from _usage_chunk(head, request)


def embeddings(request: Json) -> Json:
    """Return an embedding list: vectors that only depend on the lengths of the texts."""
    texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
    length = request.get("dimensions") or DIMENSIONS
    vectors = [[1.0 / (len(text) + place + 1) for place in range(length)] for text in texts]
    data = [
        {"object": "embedding", "index": index, "embedding": _vector(vector, request)}
        for index, vector in enumerate(vectors)
    ]
    tokens = sum(len(text.split()) for text in texts)
    cost = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": request["model"], "usage": cost}


def ranking(request: Json) -> Json:
    """Return how many words each document shares with the query, as vLLM's `/rerank` does."""
    query = set(request["query"].split())
    scores = [len(query & set(text.split())) / len(query) for text in request["documents"]]
    best = sorted(enumerate(scores), key=lambda scored: -scored[1])[: request.get("top_n")]
    results = [
        {"index": i, "document": {"text": request["documents"][i]}, "relevance_score": score}
        for i, score in best
    ]
    return {"id": "rerank-1", "model": request["model"], "results": results}


def error(message: str, kind: str = "invalid_request_error", code: str | None = None) -> Json:
    """Return OpenAI's envelope of an error."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def event(message: Json) -> bytes:
    """Return `message` as a server-sent event."""
    return b"data: " + dumps(message) + b"\n\n"


def dumps(message: Json) -> bytes:
    """Return `message` as compact JSON."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()


def words(request: Json) -> list[str]:
    """Return the tokens of the answer: the words that came last, each with the space before it."""
    if "messages" in request:
        content = request["messages"][-1].get("content") or ""
        parts = content if isinstance(content, list) else [{"text": content}]
        text = " ".join(part.get("text", "") for part in parts)
    else:
        text = request["prompt"]
    return [word if place == 0 else f" {word}" for place, word in enumerate(text.split())]


def usage(request: Json) -> Json:
    """Return what the answer cost, a word being a token."""
    tokens = len(words(request))
    return {"prompt_tokens": tokens, "completion_tokens": tokens, "total_tokens": 2 * tokens}


def _head(kind: str, request: Json) -> Json:
    return {"id": "chatcmpl-1", "object": kind, "created": CREATED, "model": request["model"]}


def _usage_chunk(head: Json, request: Json) -> Iterator[Json]:
    if (request.get("stream_options") or {}).get("include_usage"):
        yield head | {"choices": [], "usage": usage(request)}


def _calls_tool(request: Json) -> bool:
    """Whether the answer is a call: of the first tool, unless what it gave is there already."""
    answered = request.get("messages", [{}])[-1].get("role") == "tool"
    return bool(request.get("tools")) and request.get("tool_choice") != "none" and not answered


def _reason(request: Json) -> str:
    return "tool_calls" if _calls_tool(request) else "stop"


def _tool_call(request: Json) -> Json:
    function = request["tools"][0]["function"]
    properties = (function.get("parameters") or {}).get("properties") or ["text"]
    arguments = json.dumps({next(iter(properties)): "".join(words(request))})
    name = function["name"]
    return {
        "id": "call_1",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


def _message(request: Json) -> Json:
    message = {"role": "assistant", "content": "".join(words(request)), "refusal": None}
    if _calls_tool(request):
        return message | {"content": None, "tool_calls": [_tool_call(request)]}
    return message


def _deltas(request: Json) -> Iterator[tuple[Json, list[str]]]:
    """Yield what is new, and the tokens of it."""
    yield {"role": "assistant", "content": ""}, []
    if _calls_tool(request):
        yield {"tool_calls": [{"index": 0} | _tool_call(request)]}, []
        return
    for word in words(request):
        yield {"content": word}, [word]


def _logprobs(request: Json, tokens: list[str]) -> Json | None:
    if not request.get("logprobs"):
        return None
    top = request.get("top_logprobs") or 0
    return {"content": [_token(t) | {"top_logprobs": [_token(t)] * top} for t in tokens]}


def _token(text: str) -> Json:
    return {"token": text, "logprob": -0.5, "bytes": list(text.encode())}


def _vector(vector: list[float], request: Json) -> list[float] | str:
    if request.get("encoding_format") != "base64":
        return vector
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
