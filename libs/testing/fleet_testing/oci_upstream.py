"""How a fake speaks Oracle Cloud's Generative AI API, with chats in the formats `GENERIC` and `COHEREV2`.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/
"""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs

from fleet_testing.native_script import Asked, Script, StopKind
from fleet_testing.native_upstream import RefusedError
from fleet_testing.oci_cohere import (
    AskedOfCohere,
    cohere_end,
    cohere_messages,
    cohere_response,
)
from fleet_testing.oci_questions import asked_of_oci
from fleet_testing.oci_signatures import signer
from fleet_testing.openai_answers import Json
from fleet_testing.openai_upstream import Canned, Seen

COMPARTMENT = "ocid1.compartment.oc1..aaaa"
"""The compartment that is configured."""
CHAT = "/20231130/actions/chat"
"""Where conversations are answered."""

_STOPS: Mapping[StopKind, str] = {"length": "max_tokens"}
_MOST_INPUTS = 96


class OciWire:
    """Reads requests to `/20231130/actions/chat`, and answers them."""

    stream_type = "text/event-stream"

    def asked(self, seen: Seen) -> Asked | None:
        """Return what a request to generate text asks."""
        signer(seen)
        if seen.path != CHAT:
            return None
        try:
            return asked_of_oci(seen.json())
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error

    def key(self, seen: Seen) -> str | None:
        """Return the profile whose key signed a request."""
        return signer(seen)

    def whole(self, asked: Asked, said: Script) -> bytes:
        """Return an answer in one."""
        cohere = isinstance(asked, AskedOfCohere)
        response = (cohere_response(said) if cohere else _response(said)) | {"usage": _usage(said)}
        answer = {"modelId": asked.model, "modelVersion": "1.0.0", "chatResponse": response}
        return json.dumps(answer).encode()

    def events(self, asked: Asked, said: Script) -> Iterator[bytes]:
        """Yield the events of a streamed answer."""
        cohere = isinstance(asked, AskedOfCohere)
        for message in cohere_messages(said) if cohere else _messages(said):
            yield _event({"index": 0, "message": {"role": "ASSISTANT"} | message})
        end = cohere_end(said) if cohere else {"finishReason": _stop(said)}
        yield _event(end | {"usage": _usage(said)})

    def refusal(self, status: int, message: str) -> bytes:
        """Return the body of a refusal."""
        codes = {401: "NotAuthenticated", 404: "NotAuthorizedOrNotFound", 429: "TooManyRequests"}
        return json.dumps({"code": codes.get(status, str(status)), "message": message}).encode()

    def failure(self, message: str) -> bytes:
        """Return the event that tells, in mid-stream, that something went wrong."""
        return _event({"code": "500", "message": message})

    def other(self, seen: Seen) -> Canned | None:
        """List models, embed and rerank."""
        if seen.path == "/20231130/models":
            return _page(parse_qs(seen.query))
        if seen.path == "/20231130/actions/embedText":
            return _json(_embeddings(seen.json()))
        if seen.path == "/20231130/actions/rerankText":
            return _json(_ranking(seen.json()))
        return None


def _json(content: Json) -> Canned:
    return Canned(json.dumps(content).encode())


def _event(content: Json) -> bytes:
    return f"data: {json.dumps(content | {'pad': 'aaaa'}, separators=(',', ':'))}\n\n".encode()


def _response(said: Script) -> Json:
    message: Json = {"role": "ASSISTANT"}
    if said.words:
        message["content"] = [{"type": "TEXT", "text": "".join(said.words)}]
    if said.thoughts:
        message["reasoningContent"] = "".join(said.thoughts)
    calls = [
        {"type": "FUNCTION", "id": f"call_{place}", "name": c.name, "arguments": "".join(c.pieces)}
        for place, c in enumerate(said.calls)
    ]
    choice = {"index": 0, "message": message | {"toolCalls": calls}, "finishReason": _stop(said)}
    created = "2026-01-01T00:00:00.000Z"
    return {"apiFormat": "GENERIC", "timeCreated": created, "choices": [choice]}


def _stop(said: Script) -> str:
    return _STOPS.get(said.stop, said.stop)


def _usage(said: Script) -> Json:
    return {
        "promptTokens": said.read,
        "completionTokens": said.produced,
        "totalTokens": said.read + said.produced,
        "promptTokensDetails": {"cachedTokens": said.cached},
        "completionTokensDetails": {"reasoningTokens": said.reasoning},
    }


def _messages(said: Script) -> Iterator[Json]:
    for thought in said.thoughts:
        yield {"reasoningContent": thought}
    for word in said.words:
        yield {"content": [{"type": "TEXT", "text": word}]}
    for place, call in enumerate(said.calls):
        yield {"toolCalls": [{"type": "FUNCTION", "id": f"call_{place}", "name": call.name}]}
        for piece in call.pieces:
            yield {"toolCalls": [{"type": "FUNCTION", "arguments": piece}]}


def _model(name: str, *capabilities: str, **more: str) -> Json:
    usual = {"type": "BASE", "lifecycleState": "ACTIVE", "id": f"ocid1.generativeaimodel.{name}"}
    return usual | {"displayName": name, "capabilities": list(capabilities)} | more


_MODELS = (
    _model("chat", "CHAT"),
    _model("text-embedder", "TEXT_EMBEDDINGS"),
    _model("reranker", "TEXT_RERANK"),
    _model("painter", "TEXT_TO_IMAGE"),
    _model("ours", "CHAT", type="CUSTOM"),
    _model("gone", "CHAT", lifecycleState="DELETED"),
)


def _page(query: Mapping[str, list[str]]) -> Canned:
    """Return a page with two models; a header names the next one."""
    if query["compartmentId"] != [COMPARTMENT]:
        raise RefusedError("compartmentId")
    place = int(query.get("page", ["0"])[0])
    body = json.dumps({"items": _MODELS[place : place + 2]}).encode()
    headers = {"content-type": "application/json"}
    if place + 2 < len(_MODELS):
        headers["opc-next-page"] = str(place + 2)
    return Canned(body, headers=headers)


def _embeddings(body: Json) -> Json:
    if len(body["inputs"]) > _MOST_INPUTS:
        raise RefusedError(f"inputs size must be between 1 and {_MOST_INPUTS}")
    size = body.get("outputDimensions", 4)
    vectors = [[1.0 / (len(text) + place + 1) for place in range(size)] for text in body["inputs"]]
    cost = {"promptTokens": len(vectors), "totalTokens": len(vectors)}
    return {
        "id": "1",
        "embeddings": vectors,
        "modelId": body["servingMode"]["modelId"],
        "usage": cost,
    }


def _ranking(body: Json) -> Json:
    """Return how many words each document shares with the query."""
    query = set(body["input"].split())
    scores = [len(query & set(text.split())) / len(query) for text in body["documents"]]
    best = sorted(range(len(scores)), key=lambda place: -scores[place])[: body.get("topN")]
    ranks = [{"index": place, "relevanceScore": scores[place]} for place in best]
    return {"id": "1", "documentRanks": ranks}
