"""`inline::llm-as-judge`: a model reads what was generated, and says what it thinks of it."""

import asyncio
import re
from collections.abc import Sequence

from pydantic import PositiveFloat, PositiveInt

from fleet.eval.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import InferenceServiceClient
from fleet_eval.scoring import patterns
from fleet_eval.scoring.provider import Offered, Row, Score
from fleet_runtime.at_once import at_once
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import InvalidArgument

# As in Python: two braces are one, and what is in one pair is a name.
_PLACE = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_WHOLE = re.compile(r"-?\d{1,15}")
_NUMBER = re.compile(r"-?\d{1,15}\.\d{1,15}")
# The marks of SimpleQA (https://arxiv.org/abs/2411.04368): A correct, B wrong, C not attempted.
_SIMPLEQA = """\
You mark answers to short questions of fact. Compare the answer with the reference, and say with one letter what it is.

A: It has all that the reference says, and nothing that contradicts it. Other words, another order, no punctuation, \
guesses that turn out right, and more detail are fine. A number is right to the last place that the reference has.
B: Something in it contradicts the reference, even if it is hedged.
C: It leaves out what the reference says, but contradicts nothing: it does not know, refuses, or gives only a part.

What the question itself says need not be said again in the answer. Do not correct the reference.

Question: {input_query}
Reference: {expected_answer}
Answer: {generated_answer}

Answer with the letter A, B or C, and nothing else."""
_BASE = """\
Question: {input_query}
Reference: {expected_answer}
Answer: {generated_answer}

How well does the answer say what the reference does? Give a whole number from 1, not at all, to 5, entirely, in the
form "Rating: <number>"."""
_FUNCTIONS = (
    Offered(
        "llm-as-judge::base",
        "What a model thinks of the generated answer: from 1 to 5, or as the prompt of the parameters has it.",
        m.ScoringParams(
            type="llm_as_judge",
            prompt_template=_BASE,
            judge_score_regexes=[r"(?i)rating\D{0,10}(\d+)"],
            aggregation_functions=["average", "median"],
        ),
    ),
    Offered(
        "llm-as-judge::405b-simpleqa",
        "Whether a model finds the generated answer right (A), wrong (B), or none (C).",
        m.ScoringParams(
            type="llm_as_judge",
            judge_model="meta-llama/Llama-3.1-405B-Instruct",
            prompt_template=_SIMPLEQA,
            judge_score_regexes=[r"\b([ABC])\b"],
            aggregation_functions=["categorical_count"],
        ),
        "string",
    ),
)


class LlmAsJudge:
    """Asks a model about each row, by `prompt_template`, in which `{input_query}` and others stand for columns.

    The score is what the first of `judge_score_regexes` finds, as a number if it is one; `None` if none finds anything.
    Functions that are registered may have any name.
    """

    class Config(BaseConfig):
        """Which service has the models, and how it is asked."""

        inference: str = "inference"
        """The name of the service that runs models."""
        rows_at_once: PositiveInt = 8
        """The most rows of one request that are with the model at once."""
        max_tokens: PositiveInt = 1024
        """The longest that the model may say, in tokens."""
        seconds: PositiveFloat = 120.0
        """The longest that it may take for a row."""

    functions: Sequence[Offered] = _FUNCTIONS

    def __init__(self, config: Config) -> None:
        self._config = config
        self._channel = Channel(config.inference)
        self._inference = InferenceServiceClient(self._channel)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._channel.aclose()

    def check(self, name: str, params: m.ScoringParams) -> None:
        if params.type != "llm_as_judge":
            raise InvalidArgument(
                f"The parameters of '{name}' are of type 'llm_as_judge'.",
                code="invalid_params",
                param="params.type",
            )
        patterns.check(params.judge_score_regexes or [], "params.judge_score_regexes")

    async def score(
        self, name: str, params: m.ScoringParams, rows: Sequence[Row], call: Call
    ) -> list[Score]:
        """Ask the model about all rows.

        Raises:
            InvalidArgument: No model is named, there is no prompt or no pattern, or a row lacks a column of the prompt.
            FleetError: As the model failed.
        """
        if not (params.judge_model and params.prompt_template and params.judge_score_regexes):
            raise InvalidArgument(
                f"'{name}' needs 'judge_model', 'prompt_template' and 'judge_score_regexes' in its parameters.",
                code="invalid_params",
                param=f"scoring_functions.{name}",
            )
        prompts = [_filled(params.prompt_template, row, place) for place, row in enumerate(rows)]
        model, regexes = params.judge_model, params.judge_score_regexes

        async def judged(prompt: str) -> Score:
            said = await self._said(model, prompt, call)
            found = await asyncio.to_thread(patterns.first, regexes, said, "judge_score_regexes")
            return {"score": _score(found), "judge_feedback": said}

        return await at_once(prompts, judged, self._config.rows_at_once)

    async def _said(self, model: str, prompt: str, call: Call) -> str:
        asked = i.ChatCompletionRequest(
            model=model,
            messages=[i.ChatMessage(role="user", content=prompt)],
            max_tokens=self._config.max_tokens,
            temperature=0.0,
        )
        answer = await self._inference.create_chat_completion(
            asked, call.within(self._config.seconds)
        )
        content = answer.choices[0].message.content if answer.choices else None
        return content if isinstance(content, str) else ""


def _filled(template: str, row: Row, place: int) -> str:
    """Return what the model is asked about a row. What a row has in braces stays as it is.

    Raises:
        InvalidArgument: The row lacks a column.
    """

    def value(found: "re.Match[str]") -> str:
        column = found[1]
        if column is None:
            return found[0][0]
        if row.get(column) is None:
            raise InvalidArgument(
                f"Row {place} must have something in '{column}', for the prompt of the judge.",
                code="missing_column",
                param=f"input_rows[{place}].{column}",
            )
        return str(row[column])

    return _PLACE.sub(value, template)


def _score(found: str | None) -> int | float | str | None:
    if found is None:
        return None
    if _WHOLE.fullmatch(found):
        return int(found)
    return float(found) if _NUMBER.fullmatch(found) else found
