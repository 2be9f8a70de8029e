"""Asking the model of a response."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import msgspec

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import InferenceServiceClient
from fleet_agents.responses.toolbox import Offer
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT, EncodedStream
from fleet_runtime.errors import FleetError, InvalidArgument

_TOO_LONG = "context_length_exceeded"
_SUMMARY_TOKENS = {"concise": 128, "auto": 256, "detailed": 512}


class Model:
    """The model that a response asks, as the request wants it to be asked.

    Args:
        inference: Who runs it.
        response: What the request says.
        call: On whose behalf.
        logprobs: Whether it tells how likely its tokens were.
        sampling: Says in each request how tokens are chosen, where the response cannot.
    """

    def __init__(
        self,
        inference: InferenceServiceClient,
        response: m.Response,
        call: Call,
        *,
        logprobs: bool,
        sampling: Callable[[i.ChatCompletionRequest], None] | None = None,
    ) -> None:
        self._inference = inference
        self._response = response
        self._call = call
        self._logprobs = logprobs
        self._sampling = sampling
        self._format = _format(response.text.format)

    async def chunks(
        self,
        messages: Sequence[i.ChatMessage],
        offer: Offer,
        most: int | None,
    ) -> AsyncGenerator[i.ChatCompletionChunk, None]:
        """Yield what it answers. To close this early stops it.

        Args:
            messages: What it reads. If that is too long, the oldest is left out where the request says so.
            offer: What it may call.
            most: The most tokens.

        Raises:
            FleetError: It cannot answer.
        """
        kept = list(messages)
        while True:
            begun = False
            request = self._request(kept, offer, most)
            try:
                async with aclosing(self._stream(request)) as stream:
                    async for chunk in stream:
                        begun = True
                        yield chunk
            except FleetError as error:
                shorter = None if begun else self._shorter(kept, error)
                if shorter is None:
                    raise
                kept = shorter
            else:
                return

    def _stream(
        self, request: i.ChatCompletionRequest
    ) -> AsyncGenerator[i.ChatCompletionChunk, None]:
        answer = self._inference.stream_chat_completion(request, self._call)
        if isinstance(answer, EncodedStream):
            answer = answer.decode(i.ChatCompletionChunk)
        return answer

    async def summary(self, thoughts: str) -> tuple[str, i.Usage | None]:
        """Return what thoughts are about, and what it cost to find that."""
        reasoning = self._response.reasoning
        length = (reasoning.summary if reasoning else None) or "auto"
        prompt = f"Sum up these notes for their reader, in plain sentences:\n\n{thoughts}"
        request = i.ChatCompletionRequest(
            model=self._response.model,
            messages=[i.ChatMessage(role="user", content=prompt)],
            max_completion_tokens=_SUMMARY_TOKENS[length],
            store=False,
        )
        answer = await self._inference.create_chat_completion(request, self._call)
        content = answer.choices[0].message.content if answer.choices else None
        return (content or "").strip(), answer.usage

    def _request(
        self,
        messages: list[i.ChatMessage],
        offer: Offer,
        most: int | None,
    ) -> i.ChatCompletionRequest:
        response = self._response
        request = i.ChatCompletionRequest(
            model=response.model,
            messages=messages,
            max_completion_tokens=most,
            store=False,
            stream_options=i.StreamOptions(include_usage=True),
            prompt_cache_key=response.prompt_cache_key,
            safety_identifier=response.safety_identifier,
            user=response.user,
            response_format=self._format,
        )
        _sample_as(response, request)
        if self._sampling is not None:
            self._sampling(request)
        if self._logprobs:
            request.logprobs = True
            request.top_logprobs = response.top_logprobs
        if offer.tools:
            request.tools = offer.definitions
            request.tool_choice = offer.choice
            if not response.parallel_tool_calls:
                request.parallel_tool_calls = False
        return request

    def _shorter(
        self, messages: list[i.ChatMessage], error: FleetError
    ) -> list[i.ChatMessage] | None:
        """Return messages without the oldest of what was said, if that may help and is wanted."""
        if self._response.truncation != "auto" or error.code != _TOO_LONG:
            return None
        first = next((n for n, one in enumerate(messages) if one.role not in _ORDERS), None)
        later = [n for n, one in enumerate(messages) if one.role == "user"]
        following = next((n for n in later if first is not None and n > first), None)
        if first is None or following is None:
            return None
        return messages[:first] + messages[following:]


_ORDERS = ("system", "developer")
_USUAL_VERBOSITY = "medium"


def _sample_as(response: m.Response, request: i.ChatCompletionRequest) -> None:
    """Say how tokens are chosen, where that is not as models choose them by themselves."""
    if response.temperature != 1.0:
        request.temperature = response.temperature
    if response.top_p != 1.0:
        request.top_p = response.top_p
    if response.frequency_penalty:
        request.frequency_penalty = response.frequency_penalty
    if response.presence_penalty:
        request.presence_penalty = response.presence_penalty
    if response.service_tier != "default":
        request.service_tier = response.service_tier  # type: ignore[assignment] # checked when it came
    if response.reasoning and response.reasoning.effort:
        request.reasoning_effort = response.reasoning.effort
    if response.text.verbosity not in (None, _USUAL_VERBOSITY):
        request.extra = {"verbosity": msgspec.Raw(msgspec.json.encode(response.text.verbosity))}


def _format(asked: m.ResponseTextFormat | None) -> i.ResponseFormat | None:
    """Return what the text looks like, as a chat has it."""
    if asked is None or asked.type == "text":
        return None
    if asked.type == "json_object":
        return i.ResponseFormat(type="json_object")
    if asked.schema is ABSENT:
        raise InvalidArgument(
            "A 'json_schema' format needs a 'schema'.",
            code="missing_schema",
            param="text.format.schema",
        )
    schema = i.JsonSchema(
        name=asked.name, description=asked.description, schema=asked.schema, strict=asked.strict
    )
    return i.ResponseFormat(type="json_schema", json_schema=schema)
