"""The bytes of a model server that speaks the OpenAI API, rendered once.

Every answer is fixed, so that the fake upstream costs next to nothing and each system under
test carries exactly the same bytes.
"""

import json
from collections.abc import Mapping, Sequence

TOKEN = "lorem"
"""The text of every piece of a streamed answer; appears nowhere else."""

CHUNKS = 100
"""How many pieces a streamed answer has, next to the first, which names the role."""

PACE = 50
"""Pieces a second in a paced answer."""

FLAT = "fake"
"""The model that streams as fast as the socket takes it."""

PACED = "fake-paced"
"""The model that streams at `PACE`."""

DIMENSION = 384
CREATED = 1_700_000_000


def completion(model: str) -> bytes:
    """Return a whole HTTP response with a chat completion that was not streamed."""
    message = {"role": "assistant", "content": f"{TOKEN} ipsum dolor sit amet", "refusal": None}
    return answer(model, message, "stop", 5)


def answer(model: str, message: Mapping[str, object], finish: str, tokens: int) -> bytes:
    """Return a whole HTTP response with a chat completion that says `message`."""
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    body = {
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": CREATED,
        "model": model,
        "choices": [choice],
        "usage": _usage(tokens),
    }
    return _response(body)


def embedding(model: str) -> bytes:
    """Return a whole HTTP response with one embedding of `DIMENSION` numbers."""
    vector = [round(0.001 * place, 3) for place in range(DIMENSION)]
    data = [{"object": "embedding", "index": 0, "embedding": vector}]
    usage = {"prompt_tokens": 10, "total_tokens": 10}
    return _response({"object": "list", "data": data, "model": model, "usage": usage})


def models(*names: str) -> bytes:
    """Return a whole HTTP response that lists models."""
    data = [
        {"id": name, "object": "model", "created": CREATED, "owned_by": "bench"} for name in names
    ]
    return _response({"object": "list", "data": data})


def not_found() -> bytes:
    """Return a whole HTTP response for a path that is not served."""
    error = {"message": "no such path", "type": "invalid_request_error", "param": None}
    return _response({"error": error | {"code": "not_found"}}, "404 Not Found")


STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
"""What precedes the pieces of a streamed answer."""


def pieces(model: str, usage: bool) -> list[bytes]:
    """Return a streamed answer, an HTTP chunk each: role, tokens, end, usage if asked, done."""
    words = [{"content": f" {TOKEN}"} for _ in range(CHUNKS)]
    return streamed(model, [{"role": "assistant", "content": ""}, *words], "stop", usage, CHUNKS)


def streamed(
    model: str, deltas: Sequence[Mapping[str, object]], finish: str, usage: bool, tokens: int
) -> list[bytes]:
    """Return a streamed answer, an HTTP chunk each: the deltas, end, usage if asked, done."""
    choices = [*map(_choice, deltas), _choice({}, finish)]
    events = [_event(model, [choice], None if usage else ...) for choice in choices]
    if usage:
        events.append(_event(model, [], _usage(tokens)))
    frames = [_frame(event) for event in [*events, b"data: [DONE]\n\n"]]
    return [*frames[:-1], frames[-1] + b"0\r\n\r\n"]


def _usage(completion_tokens: int) -> dict[str, int]:
    total = 10 + completion_tokens
    return {
        "prompt_tokens": 10,
        "completion_tokens": completion_tokens,
        "total_tokens": total,
    }


def _choice(delta: Mapping[str, object], finish: str | None = None) -> dict[str, object]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _event(model: str, choices: list[dict[str, object]], usage: object) -> bytes:
    """Return one server-sent event; `usage` of `...` leaves the field out, as OpenAI does."""
    chunk: dict[str, object] = {
        "id": "chatcmpl-fake",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": model,
        "choices": choices,
    }
    if usage is not ...:
        chunk["usage"] = usage
    return b"data: " + _compact(chunk) + b"\n\n"


def _frame(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _response(body: dict[str, object], status: str = "200 OK") -> bytes:
    content = _compact(body)
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(content)}"
    return head.encode() + b"\r\n\r\n" + content


def _compact(value: dict[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
