"""Answers of the inference service as the old API has them."""

from collections.abc import Iterator

import msgspec

from fleet.inference.v1 import messages as m


def to_chat_answer(answer: m.ChatCompletion) -> m.LegacyChatAnswer:
    """Return the first choice of `answer`."""
    choice = answer.choices[0]
    message = m.LegacyCompletionMessage(
        content=choice.message.content or choice.message.refusal or "",
        stop_reason=stop_reason(choice.finish_reason),
        tool_calls=[to_call(call) for call in choice.message.tool_calls or ()],
    )
    return m.LegacyChatAnswer(
        metrics=metrics(answer.usage),
        completion_message=message,
        logprobs=chat_logprobs(choice.logprobs),
    )


def to_completion_answer(answer: m.Completion) -> m.LegacyCompletionAnswer:
    """Return the first choice of `answer`."""
    choice = answer.choices[0]
    return m.LegacyCompletionAnswer(
        metrics=metrics(answer.usage),
        content=choice.text,
        stop_reason=stop_reason(choice.finish_reason or "stop"),
        logprobs=completion_logprobs(choice.logprobs),
    )


def stop_reason(finish_reason: str) -> str:
    """Return why an answer ended, in the old words."""
    return "out_of_tokens" if finish_reason == "length" else "end_of_turn"


def to_call(call: m.ToolCall) -> m.LegacyToolCall:
    """Return a call, its arguments as JSON text."""
    function = call.function or m.FunctionCall()
    arguments = msgspec.Raw(msgspec.json.encode(function.arguments or ""))
    return m.LegacyToolCall(
        call_id=call.id or "", tool_name=function.name or "", arguments=arguments
    )


def metrics(usage: m.Usage | None) -> list[m.LegacyMetric] | None:
    """Return what an answer cost."""
    if usage is None:
        return None
    return [
        m.LegacyMetric(metric=name, value=getattr(usage, name))
        for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    ]


def chat_logprobs(logprobs: m.Logprobs | None) -> list[m.LegacyTokenLogprobs] | None:
    """Return how likely the tokens of a chat answer were."""
    if logprobs is None or logprobs.content is None:
        return None
    return [
        m.LegacyTokenLogprobs(logprobs_by_token=dict(_likeliest(token)))
        for token in logprobs.content
    ]


def _likeliest(token: m.TokenLogprob) -> Iterator[tuple[str, float]]:
    """Yield the tokens that are told of at one place: the likeliest, and the one that was chosen."""
    yield from ((top.token, top.logprob) for top in token.top_logprobs)
    yield token.token, token.logprob


def completion_logprobs(
    logprobs: m.CompletionLogprobs | None,
) -> list[m.LegacyTokenLogprobs] | None:
    """Return how likely the tokens of a continued text were."""
    if logprobs is None:
        return None
    tops = logprobs.top_logprobs or [{} for _ in logprobs.tokens]
    chosen = zip(logprobs.tokens, logprobs.token_logprobs, strict=True)
    return [
        m.LegacyTokenLogprobs(
            logprobs_by_token={**top, **({} if value is None else {token: value})}
        )
        for top, (token, value) in zip(tops, chosen, strict=True)
    ]
