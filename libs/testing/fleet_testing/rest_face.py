"""Calling the REST face of a service as Envoy's transcoder does, without Envoy.

rest = RestFace(channel.grpc, "fleet.agents.v1.PromptService")
answer = await rest("GetPrompt", "/v1/prompts/pmpt_1")
"""

import json
from dataclasses import dataclass
from typing import Any

import grpc
from google.api.httpbody_pb2 import HttpBody


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """What the transcoder gets.

    Attributes:
        data: The body; empty where the call failed.
        error: OpenAI's envelope of the error, if the call failed.
    """

    data: bytes
    error: dict[str, Any] | None = None

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.data)


class RestFace:
    """Calls one service.

    Args:
        channel: A channel to it.
        service: The service's full name in the contract.
    """

    def __init__(self, channel: grpc.aio.Channel, service: str) -> None:
        self._channel = channel
        self._service = service

    async def __call__(self, rpc: str, path: str, body: Any = None) -> RestAnswer:
        """Make a call, and return what came of it.

        Args:
            rpc: The operation, such as `GetPrompt`.
            path: The path with its query, as the HTTP caller wrote it.
            body: What the body says, as JSON; no body if `None`.
        """
        method = self._channel.unary_stream(
            f"/{self._service}Rest/{rpc}",
            request_serializer=HttpBody.SerializeToString,
            response_deserializer=HttpBody.FromString,
        )
        data = b"" if body is None else json.dumps(body).encode()
        sent = HttpBody(content_type="application/json", data=data)
        try:
            call = method(sent, metadata=(("x-envoy-original-path", path),))
            return RestAnswer(b"".join([part.data async for part in call]))
        except grpc.aio.AioRpcError as error:
            trailers = dict(error.trailing_metadata() or ())
            return RestAnswer(b"", json.loads(trailers["x-fleet-error"])["error"])
