"""How a fake speaks IBM watsonx.ai's own API, and that of IBM Cloud's identity service.

Format: https://cloud.ibm.com/apidocs/watsonx-ai, https://cloud.ibm.com/apidocs/iam-identity-token-api
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from fleet_testing.native_script import Asked, Script
from fleet_testing.native_upstream import RefusedError
from fleet_testing.openai_answers import Json
from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.watsonx_generation import (
    PATHS,
    AskedToContinue,
    asked_to_continue,
    continued,
    continued_events,
)
from fleet_testing.watsonx_questions import AskedForSeveral, asked_of_watsonx

GRANT = "urn:ibm:params:oauth:grant-type:apikey"
PROJECT = "p-1"
"""The project that the configured key belongs to."""

_DIMENSIONS = 4
_SERVERS_FAULT = 500


class WatsonXWire:
    """Reads requests to `/ml/v1/text/chat` and `generation` and to their streams, and answers them.

    Attributes:
        seconds: How long tokens last.
        issued: The API key of each token that was issued, in order.
    """

    stream_type = "text/event-stream"

    def __init__(self) -> None:
        self.seconds = 3600
        self.issued: list[str] = []

    def asked(self, seen: Seen) -> Asked | None:
        """Return what a request to generate text asks."""
        if seen.path not in ("/ml/v1/text/chat", "/ml/v1/text/chat_stream", *PATHS):
            return None
        _check_version(seen)
        read = asked_to_continue if seen.path in PATHS else asked_of_watsonx
        try:
            return read(seen.json(), stream=seen.path.endswith("_stream"))
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error

    def key(self, seen: Seen) -> str | None:
        """Return the API key for which the token was issued that came with a request."""
        token = seen.headers.get("authorization", "").removeprefix("Bearer iam-")
        return base64.urlsafe_b64decode(token).decode() if token else None

    def whole(self, asked: Asked, said: Script) -> bytes:
        """Return an answer in one."""
        if isinstance(asked, AskedToContinue):
            return json.dumps(continued(asked, said)).encode()
        message: Json = {"role": "assistant", "content": "".join(said.words)}
        if said.thoughts:
            message["reasoning_content"] = "".join(said.thoughts)
        if said.calls:
            message.pop("content")
            message["tool_calls"] = [_call(place, said) for place in range(len(said.calls))]
        choice = {"message": message, "finish_reason": said.stop}
        choices = [{"index": index} | choice for index in range(_n(asked))]
        answer = _head(asked) | {"choices": choices, "usage": _usage(asked, said)}
        return json.dumps(answer).encode()

    def events(self, asked: Asked, said: Script) -> Iterator[bytes]:
        """Yield the events of a streamed answer; the last two of a conversation come at once."""
        if isinstance(asked, AskedToContinue):
            for event in continued_events(asked, said):
                yield _event("message", event)
            return
        head, ends = _head(asked), b""
        for index in range(_n(asked)):
            for delta in _deltas(said):
                choice = {"index": index, "finish_reason": None, "delta": delta}
                yield _event("message", head | {"choices": [choice]})
            end = {"index": index, "finish_reason": said.stop, "delta": {"content": ""}}
            ends += _event("message", head | {"choices": [end]})
        yield ends + _event("message", head | {"choices": [], "usage": _usage(asked, said)})

    def refusal(self, status: int, message: str) -> bytes:
        """Return the body of a refusal."""
        return json.dumps(_errors(status, message)).encode()

    def failure(self, message: str) -> bytes:
        """Return the event that tells, in mid-stream, that something went wrong."""
        return _event("error", _errors(500, message))

    def other(self, seen: Seen) -> Canned | None:
        """Issue tokens, list models, embed and rerank."""
        if seen.path == "/identity/token":
            return self._token(seen)
        if not seen.path.startswith("/ml/v1/"):
            return None
        _check_version(seen)
        if seen.path == "/ml/v1/foundation_model_specs":
            return _json(_page(seen))
        if seen.path == "/ml/v1/text/embeddings":
            return _json(_embeddings(seen.json()))
        if seen.path == "/ml/v1/text/rerank":
            return _json(_ranking(seen.json()))
        return None

    def _token(self, seen: Seen) -> Canned:
        form = parse_qs(seen.body.decode())
        if seen.headers["content-type"] != "application/x-www-form-urlencoded":
            raise RefusedError("Unsupported content type")
        if form["grant_type"] != [GRANT]:
            raise RefusedError("Property missing or empty: grant_type")
        (key,) = form["apikey"]
        self.issued.append(key)
        return _json(
            {
                "access_token": f"iam-{base64.urlsafe_b64encode(key.encode()).decode()}",
                "refresh_token": "not_supported",
                "token_type": "Bearer",
                "expires_in": self.seconds,
                "expiration": int(time.time()) + self.seconds,
                "scope": "ibm openid",
            }
        )


def _json(content: Json) -> Canned:
    return Canned(json.dumps(content).encode())


def _check_version(seen: Seen) -> None:
    if "version" not in parse_qs(seen.query):
        raise RefusedError("Missing query parameter: version")


def _errors(status: int, message: str) -> Json:
    code = "invalid_request" if status < _SERVERS_FAULT else "downstream_error"
    return {
        "errors": [{"code": code, "message": message, "more_info": "https://cloud.ibm.com"}],
        "trace": "9daee671916a4678",
        "status_code": status,
    }


def _n(asked: Asked) -> int:
    return asked.n if isinstance(asked, AskedForSeveral) else 1


def _head(asked: Asked) -> Json:
    now = int(time.time())
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk" if asked.stream else "chat.completion",
        "model_id": asked.model,
        "model": asked.model,
        "created": now,
        "model_version": "1.0.0",
        "created_at": "2026-01-01T00:00:00.000Z",
    }


def _usage(asked: Asked, said: Script) -> Json:
    produced = said.produced * _n(asked)
    return {
        "prompt_tokens": said.read,
        "completion_tokens": produced,
        "total_tokens": said.read + produced,
    }


def _call(place: int, said: Script) -> Json:
    call = said.calls[place]
    function = {"name": call.name, "arguments": "".join(call.pieces)}
    return {"id": f"chatcmpl-tool-{place}", "type": "function", "function": function}


def _deltas(said: Script) -> Iterator[Json]:
    yield {"role": "assistant", "content": ""}
    for thought in said.thoughts:
        yield {"reasoning_content": thought}
    for word in said.words:
        yield {"content": word}
    for place, call in enumerate(said.calls):
        first = {"name": call.name, "arguments": ""}
        head = {"index": place, "id": f"chatcmpl-tool-{place}", "type": "function"}
        yield {"tool_calls": [head | {"function": first}]}
        for piece in call.pieces:
            yield {"tool_calls": [{"index": place, "function": {"name": "", "arguments": piece}}]}


def _event(kind: str, content: Json) -> bytes:
    data = json.dumps(content, separators=(",", ":"))
    return f"id: 1\nevent: {kind}\ndata: {data}\n\n".encode()


_MODELS: tuple[Mapping[str, Any], ...] = (
    {
        "model_id": "chat",
        "functions": [{"id": "text_generation"}, {"id": "text_chat"}],
        "model_limits": {"max_sequence_length": 2048, "max_output_tokens": 1500},
    },
    {
        "model_id": "text-embedder",
        "functions": [{"id": "embedding"}],
        "model_limits": {"max_sequence_length": 512, "embedding_dimension": _DIMENSIONS},
    },
    {"model_id": "forecaster", "functions": [{"id": "time_series_forecast"}]},
    {"model_id": "reranker", "functions": [{"id": "rerank"}]},
)


def _page(seen: Seen) -> Json:
    """Return a page with one model; the next page is on a host that nobody here can reach."""
    place = int(parse_qs(seen.query).get("start", ["0"])[0])
    page: Json = {"total_count": len(_MODELS), "limit": 1, "resources": [_MODELS[place]]}
    if place + 1 < len(_MODELS):
        href = "https://us-south.ml.cloud.ibm.com/ml/v1/foundation_model_specs"
        page["next"] = {"href": f"{href}?version=2025-04-23&limit=200&start={place + 1}"}
    return page


def _embeddings(body: Json) -> Json:
    if body.keys() - {"model_id", "project_id", "space_id", "inputs", "parameters"}:
        raise RefusedError("Json document validation error: unknown field")
    vectors = [
        [1.0 / (len(text) + place + 1) for place in range(_DIMENSIONS)] for text in body["inputs"]
    ]
    return {
        "model_id": body["model_id"],
        "results": [{"embedding": vector} for vector in vectors],
        "created_at": "2026-01-01T00:00:00Z",
        "input_token_count": len(vectors),
    }


def _ranking(body: Json) -> Json:
    """Return how many words each text shares with the query."""
    query = set(body["query"].split())
    scores = [len(query & set(item["text"].split())) / len(query) for item in body["inputs"]]
    best = sorted(range(len(scores)), key=lambda place: -scores[place])
    most = body.get("parameters", {}).get("return_options", {}).get("top_n")
    results = [{"index": place, "score": scores[place]} for place in best[:most]]
    return {"model_id": body["model_id"], "results": results, "input_token_count": 9}
