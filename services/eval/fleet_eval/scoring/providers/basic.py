"""`inline::basic`: scores that need no model."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence

from fleet.eval.v1 import messages as m
from fleet_eval.scoring import patterns
from fleet_eval.scoring.basic.answers import equality, subset_of
from fleet_eval.scoring.basic.bfcl import bfcl
from fleet_eval.scoring.basic.docvqa import docvqa
from fleet_eval.scoring.basic.ifeval import ifeval
from fleet_eval.scoring.basic.math_answer import REGEXES as MATH
from fleet_eval.scoring.basic.math_answer import math_answer
from fleet_eval.scoring.basic.multiple_choice import REGEXES as LETTERS
from fleet_eval.scoring.basic.multiple_choice import multiple_choice
from fleet_eval.scoring.provider import Offered, Row, Score, text_of, unknown_function
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import InvalidArgument

_GENERATED = "generated_answer"
_EXPECTED = "expected_answer"
_COMPARED: Mapping[str, Callable[[str, str], float]] = {
    "basic::equality": equality,
    "basic::subset_of": subset_of,
}
_PARSED: Mapping[str, Callable[[str, str, list[str]], float]] = {
    "basic::regex_parser_math_response": math_answer,
    "basic::regex_parser_multiple_choice_answer": multiple_choice,
}
_BFCL = "basic::bfcl"
_DOCVQA = "basic::docvqa"
_IFEVAL = "basic::ifeval"


def _basic(name: str, description: str) -> Offered:
    params = m.ScoringParams(type="basic", aggregation_functions=["accuracy"])
    return Offered(name, description, params)


def _parser(name: str, description: str, regexes: list[str]) -> Offered:
    params = m.ScoringParams(
        type="regex_parser", parsing_regexes=regexes, aggregation_functions=["accuracy"]
    )
    return Offered(name, description, params)


_FUNCTIONS = (
    _basic("basic::equality", "1 if the generated answer is the expected one, else 0."),
    _basic("basic::subset_of", "1 if the expected answer is a part of the generated one, else 0."),
    _parser(
        "basic::regex_parser_multiple_choice_answer",
        "1 if the generated answer ends up with the expected letter, else 0.",
        LETTERS,
    ),
    _parser(
        "basic::regex_parser_math_response",
        "1 if the generated answer ends up with the expected mathematical expression, else 0.",
        MATH,
    ),
    Offered(
        _DOCVQA,
        "How alike the generated answer is to one of the expected ones, by ANLS.",
        m.ScoringParams(type="basic", aggregation_functions=["average"]),
    ),
    _basic(_BFCL, "1 if the generated calls of functions are the expected ones, else 0."),
    Offered(
        _IFEVAL,
        "How many of its instructions the generated answer follows.",
        m.ScoringParams(type="basic", aggregation_functions=["weighted_average"]),
    ),
)


class Basic:
    """Reads `generated_answer` and `expected_answer` of each row, in threads.

    For `basic::docvqa`, `expected_answer` may be a list of texts, or one as JSON; `basic::ifeval` reads
    `instruction_id_list` and `kwargs` in its place, and `basic::bfcl` reads `ground_truth`.
    """

    class Config(BaseConfig):
        """There is nothing to be set."""

    functions: Sequence[Offered] = _FUNCTIONS

    def __init__(self, config: Config) -> None:
        del config

    async def aclose(self) -> None:
        """Do nothing."""

    def check(self, name: str, params: m.ScoringParams) -> None:
        known = {each.name: each.params for each in _FUNCTIONS}
        if name not in known:
            raise unknown_function(name, _FUNCTIONS)
        if params.type != known[name].type:
            raise InvalidArgument(
                f"The parameters of '{name}' are of type '{known[name].type}'.",
                code="invalid_params",
                param="params.type",
            )
        patterns.check(params.parsing_regexes or [], "params.parsing_regexes")

    async def score(
        self, name: str, params: m.ScoringParams, rows: Sequence[Row], call: Call
    ) -> list[Score]:
        return await asyncio.to_thread(_scored, name, params, rows)


def _scored(name: str, params: m.ScoringParams, rows: Sequence[Row]) -> list[Score]:
    if name == _IFEVAL:
        return [ifeval(row, place) for place, row in enumerate(rows)]
    return [{"score": _score(name, params, row, place)} for place, row in enumerate(rows)]


def _score(name: str, params: m.ScoringParams, row: Row, place: int) -> float:
    if name == _BFCL:
        return bfcl(row, place)
    generated = text_of(row, place, _GENERATED)
    if name == _DOCVQA:
        return docvqa(generated, _expected(row, place))
    expected = text_of(row, place, _EXPECTED)
    if name in _COMPARED:
        return _COMPARED[name](generated, expected)
    return _PARSED[name](generated, expected, params.parsing_regexes or [])


def _expected(row: Row, place: int) -> list[str]:
    """Return the answers that are right: a list, as it is or as JSON, or one."""
    answers = row.get(_EXPECTED)
    if isinstance(answers, str) and answers.startswith("["):
        try:
            answers = json.loads(answers)
        except ValueError:
            answers = [answers]
    if isinstance(answers, list) and answers and all(isinstance(each, str) for each in answers):
        return answers
    return [text_of(row, place, _EXPECTED)]
