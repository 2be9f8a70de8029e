"""`inline::braintrust`: the scores of Braintrust's `autoevals`, whose questions go to the fleet's own models.

Source: https://github.com/braintrustdata/autoevals
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import autoevals
import msgspec
from autoevals.oai import LLMClient
from pydantic import Field, PositiveFloat, PositiveInt

from fleet.eval.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import InferenceServiceClient
from fleet_eval.scoring.provider import Offered, Row, Score, text_of, unknown_function
from fleet_runtime.at_once import at_once
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import InvalidArgument, UpstreamFailed

_SCORERS: Mapping[str, type[Any]] = {
    "braintrust::answer-correctness": autoevals.AnswerCorrectness,
    "braintrust::answer-relevancy": autoevals.AnswerRelevancy,
    "braintrust::answer-similarity": autoevals.AnswerSimilarity,
    "braintrust::context-entity-recall": autoevals.ContextEntityRecall,
    "braintrust::context-precision": autoevals.ContextPrecision,
    "braintrust::context-recall": autoevals.ContextRecall,
    "braintrust::context-relevancy": autoevals.ContextRelevancy,
    "braintrust::factuality": autoevals.Factuality,
    "braintrust::faithfulness": autoevals.Faithfulness,
}
_DESCRIPTIONS = {
    "braintrust::answer-correctness": "How right the generated answer is: its facts, and how alike the expected it is.",
    "braintrust::answer-relevancy": "How well the generated answer fits the question, given the context.",
    "braintrust::answer-similarity": "How alike the generated and the expected answer are in meaning.",
    "braintrust::context-entity-recall": "How many of the things in the expected answer are in the context.",
    "braintrust::context-precision": "Whether the context helps to find the expected answer.",
    "braintrust::context-recall": "How much of the expected answer follows from the context.",
    "braintrust::context-relevancy": "How much of the context is about the question.",
    "braintrust::factuality": "Whether the facts of the generated answer are those of the expected one.",
    "braintrust::faithfulness": "How much of the generated answer follows from the context.",
}
_NO_CONTEXT = (
    "braintrust::answer-correctness",
    "braintrust::answer-similarity",
    "braintrust::factuality",
)
_FUNCTIONS = tuple(
    Offered(name, text, m.ScoringParams(type="basic", aggregation_functions=["average"]))
    for name, text in _DESCRIPTIONS.items()
)


class Braintrust:
    """Reads `input_query`, `generated_answer`, `expected_answer`, and `context`: a text, or a list of texts."""

    class Config(BaseConfig):
        """Which models judge, and which service has them."""

        model: str = Field(examples=["openai/gpt-4o-mini"])
        """The model that judges. It must be able to call tools."""
        embedding_model: str | None = None
        """The model whose vectors tell how alike texts are. Functions that need one are refused if unset."""
        inference: str = "inference"
        """The name of the service that runs models."""
        rows_at_once: PositiveInt = 4
        """The most rows of one request that are judged at once."""
        seconds: PositiveFloat = 120.0
        """The longest that one answer of a model may take."""

    functions: Sequence[Offered] = _FUNCTIONS

    def __init__(self, config: Config) -> None:
        self._config = config
        self._channel = Channel(config.inference)
        self._inference = InferenceServiceClient(self._channel)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._channel.aclose()

    def check(self, name: str, params: m.ScoringParams) -> None:
        if name not in _SCORERS:
            raise unknown_function(name, _FUNCTIONS)
        if params.type != "basic":
            raise InvalidArgument(
                f"The parameters of '{name}' are of type 'basic'.",
                code="invalid_params",
                param="params.type",
            )

    async def score(
        self, name: str, params: m.ScoringParams, rows: Sequence[Row], call: Call
    ) -> list[Score]:
        asked = [_asked(name, row, place) for place, row in enumerate(rows)]
        models = _Models(self._inference, self._config, call)
        scorer = _SCORERS[name](model=self._config.model, client=models)

        async def judged(numbered: tuple[int, dict[str, Any]]) -> Score:
            place, one = numbered
            try:
                found = await scorer.eval_async(**one)
            except (ValueError, KeyError, IndexError, TypeError) as error:
                # What the library raises where the model's answer is not what it asked for.
                raise UpstreamFailed(
                    f"The model '{self._config.model}' did not answer row {place} in the form that '{name}' needs"
                    f" ({type(error).__name__}); does it call tools?",
                    status=502,
                    code="bad_answer",
                ) from error
            return {"score": found.score, "metadata": _plain(found.metadata)}

        try:
            return await at_once(list(enumerate(asked)), judged, self._config.rows_at_once)
        finally:
            models.forget()


class _Models(LLMClient):  # type: ignore[misc] # the library has no types
    """The fleet's models, as the library asks a client of OpenAI's for them.

    Not a call of the library's own constructor is made: that wants OpenAI's package.
    """

    def __init__(
        self, inference: InferenceServiceClient, config: Braintrust.Config, call: Call
    ) -> None:
        self._inference = inference
        self._config = config
        self._call = call
        self._is_wrapped = False

    class RateLimitError(Exception):
        """Never raised: refusals are raised as they are; who asks tries again, not the library."""

    async def complete(self, **asked: Any) -> dict[str, Any]:
        """Answer a conversation."""
        request = msgspec.json.decode(msgspec.json.encode(asked), type=i.ChatCompletionRequest)
        call = self._call.within(self._config.seconds)
        return _told(await self._inference.create_chat_completion(request, call))

    async def embed(self, **asked: Any) -> dict[str, Any]:
        """Return the vector of a text."""
        if self._config.embedding_model is None:
            raise InvalidArgument(
                "This function needs a model for vectors: the provider has no 'embedding_model' in its config.",
                code="no_embedding_model",
            )
        request = i.EmbeddingRequest(
            model=self._config.embedding_model, input=asked["input"], encoding_format="float"
        )
        call = self._call.within(self._config.seconds)
        return _told(await self._inference.create_embedding(request, call))

    def forget(self) -> None:
        """Take the vectors away that the library would else keep for ever."""
        cache = autoevals.EmbeddingSimilarity._CACHE  # noqa: SLF001 - there is no other way
        for key in [key for key in cache if id(self) in key]:
            del cache[key]


def _told(answer: msgspec.Struct) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(answer))
    return told


def _asked(name: str, row: Row, place: int) -> dict[str, Any]:
    """Return what a scorer is told of a row.

    Raises:
        InvalidArgument: The row lacks something.
    """
    asked = {
        "input": text_of(row, place, "input_query"),
        "output": text_of(row, place, "generated_answer"),
        "expected": text_of(row, place, "expected_answer"),
    }
    if name in _NO_CONTEXT:
        return asked
    context = row.get("context")
    if not isinstance(context, list) or not all(isinstance(each, str) for each in context):
        context = text_of(row, place, "context")
    return asked | {"context": context}


def _plain(metadata: dict[str, Any]) -> Any:
    """Return what a scorer says besides, as JSON has it."""
    return json.loads(json.dumps(metadata, default=lambda value: value.as_dict()))
