"""How a fake speaks Amazon Bedrock's own API.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html,
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

import json
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, unquote

from fleet_testing.aws_signatures import signer
from fleet_testing.bedrock_questions import SIGNATURE, asked_of_bedrock
from fleet_testing.event_stream import event, exception
from fleet_testing.native_script import Asked, Script, StopKind
from fleet_testing.native_upstream import RefusedError
from fleet_testing.openai_answers import Json
from fleet_testing.openai_upstream import Canned, Seen

_STOPS: Mapping[StopKind, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "content_filtered",
}


class BedrockWire:
    """Reads requests to Converse and ConverseStream, and answers them.

    Attributes:
        pages: The pages of inference profiles, each a list of names.
    """

    stream_type = "application/vnd.amazon.eventstream"

    def __init__(self) -> None:
        self.pages: list[list[str]] = [["us.chat"], ["eu.chat"]]

    def asked(self, seen: Seen) -> Asked | None:
        """Return what a request to generate text asks."""
        if self.key(seen) is None:
            raise RefusedError("Missing Authentication Token")
        model, _, operation = seen.path.removeprefix("/model/").partition("/")
        if not seen.path.startswith("/model/") or operation not in ("converse", "converse-stream"):
            return None
        try:
            return asked_of_bedrock(
                unquote(model), seen.json(), stream=operation == "converse-stream"
            )
        except (KeyError, TypeError, ValueError, StopIteration) as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error

    def key(self, seen: Seen) -> str | None:
        """Return the token that came with a request, or the name of the key that signed it."""
        token = seen.headers.get("authorization", "")
        return token.removeprefix("Bearer ") if token.startswith("Bearer ") else signer(seen)

    def whole(self, asked: Asked, said: Script) -> bytes:
        """Return an answer in one."""
        del asked
        content = [block for block, _, _ in _blocks(said)]
        answer = {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": _STOPS[said.stop],
            "usage": _usage(said),
            "metrics": {"latencyMs": 1},
        }
        return json.dumps(answer).encode()

    def events(self, asked: Asked, said: Script) -> Iterator[bytes]:
        """Yield the events of a streamed answer; the last two come at once."""
        del asked
        yield event("messageStart", {"role": "assistant"})
        for index, (_, start, deltas) in enumerate(_blocks(said)):
            if start:
                yield event("contentBlockStart", {"start": start, "contentBlockIndex": index})
            for delta in deltas:
                yield event("contentBlockDelta", {"delta": delta, "contentBlockIndex": index})
            yield event("contentBlockStop", {"contentBlockIndex": index})
        stop = event("messageStop", {"stopReason": _STOPS[said.stop]})
        yield stop + event("metadata", {"usage": _usage(said), "metrics": {"latencyMs": 1}})

    def refusal(self, status: int, message: str) -> bytes:
        """Return the body of a refusal."""
        del status
        return json.dumps({"message": message}).encode()

    def failure(self, message: str) -> bytes:
        """Return the event that tells, in mid-stream, that something went wrong."""
        return exception("modelStreamErrorException", message)

    def other(self, seen: Seen) -> Canned | None:
        """List models and inference profiles."""
        if seen.path == "/foundation-models":
            return _json({"modelSummaries": _MODELS})
        if seen.path != "/inference-profiles":
            return None
        place = int(parse_qs(seen.query).get("nextToken", ["0"])[0].strip("=+/ "))
        found = [{"inferenceProfileId": name, "status": "ACTIVE"} for name in self.pages[place]]
        page: Json = {"inferenceProfileSummaries": found}
        if place + 1 < len(self.pages):
            page["nextToken"] = f"{place + 1}+/="
        return _json(page)


_MODELS = [
    {"modelId": "chat", "outputModalities": ["TEXT"], "inferenceTypesSupported": ["ON_DEMAND"]},
    {
        "modelId": "amazon.titan-embed-text-v2:0",
        "outputModalities": ["EMBEDDING"],
        "inferenceTypesSupported": ["ON_DEMAND"],
    },
    {"modelId": "painter", "outputModalities": ["IMAGE"]},
    {
        "modelId": "by-profile-only",
        "outputModalities": ["TEXT"],
        "inferenceTypesSupported": ["INFERENCE_PROFILE"],
    },
]


def _json(content: Json) -> Canned:
    return Canned(json.dumps(content).encode())


def _usage(said: Script) -> Json:
    """Return what the answer cost; tokens from the cache are counted apart."""
    return {
        "inputTokens": said.read - said.cached,
        "outputTokens": said.produced,
        "totalTokens": said.read - said.cached + said.produced,
        "cacheReadInputTokens": said.cached,
        "cacheWriteInputTokens": 0,
    }


def _blocks(said: Script) -> Iterator[tuple[Json, Json | None, list[Json]]]:
    """Yield each block of the answer, what a stream begins it with, and the deltas that it comes in."""
    if said.thoughts:
        text = "".join(said.thoughts)
        thought = {"reasoningText": {"text": text, "signature": SIGNATURE}}
        deltas = [{"reasoningContent": {"text": piece}} for piece in said.thoughts]
        deltas.append({"reasoningContent": {"signature": SIGNATURE}})
        yield {"reasoningContent": thought}, None, deltas
    if said.words:
        yield {"text": "".join(said.words)}, None, [{"text": word} for word in said.words]
    for place, call in enumerate(said.calls):
        start = {"toolUseId": f"tooluse_{place}", "name": call.name}
        pieces = ({"toolUse": {"input": piece}} for piece in call.pieces)
        yield {"toolUse": start | {"input": call.arguments}}, {"toolUse": start}, list(pieces)
