"""How to sample, as a request says it and as the engine takes it."""

from fleet.inference.v1 import messages as m
from fleet_engine.generation import SamplingParams
from fleet_runtime.errors import InvalidArgument

# Where a completion request says nothing, OpenAI produces this many tokens.
COMPLETION_TOKENS = 16
MOST_STOPS = 16


def chat_sampling(request: m.ChatCompletionRequest, choice: int) -> SamplingParams:
    """Return how to sample answer number `choice` of a chat completion."""
    return _sampling(
        request,
        choice,
        max_tokens=request.max_completion_tokens or request.max_tokens,
        logprobs=(request.top_logprobs or 0) if request.logprobs else None,
    )


def completion_sampling(request: m.CompletionRequest, choice: int) -> SamplingParams:
    """Return how to sample answer number `choice` of a completion."""
    ranked = (request.best_of or 1) > (request.n or 1)
    return _sampling(
        request,
        choice,
        max_tokens=request.max_tokens or COMPLETION_TOKENS,
        logprobs=0 if ranked and request.logprobs is None else request.logprobs,
    )


def _sampling(
    request: m.ChatCompletionRequest | m.CompletionRequest,
    choice: int,
    *,
    max_tokens: int | None,
    logprobs: int | None,
) -> SamplingParams:
    return SamplingParams(
        temperature=1.0 if request.temperature is None else request.temperature,
        # The likeliest token alone reaches any probability, so 0 is as good as the smallest number.
        top_p=1.0 if request.top_p is None else max(request.top_p, 1e-9),
        top_k=max(request.top_k or 0, 0),
        min_p=min(request.min_p or 0.0, 1 - 1e-9),
        # Each answer needs draws of its own, and the same ones every time.
        seed=None if request.seed is None else request.seed + choice,
        frequency_penalty=request.frequency_penalty or 0.0,
        presence_penalty=request.presence_penalty or 0.0,
        repetition_penalty=request.repetition_penalty or 1.0,
        logit_bias=_logit_bias(request.logit_bias or {}),
        stop=_stops(request.stop),
        logprobs=logprobs,
        max_tokens=max_tokens,
        ignore_eos=bool(request.ignore_eos),
    )


def _logit_bias(bias: dict[str, float]) -> dict[int, float]:
    for token, value in bias.items():
        if not (token.isascii() and token.isdigit()) or not -100 <= value <= 100:  # noqa: PLR2004 - OpenAI's range
            raise InvalidArgument(
                "'logit_bias' maps token ids to numbers from -100 to 100.",
                code="invalid_value",
                param=f"logit_bias.{token}",
            )
    return {int(token): value for token, value in bias.items()}


def _stops(stop: str | list[str] | None) -> tuple[str, ...]:
    stops = (stop,) if isinstance(stop, str) else tuple(stop or ())
    if len(stops) > MOST_STOPS or not all(stops):
        raise InvalidArgument(
            f"'stop' takes up to {MOST_STOPS} strings, none of them empty.",
            code="invalid_value",
            param="stop",
        )
    return stops
