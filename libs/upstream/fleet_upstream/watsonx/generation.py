"""Requests to continue texts as requests to `/ml/v1/text/generation`.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#text-generation
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.native.fields import refuse_fields, stops, wrong
from fleet_upstream.watsonx.requests import VENDOR

MOST_ANSWERS = 128
"""The most answers of one request, over all its prompts: each is a request of its own there."""
MOST_TOKENS = 16
"""The most tokens to produce where the caller says nothing, as OpenAI has it."""

_UNSERVED = (
    "frequency_penalty",
    "ignore_eos",
    "logit_bias",
    "min_p",
    "presence_penalty",
    "suffix",
)
# Beside the parameters; all else that OpenAI's API does not know is one of them.
_BESIDE = ("moderations",)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for one answer.

    Attributes:
        body: Its body.
        echo: What the answer begins with.
    """

    body: bytes
    echo: str


def to_generation(
    request: m.CompletionRequest, call: Call, place: Mapping[str, str]
) -> list[Asked]:
    """Return a request for each answer that `request` asks for: all those to its first prompt, then to the next.

    Fields that OpenAI's API does not know are sent on: `moderations` as it is, and others as parameters, where they win
    over those that OpenAI's fields become.

    Args:
        request: The request.
        call: Its call.
        place: Where its cost is booked; see `Places`.

    Raises:
        InvalidArgument: It asks for what watsonx.ai has nothing for.
    """
    _check(request)
    extra: dict[str, Any] = dict(unknown_fields(request, call) or {})
    beside = {name: extra.pop(name) for name in _BESIDE if name in extra}
    asked = [text for text in _texts(request) for _ in range(request.n or 1)]
    if len(asked) > MOST_ANSWERS:
        raise wrong("prompt", f"and 'n' may ask for {MOST_ANSWERS} answers, not for {len(asked)}")
    shared = {**beside, "model_id": request.model, **place}
    return [
        Asked(
            msgspec.json.encode(
                {**shared, "input": text, "parameters": _parameters(request, index) | extra}
            ),
            text if request.echo else "",
        )
        for index, text in enumerate(asked)
    ]


def _check(request: m.CompletionRequest) -> None:
    refuse_fields(request, VENDOR, _UNSERVED)
    if request.best_of is not None and request.best_of > (request.n or 1):
        raise wrong("best_of", f"cannot be more than 'n' on {VENDOR}")
    if request.echo and request.logprobs is not None:
        raise wrong("logprobs", f"cannot be told of a prompt by {VENDOR}; leave it or 'echo' out")


def _texts(request: m.CompletionRequest) -> list[str]:
    prompts = [request.prompt] if isinstance(request.prompt, str) else request.prompt
    texts = [prompt for prompt in prompts if isinstance(prompt, str)]
    if not texts or len(texts) < len(prompts):
        raise wrong("prompt", f"must be one or more texts: {VENDOR} takes no tokens")
    return texts


def _parameters(request: m.CompletionRequest, index: int) -> dict[str, Any]:
    """Return how the answer at `index` is to be produced."""
    told = {
        "max_new_tokens": request.max_tokens or MOST_TOKENS,
        "repetition_penalty": request.repetition_penalty,
        "return_options": _returned(request.logprobs),
        "stop_sequences": stops(request),
        # By default they are a part of the text.
        "include_stop_sequence": False if request.stop else None,
        **dict(_sampling(request, index)),
    }
    return {name: value for name, value in told.items() if value is not None}


def _sampling(request: m.CompletionRequest, index: int) -> Iterator[tuple[str, Any]]:
    """Yield how tokens are chosen. Only samples know a temperature and what follows from it."""
    if request.temperature == 0:
        yield "decoding_method", "greedy"
        return
    yield "decoding_method", "sample"
    yield "temperature", 1.0 if request.temperature is None else request.temperature
    yield "top_p", request.top_p
    yield "top_k", request.top_k if request.top_k and request.top_k > 0 else None
    # Each answer needs draws of its own, and the same ones every time.
    yield "random_seed", None if request.seed is None else request.seed + index


def _returned(logprobs: int | None) -> dict[str, Any] | None:
    """Return what is to be told of each token, besides its text."""
    if logprobs is None:
        return None
    told: dict[str, Any] = {"generated_tokens": True, "token_logprobs": True}
    return told | ({"top_n_tokens": logprobs} if logprobs else {})
