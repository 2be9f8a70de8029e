"""Asking a model of Google's to generate content, whole or piece by piece."""

from collections.abc import AsyncGenerator

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_upstream.address import Address
from fleet_upstream.google.answers import completion
from fleet_upstream.google.events import chunks
from fleet_upstream.google.generated import Generated
from fleet_upstream.google.requests import body
from fleet_upstream.json_api import JsonApi
from fleet_upstream.native.conversation import conversation
from fleet_upstream.native.thoughts import Thoughts


class Generation:
    """One request to one model.

    Args:
        api: The server.
        model: Where the model is: `generateContent` is one of its methods.
        thoughts: Keeps what the vendor wants back with the next turn.
        request: What the caller asks.
        call: Its call.
    """

    def __init__(
        self,
        api: JsonApi,
        model: Address,
        thoughts: Thoughts,
        request: m.ChatCompletionRequest,
        call: Call,
    ) -> None:
        self._api = api
        self._model = model
        self._thoughts = thoughts
        self._request = request
        self._call = call

    async def whole(self) -> m.ChatCompletion:
        """Return the answer in one."""
        url = method(self._model, "generateContent")
        sent = msgspec.Raw(await self._body())
        answer = await self._api.post(url, sent, Generated, self._call)
        told, kept = completion(answer, self._request)
        await self._thoughts.keep(kept)
        return told

    async def streamed(self) -> AsyncGenerator[m.ChatCompletionChunk, None]:
        """Return the chunks of the answer, once the server has begun it."""
        url = method(self._model, "streamGenerateContent?alt=sse")
        events = await self._api.events(url, await self._body(), self._call)
        return chunks(events, self._request, self._thoughts.keep)

    async def _body(self) -> bytes:
        told = conversation(self._request.messages)
        ids = [use.id for turn in told.turns for use in turn.calls()]
        kept = await self._thoughts.recall(ids)
        return msgspec.json.encode(body(self._request, self._call, told, kept))


def method(resource: Address, name: str) -> Address:
    """Return the address of a method of a resource, as Google's APIs write them."""
    path = f"{resource.path}:{name}"
    return Address(resource.scheme, resource.host, resource.port, path)
