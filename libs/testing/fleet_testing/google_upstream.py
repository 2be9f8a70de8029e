"""How a fake speaks Google's Gemini API, and Vertex AI's.

Format: https://ai.google.dev/api/generate-content, https://ai.google.dev/api/embeddings, https://ai.google.dev/api/models,
https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference, https://google.aip.dev/193
"""

import base64
import json
import re
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
from fleet_testing.openai_answers import DIMENSIONS, Json
from fleet_testing.openai_upstream import Canned, Seen

SIGNATURE = "c2lnbmVk"
"""What signs the first call of each answer."""

_STOPS: Mapping[StopKind, str] = {
    "stop": "STOP",
    "length": "MAX_TOKENS",
    "tool_calls": "STOP",
    "content_filter": "SAFETY",
}
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}
_FIELDS = frozenset(
    {
        "cachedContent",
        "contents",
        "generationConfig",
        "labels",
        "safetySettings",
        "systemInstruction",
    }
    | {"toolConfig", "tools"}
)
_GENERATION = frozenset(
    {"candidateCount", "frequencyPenalty", "logprobs", "maxOutputTokens", "mediaResolution"}
    | {"presencePenalty", "responseJsonSchema", "responseLogprobs", "responseMimeType", "seed"}
    | {"stopSequences", "temperature", "thinkingConfig", "topK", "topP"}
)
_MODES = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto"}
_EMBEDDINGS = ("embedContent", "batchEmbedContents", "predict")

MODELS: tuple[Json, ...] = (
    {
        "name": "models/chat",
        "inputTokenLimit": 2048,
        "outputTokenLimit": 1500,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    },
    {"name": "models/text-embedder", "supportedGenerationMethods": ["embedContent"]},
    {"name": "models/painter", "supportedGenerationMethods": ["predict"]},
)
"""What the Gemini API lists, a page for each."""
PUBLISHED: tuple[Json, ...] = tuple(
    {"name": f"publishers/google/models/{name}", "versionId": "001"}
    for name in ("gemini-chat", "text-embedder", "painter")
)
"""What Vertex AI lists, a page for each."""


