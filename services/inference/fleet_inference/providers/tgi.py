"""`remote::tgi`: Hugging Face's server for language models (Text Generation Inference).

Chats go by its Messages API, which is OpenAI's but for how it takes a schema; texts are continued by its own
`/generate_stream`. Format: https://huggingface.github.io/text-generation-inference
"""

import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec
from pydantic import AliasChoices, Field

from fleet.inference.v1 import messages as m
from fleet_inference.local.merge import merged
from fleet_inference.openai_server import OpenAIServer, TokenConfig
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.refusals import broke_off, garbage

_SAMPLED = {"top_p", "top_k", "seed", "frequency_penalty"}
"""Fields that the server takes by OpenAI's names."""
_UNKNOWN = ("suffix", "logit_bias", "presence_penalty", "best_of")
"""Fields of a completion that the server has nothing for."""


class Tgi(OpenAIServer):
    """Passes requests on."""

    class Config(TokenConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = Field(validation_alias=AliasChoices("base_url", "url"))
        """Where the server is, such as `http://localhost:8080`."""

    def __init__(self, config: Config) -> None:
        super().__init__(config.model_copy(update={"base_url": _versioned(config.address())}))
        self._generate = self.wire.root / "generate_stream"
        self._info = self.wire.root / "info"

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        wanted = request.response_format
        if wanted and wanted.json_schema:
            schema = {"type": "json_object", "value": wanted.json_schema.schema}
            return await self.wire.chat(request, call, response_format=schema)
        return await super().chat(request, call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts, as a stream whatever was asked."""
        self.wire.api.check_allowed(request.model)
        asked = [prompt for prompt in _prompts(request) for _ in range(request.n or 1)]
        bodies = [
            msgspec.json.encode({"inputs": prompt, "parameters": _parameters(request, place)})
            for place, prompt in enumerate(asked)
        ]
        streams: list[AsyncGenerator[bytes, None]] = []
        try:
            for body in bodies:
                streams += [await self.wire.api.events(self._generate, body, call)]
        except BaseException:
            for stream in streams:
                await stream.aclose()
            raise
        echoes = asked if request.echo else [""] * len(asked)
        return _completions(merged(streams), request, echoes)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Raise `Unimplemented`: the server has no encoders."""
        del request, call
        raise Unimplemented("Text Generation Inference has no encoders; use another provider.")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the one model that the server has."""
        info = await self.wire.api.get(self._info, _Info, call)
        if not self.wire.api.allows(info.model_id):
            return []
        metadata = {"context_length": info.max_total_tokens} if info.max_total_tokens else {}
        return [ProviderModel(info.model_id, "llm", metadata)]


async def _completions(
    steps: AsyncGenerator[tuple[int, bytes], None],
    request: m.CompletionRequest,
    echoes: list[str],
) -> AsyncGenerator[m.Completion, None]:
    """Yield a chunk for every token, the first of each answer after its echo, and at the end what all cost."""
    answer, created = f"cmpl-{uuid.uuid4().hex}", int(time.time())
    sent = [0] * len(echoes)
    running = set(range(len(echoes)))
    usage = m.Usage(completion_tokens=0, prompt_tokens=0, total_tokens=0)
    async with aclosing(steps):
        async for place, data in steps:
            step = _step(data)
            echo, echoes[place] = echoes[place], ""
            offset = sent[place] + len(echo)
            choice = step.choice(place, echo, offset if request.logprobs is not None else None)
            sent[place] += len(choice.text)
            if step.details:
                running.discard(place)
                usage.completion_tokens += step.details.generated_tokens
                usage.prompt_tokens += step.details.input_length
            yield m.Completion(id=answer, choices=[choice], created=created, model=request.model)
    if running:
        raise broke_off()
    usage.total_tokens = usage.prompt_tokens + usage.completion_tokens
    if not request.stream or (request.stream_options and request.stream_options.include_usage):
        yield m.Completion(id=answer, choices=[], created=created, model=request.model, usage=usage)


def _prompts(request: m.CompletionRequest) -> list[str]:
    """Return the texts to be continued. Raises `InvalidArgument` at what the server cannot do."""
    for name in _UNKNOWN:
        if getattr(request, name):
            raise InvalidArgument(
                f"The model of this server cannot do '{name}'; leave it out.",
                code="invalid_value",
                param=name,
            )
    prompts = [request.prompt] if isinstance(request.prompt, str) else request.prompt
    texts = [prompt for prompt in prompts if isinstance(prompt, str)]
    if not texts or len(texts) < len(prompts):
        raise InvalidArgument(
            "The model of this server continues texts, not tokens.",
            code="invalid_value",
            param="prompt",
        )
    return texts


def _parameters(request: m.CompletionRequest, place: int) -> dict[str, Any]:
    """Return how the server is to sample the answer at `place`."""
    fields = {name: getattr(request, name) for name in _SAMPLED}
    parameters: dict[str, Any] = {n: value for n, value in fields.items() if value is not None}
    if request.top_p == 1:
        del parameters["top_p"]  # which the server takes for a mistake
    if request.seed is not None:
        parameters["seed"] = request.seed + place
    if request.temperature == 0:
        parameters["do_sample"] = False
    else:
        parameters |= {"do_sample": True, "temperature": request.temperature or 1.0}
    stop = [request.stop] if isinstance(request.stop, str) else request.stop
    return parameters | {
        "details": True,
        "max_new_tokens": request.max_tokens or 16,
        "return_full_text": bool(request.echo),
        "stop": stop or [],
    }


class _Token(msgspec.Struct):
    text: str
    logprob: float | None = None
    special: bool = False


class _Details(msgspec.Struct):
    """What the last event says of the whole answer."""

    finish_reason: str
    generated_tokens: int = 0
    input_length: int = 0


class _Step(msgspec.Struct):
    """An event of `POST /generate_stream`."""

    token: _Token
    details: _Details | None = None

    def choice(self, place: int, echo: str, offset: int | None) -> m.CompletionChoice:
        """Return what is new, after `echo`; with logprobs if `offset` says where the token begins."""
        reason = None
        if self.details:
            reason = "length" if self.details.finish_reason == "length" else "stop"
        logprobs = None
        if offset is not None:
            logprobs = m.CompletionLogprobs(
                text_offset=[offset],
                token_logprobs=[self.token.logprob],
                tokens=[self.token.text],
                top_logprobs=None,
            )
        text = echo + ("" if self.token.special else self.token.text)
        return m.CompletionChoice(finish_reason=reason, index=place, logprobs=logprobs, text=text)


class _Info(msgspec.Struct):
    """The answer to `GET /info`."""

    model_id: str
    max_total_tokens: int | None = None


_steps = msgspec.json.Decoder(_Step)


def _step(data: bytes) -> _Step:
    try:
        return _steps.decode(data)
    except msgspec.DecodeError:
        raise garbage() from None


def _versioned(address: str) -> str:
    """Return where the Messages API begins on the server at `address`."""
    return f"{address.rstrip('/').removesuffix('/v1')}/v1"
