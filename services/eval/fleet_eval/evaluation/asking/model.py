"""Asking a model."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from fleet.eval.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import InferenceServiceClient
from fleet_eval.evaluation.asking.question import Question
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument

# What Llama Stack takes where the strategy `top_p` leaves it out.
_TOP_P = 0.95
_CANDIDATE = "benchmark_config.eval_candidate"


class Model:
    """Asks the model of a candidate, as its parameters say.

    Args:
        inference: Who runs it.
        candidate: Which one, and how.

    Raises:
        InvalidArgument: The candidate lacks something.
    """

    def __init__(self, inference: InferenceServiceClient, candidate: m.EvalCandidate) -> None:
        if candidate.model is None:
            raise _wrong("A candidate of type 'model' needs 'model'.", "model")
        self._inference = inference
        self._model = candidate.model
        self._first = _system(candidate.system_message)
        self._params = candidate.sampling_params or m.EvalSamplingParams()
        self._check()

    def key(self, question: Question) -> str | None:
        """Return the digest of the whole request, if the model answers greedily."""
        strategy = self._params.strategy
        if strategy is not None and strategy.type != "greedy":
            return None
        request: msgspec.Struct = (
            self._chat(question) if question.prompt is None else self._completion(question.prompt)
        )
        kind = type(request).__name__.encode()
        return sha256(kind + msgspec.json.encode(request)).hexdigest()

    async def ask(self, question: Question, call: Call) -> Mapping[str, Any]:
        """Return the answer."""
        if question.prompt is not None:
            completion = await self._inference.create_completion(
                self._completion(question.prompt), call
            )
            return {"generated_answer": completion.choices[0].text if completion.choices else ""}
        answer = await self._inference.create_chat_completion(self._chat(question), call)
        content = answer.choices[0].message.content if answer.choices else None
        return {"generated_answer": content if isinstance(content, str) else ""}

    def _chat(self, question: Question) -> i.ChatCompletionRequest:
        request = i.ChatCompletionRequest(
            model=self._model,
            messages=[*self._first, *question.messages],
            max_tokens=self._params.max_tokens or None,
        )
        self._sample(request)
        return request

    def _completion(self, prompt: str) -> i.CompletionRequest:
        texts = [each.content for each in self._first if isinstance(each.content, str)]
        request = i.CompletionRequest(
            model=self._model,
            prompt="\n\n".join([*texts, prompt]),
            max_tokens=self._params.max_tokens or None,
        )
        self._sample(request)
        return request

    def _sample(self, request: i.ChatCompletionRequest | i.CompletionRequest) -> None:
        """Say how tokens are chosen."""
        params, strategy = self._params, self._params.strategy
        request.stop = params.stop or None
        # SDKs always send 1, which is none, and which not all model servers take.
        if params.repetition_penalty not in (None, 1.0):
            request.repetition_penalty = params.repetition_penalty
        if strategy is None or strategy.type == "greedy":
            request.temperature = 0.0
        elif strategy.type == "top_k":
            request.top_k = strategy.top_k
        else:
            request.temperature = strategy.temperature
            request.top_p = _TOP_P if strategy.top_p is None else strategy.top_p

    def _check(self) -> None:
        params, strategy = self._params, self._params.strategy
        if strategy is not None and strategy.type == "top_k" and strategy.top_k is None:
            raise _wrong("The strategy 'top_k' needs 'top_k'.", "sampling_params.strategy.top_k")
        if params.repetition_penalty is not None and params.repetition_penalty <= 0:
            raise _wrong(
                "'repetition_penalty' must be above 0.", "sampling_params.repetition_penalty"
            )


def _system(message: m.EvalSystemMessage | None) -> list[i.ChatMessage]:
    """Return what the model is told first.

    Raises:
        InvalidArgument: It is no text.
    """
    if message is None:
        return []
    content = msgspec.json.decode(message.content)
    texts = []
    for each in content if isinstance(content, list) else [content]:
        text = each.get("text") if isinstance(each, dict) else each
        if not isinstance(text, str):
            raise _wrong("'system_message' must be a text, or a list of texts.", "system_message")
        texts.append(text)
    return [i.ChatMessage(role="system", content="\n".join(texts))]


def _wrong(message: str, field: str) -> InvalidArgument:
    return InvalidArgument(message, code="invalid_value", param=f"{_CANDIDATE}.{field}")