class GoogleWire:
    """Reads requests to generate content, and answers them.

    Args:
        vertex: Whether this is Vertex AI, where calls have no ids.
    """

    stream_type = "text/event-stream"

    def __init__(self, *, vertex: bool = False) -> None:
        folder = r"/v1/projects/[^/]+/locations/[^/]+/publishers/google" if vertex else "/v1beta"
        self._path = re.compile(folder + r"/models/([^/]+):(\w+)")
        self._vertex = vertex

    def asked(self, seen: Seen) -> Asked | None:
        """Return what a request to generate text asks."""
        model, method = self._target(seen)
        if method not in ("generateContent", "streamGenerateContent"):
            return None
        stream = method == "streamGenerateContent"
        if stream and seen.query != "alt=sse":
            raise RefusedError("This fake streams events only.")
        try:
            return _asked(
                seen.json(), model, stream=stream, signed=not model.startswith("gemini-2")
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error

    def key(self, seen: Seen) -> str | None:
        """Return the key that came with a request."""
        token = seen.headers.get("authorization")
        return token.removeprefix("Bearer ") if token else seen.headers.get("x-goog-api-key")

    def whole(self, asked: Asked, said: Script) -> bytes:
        """Return an answer in one."""
        del asked
        end = {"finishReason": _STOPS[said.stop]}
        return json.dumps(self._piece(list(self._parts(said)), end, _usage(said))).encode()

    def events(self, asked: Asked, said: Script) -> Iterator[bytes]:
        """Yield the events of a streamed answer."""
        del asked
        for part in self._parts(said):
            yield _event(self._piece([part], {}, {"promptTokenCount": said.read}))
        end = {"finishReason": _STOPS[said.stop]}
        yield _event(self._piece([{"text": ""}], end, _usage(said)))

    def refusal(self, status: int, message: str) -> bytes:
        """Return the body of a refusal."""
        error = {"code": status, "message": message, "status": _STATUSES.get(status, "INTERNAL")}
        return json.dumps({"error": error}).encode()

    def failure(self, message: str) -> bytes:
        """Return the event that tells, in mid-stream, that something went wrong."""
        return b"data: " + self.refusal(500, message) + b"\n\n"

    def other(self, seen: Seen) -> Canned | None:
        """List models, or make vectors."""
        if seen.path in ("/v1beta/models", "/v1beta1/publishers/google/models"):
            return _json(_page(seen))
        model, method = self._target(seen)
        if method not in _EMBEDDINGS:
            return None
        try:
            return _json(_embedded(method, seen.json(), model))
        except (KeyError, TypeError) as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error

    def _target(self, seen: Seen) -> tuple[str, str]:
        """Return the model and the method that a path names."""
        found = self._path.fullmatch(seen.path)
        return (unquote(found[1]), found[2]) if found else ("", "")

    def _piece(self, parts: list[Json], end: Json, usage: Json) -> Json:
        candidate = {"content": {"role": "model", "parts": parts}, "index": 0} | end
        return {"candidates": [candidate], "usageMetadata": usage, "responseId": "1"}

    def _parts(self, said: Script) -> Iterator[Json]:
        """Yield the parts of an answer; a call is never split, and the first one is signed."""
        for thought in said.thoughts:
            yield {"text": thought, "thought": True}
        for word in said.words:
            yield {"text": word}
        for place, call in enumerate(said.calls):
            told: Json = {"name": call.name, "args": call.arguments}
            if not self._vertex:
                told["id"] = f"id{place}"
            yield {"functionCall": told} | ({} if place else {"thoughtSignature": SIGNATURE})


def _asked(body: Json, model: str, *, stream: bool, signed: bool) -> Asked:
    generation = body.get("generationConfig", {})
    for unknown in (body.keys() - _FIELDS) | (generation.keys() - _GENERATION):
        raise ValueError(f'Unknown name "{unknown}": Cannot find field.')
    declared = [d for tool in body.get("tools", ()) for d in tool["functionDeclarations"]]
    config = body.get("toolConfig", {}).get("functionCallingConfig", {"mode": "AUTO"})
    allowed = config.get("allowedFunctionNames")
    as_json = generation.get("responseMimeType") == "application/json"
    return Asked(
        model=model,
        turns=tuple(_turns(body["contents"], signed=signed)),
        system="\n".join(p["text"] for p in body.get("systemInstruction", {}).get("parts", ())),
        stream=stream,
        tools={d["name"]: d.get("parametersJsonSchema") for d in declared},
        choice=allowed[0] if allowed else _MODES[config["mode"]],
        schema=generation.get("responseJsonSchema") or (as_json or None),
        max_tokens=generation.get("maxOutputTokens"),
        temperature=generation.get("temperature"),
        top_p=generation.get("topP"),
        stop=tuple(generation.get("stopSequences", ())),
    )


def _turns(contents: list[Json], *, signed: bool) -> Iterator[Turn]:
    for content in contents:
        parts = content["parts"]
        calls = [part for part in parts if "functionCall" in part]
        if signed and calls and "thoughtSignature" not in calls[0]:
            raise ValueError("Function call is missing a thought_signature in functionCall parts.")
        role = {"user": "user", "model": "assistant"}[content["role"]]
        yield Turn(role, tuple(map(_part, parts)))  # type: ignore[arg-type]  # the two are all


def _part(part: Json) -> Part:
    if "text" in part:
        text: str = part["text"]
        return text
    if "inlineData" in part:
        inline = part["inlineData"]
        return Image(inline["mimeType"], base64.b64decode(inline["data"], validate=True))
    if "fileData" in part:
        return Image(url=part["fileData"]["fileUri"])
    if "functionCall" in part:
        return Called(part["functionCall"]["name"], part["functionCall"]["args"])
    response = part["functionResponse"]
    return Returned(response["name"], response["response"]["output"])


def _usage(said: Script) -> Json:
    """Return what the answer cost; thoughts are counted apart."""
    counts: Json = {
        "promptTokenCount": said.read,
        "candidatesTokenCount": said.produced - said.reasoning,
        "totalTokenCount": said.read + said.produced,
    }
    if said.cached:
        counts["cachedContentTokenCount"] = said.cached
    if said.reasoning:
        counts["thoughtsTokenCount"] = said.reasoning
    return counts


def _page(seen: Seen) -> Json:
    """Return a page with one model: the first, or that which `pageToken` counts to."""
    vertex = seen.path.startswith("/v1beta1")
    models = PUBLISHED if vertex else MODELS
    place = int(parse_qs(seen.query).get("pageToken", ["0"])[0])
    page: Json = {"publisherModels" if vertex else "models": models[place : place + 1]}
    return page | ({"nextPageToken": str(place + 1)} if place + 1 < len(models) else {})


def _embedded(method: str, body: Json, model: str) -> Json:
    if method == "embedContent":
        return {"embedding": _vector(body)}
    if method == "batchEmbedContents":
        if any(one["model"] != f"models/{model}" for one in body["requests"]):
            raise RefusedError("All requests must name the model of the batch.")
        return {"embeddings": [_vector(one) for one in body["requests"]]}
    statistics = {"token_count": 1, "truncated": False}
    length = body["parameters"].get("outputDimensionality")
    return {
        "predictions": [
            {"embeddings": {"values": _values(one["content"], length), "statistics": statistics}}
            for one in body["instances"]
        ]
    }


def _vector(body: Json) -> Json:
    text = "".join(part["text"] for part in body["content"]["parts"])
    return {"values": _values(text, body.get("outputDimensionality"))}


def _values(text: str, length: int | None) -> list[float]:
    return [1.0 / (len(text) + place + 1) for place in range(length or DIMENSIONS)]


def _json(message: Any) -> Canned:
    return Canned(json.dumps(message).encode())


def _event(message: Json) -> bytes:
    return b"data: " + json.dumps(message).encode() + b"\r\n\r\n"
