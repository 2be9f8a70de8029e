"""Speaking OpenAI's API to a model server.

Format: https://platform.openai.com/docs/api-reference
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import FleetError
from fleet_upstream.address import Address
from fleet_upstream.events import EventCutter
from fleet_upstream.exchange import Exchange
from fleet_upstream.finishes import Finishes, choices_of
from fleet_upstream.json_api import EVENTS, Authorization, JsonApi, begun
from fleet_upstream.listing import Listed, Listing
from fleet_upstream.outgoing import outgoing, with_defaults, with_fields
from fleet_upstream.refusals import broke_off, error_event
from fleet_upstream.settings import UpstreamConfig

# In seconds.
_FINISH = 1.0


class OpenAIWire:
    """Passes requests on to one model server, and its answers back, byte for byte wherever nothing must change.

    Args:
        config: Where the server is, and how to be let in.
        key_name: What callers call their own key for it in their provider data, if they may bring one.
        authorization: How the server wants the key; as a bearer token, if unset.
        query: What every address ends in, such as `?api-version=1`.
        forward: What else of their provider data is sent on: the header that each key becomes.
    """

    def __init__(
        self,
        config: UpstreamConfig,
        key_name: str | None = None,
        authorization: Authorization | None = None,
        query: str = "",
        forward: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.api = JsonApi(config, key_name, authorization, forward)
        """The server's API, for what is not OpenAI's."""
        base = self.api.base
        self.root = replace(base, path=base.path.removesuffix("/v1"))
        """Where the server's own paths begin, beside the API's."""
        self._chat = base / f"chat/completions{query}"
        self._completions = base / f"completions{query}"
        self._embeddings = base / f"embeddings{query}"
        self._models = base / f"models{query}"

    async def aclose(self) -> None:
        """Close all connections."""
        await self.api.aclose()

    async def chat(
        self, request: m.ChatCompletionRequest, call: Call, **instead: object
    ) -> Encoded[m.ChatCompletion] | EncodedStream[m.ChatCompletionChunk]:
        """Answer a conversation, as a stream if the request says so. Fields in `instead` are sent in place of its."""
        body = outgoing(request, call)
        if instead:
            body = with_fields(body, instead)
        return await self._generate(self._chat, body, request, call)

    async def complete(
        self, request: m.CompletionRequest, call: Call
    ) -> Encoded[m.Completion] | EncodedStream[m.Completion]:
        """Continue texts, as a stream if the request says so."""
        return await self._generate(self._completions, outgoing(request, call), request, call)

    async def embed(
        self, request: m.EmbeddingRequest, call: Call, **defaults: object
    ) -> Encoded[m.EmbeddingList]:
        """Turn texts into vectors. Fields that the caller leaves out are as `defaults` say."""
        self.api.check_allowed(request.model)
        body = outgoing(request, call)
        if defaults:
            body = with_defaults(body, defaults)
        return await self.api.send(self._embeddings, body, call)

    async def models(self, call: Call | None = None) -> list[Listed]:
        """List the models that the server offers and that are allowed."""
        listing = await self.api.get(self._models, Listing, call)
        return [entry.listed() for entry in listing.data if self.api.allows(entry.id)]

    async def _generate(
        self,
        url: Address,
        body: bytes,
        request: m.ChatCompletionRequest | m.CompletionRequest,
        call: Call,
    ) -> Encoded[Any] | EncodedStream[Any]:
        self.api.check_allowed(request.model)
        if not request.stream:
            return await self.api.send(url, body, call)
        events = self._events(url, body, choices_of(request), call)
        await anext(events)
        return EncodedStream(events)

    async def _events(
        self, url: Address, body: bytes, choices: int, call: Call
    ) -> AsyncGenerator[bytes, None]:
        """Yield nothing once the server has begun to answer; then its events, as many as come at once."""
        key = self.api.key(call)
        async with await self.api.posted(url, body, key, call) as response:
            await begun(response, EVENTS, key)
            yield b""
            cutter, finishes = EventCutter(), Finishes(choices)
            while data := await response.more():
                events, error = cutter.feed(data), None
                if b'"error"' in events:
                    events, error = error_event(events, key)
                if events:
                    finishes.note(events)
                    yield events
                if error:
                    raise error
                if cutter.done:
                    await _finish(response)
                    return
            if not cutter.ended() and not _finished(response, cutter, finishes):
                raise broke_off()


def _finished(response: Exchange, cutter: EventCutter, finishes: Finishes) -> bool:
    """Say whether a stream without `[DONE]` is whole all the same, as that of `transformers serve` is.

    Its transfer has come to the end that it announced, and with it every choice to its own. A connection that is cut
    after that is none of these: the usage may have been still to come.
    """
    return finishes.all and not cutter.holds and not response.until_close


async def _finish(response: Exchange) -> None:
    """Wait for the end of the transfer, which follows its last event at once: a connection is kept only then."""
    if response.complete:
        return
    with suppress(TimeoutError, FleetError):  # the answer is whole already
        async with asyncio.timeout(_FINISH):
            await response.more()
