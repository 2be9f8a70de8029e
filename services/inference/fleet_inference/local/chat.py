"""Answering conversations with an engine."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fleet.inference.v1 import messages as m
from fleet_engine.adapters import Adapter
from fleet_engine.generation import Step, Usage
from fleet_inference.local.answers import Header, chat_logprobs, usage_of
from fleet_inference.local.failures import engine_errors
from fleet_inference.local.guide import grammar_of
from fleet_inference.local.merge import merged
from fleet_inference.local.prompt import check_length, template_messages
from fleet_inference.local.sampling import chat_sampling
from fleet_inference.local.text_engine import TextEngine
from fleet_inference.local.tool_calls import ToolCallParser

# In characters. Longer conversations are turned into tokens outside the event loop: that takes some 10 ms.
LONG = 20_000


async def chat(
    engine: TextEngine,
    request: m.ChatCompletionRequest,
    fingerprint: str,
    adapter: Adapter | None = None,
) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    """Return the chunks of the answers to `request`; usage is in the last one.

    Args:
        engine: Who answers.
        request: What is asked.
        fingerprint: Names the engine's configuration.
        adapter: What the engine adds to its model's weights.

    Raises:
        FleetError: The request cannot be answered. What only the engine can say comes with the first chunk.
    """
    with engine_errors("messages"):
        prompt = await _prompt(engine, request)
        grammar = await grammar_of(request, engine.grammars)
        steps = merged(
            [
                engine.generate(prompt, chat_sampling(request, choice), grammar, adapter)
                for choice in range(request.n or 1)
            ]
        )
    return _chunks(steps, request, Header("chatcmpl", request.model, fingerprint))


async def _prompt(engine: TextEngine, request: m.ChatCompletionRequest) -> list[int]:
    messages = template_messages(request)
    template = engine.tokenizer.apply_chat_template
    characters = sum(len(message["content"]) for message in messages)
    if characters > LONG:
        check_length(characters, engine, "messages")
        return await asyncio.to_thread(template, messages)
    return template(messages)


async def _chunks(
    steps: AsyncGenerator[tuple[int, Step], None], request: m.ChatCompletionRequest, header: Header
) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    choices = [_Choice(place, request) for place in range(request.n or 1)]
    usages: list[Usage] = []
    with engine_errors("messages"):
        async with aclosing(steps):
            async for place, step in steps:
                piece = choices[place].piece(step)
                if piece:
                    yield header.chat([piece])
                if step.usage:
                    usages.append(step.usage)
    if not request.stream or (request.stream_options and request.stream_options.include_usage):
        yield header.chat([], usage_of(usages))


class _Choice:
    """One of the answers, while it comes."""

    def __init__(self, place: int, request: m.ChatCompletionRequest) -> None:
        self._place = place
        self._parser = ToolCallParser() if request.tools else None
        self._logprobs = bool(request.logprobs)
        self._begun = False

    def piece(self, step: Step) -> m.ChunkChoice | None:
        """Return what `step` adds, if that can be told yet."""
        ended = step.finish_reason is not None
        text, calls = (
            self._parser.feed(step.text, step.finish_reason) if self._parser else (step.text, [])
        )
        logprobs = chat_logprobs(step) if self._logprobs and step.tokens else None
        if not (text or calls or logprobs or ended):
            return None
        delta = m.Delta(content=text or None, tool_calls=calls or None)
        if not self._begun:
            self._begun = True
            delta.role = "assistant"
            delta.content = text
        return m.ChunkChoice(
            delta=delta, finish_reason=self._reason(step), index=self._place, logprobs=logprobs
        )

    def _reason(self, step: Step) -> str | None:
        called = self._parser is not None and self._parser.calls > 0
        return "tool_calls" if called and step.finish_reason == "stop" else step.finish_reason
