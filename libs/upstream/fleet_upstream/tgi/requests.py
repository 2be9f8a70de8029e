"""Requests to continue texts as requests to `/generate_stream`.

Format: https://huggingface.github.io/text-generation-inference/#/Text%20Generation%20Inference/generate_stream
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.native.fields import refuse_fields, stops, wrong

VENDOR = "this server"
MOST_ANSWERS = 128
"""The most answers of one request, over all its prompts: each is a request of its own there."""

_SAMPLED = ("frequency_penalty", "repetition_penalty")
"""Fields that the server takes by OpenAI's names."""
_UNSERVED = ("ignore_eos", "logit_bias", "min_p", "presence_penalty", "suffix")
_MOST_TOKENS = 16


def prompts(request: m.CompletionRequest) -> list[str]:
    """Return the text that each answer continues: `n` answers to the first prompt, then to the next.

    Raises:
        InvalidArgument: `request` asks for what the server cannot do.
    """
    refuse_fields(request, VENDOR, _UNSERVED)
    if request.best_of is not None and request.best_of > (request.n or 1):
        raise wrong("best_of", f"cannot be more than 'n' on {VENDOR}")
    if request.echo and request.logprobs is not None:
        raise wrong("logprobs", f"cannot be told of a prompt by {VENDOR}; leave it or 'echo' out")
    given = [request.prompt] if isinstance(request.prompt, str) else request.prompt
    texts = [prompt for prompt in given if isinstance(prompt, str)]
    if not texts or len(texts) < len(given):
        raise wrong("prompt", "must be one or more texts: the model of this server takes no tokens")
    asked = [text for text in texts for _ in range(request.n or 1)]
    if len(asked) > MOST_ANSWERS:
        raise wrong("prompt", f"and 'n' may ask for {MOST_ANSWERS} answers, not for {len(asked)}")
    return asked


def to_generate(request: m.CompletionRequest, call: Call, texts: list[str]) -> list[bytes]:
    """Return the requests that continue `texts`. Fields that OpenAI's API does not know are parameters of them."""
    extra = unknown_fields(request, call) or {}
    return [
        msgspec.json.encode(
            {"inputs": text, "parameters": {**dict(_parameters(request, place)), **extra}}
        )
        for place, text in enumerate(texts)
    ]


def _parameters(request: m.CompletionRequest, place: int) -> Iterator[tuple[str, Any]]:
    """Yield how the server is to sample the answer at `place`."""
    yield "details", True
    yield "max_new_tokens", request.max_tokens or _MOST_TOKENS
    yield "stop", stops(request) or []
    for name in _SAMPLED:
        value = getattr(request, name)
        if value is not None:
            yield name, value
    if request.seed is not None:
        yield "seed", request.seed + place
    if request.logprobs:
        yield "top_n_tokens", request.logprobs
    yield from _sampling(request)


def _sampling(request: m.CompletionRequest) -> Iterator[tuple[str, Any]]:
    """Yield how far a choice may be from the likeliest token. What means nothing the server takes for a mistake."""
    if request.top_p not in (None, 1):
        yield "top_p", request.top_p
    if request.top_k and request.top_k > 0:
        yield "top_k", request.top_k
    yield "do_sample", request.temperature != 0
    if request.temperature != 0:
        yield "temperature", request.temperature or 1.0
