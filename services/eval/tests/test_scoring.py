"""Scoring: by functions of callers, of whole datasets, and by models."""

import json

import pytest

from fleet.eval.v1 import messages as m
from fleet_runtime.errors import InvalidArgument, ResourceExhausted, UpstreamFailed

pytestmark = pytest.mark.slow

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
ROWS = [
    {"input_query": f"{number}?", "generated_answer": str(number), "expected_answer": "1"}
    for number in range(5)
]
JUDGE = {
    "type": "llm_as_judge",
    "judge_model": "chat",
    "prompt_template": "Rate {generated_answer} for {input_query} from {{1}}.",
    "judge_score_regexes": [r"no (\d)", r"is (\S+)"],
    "aggregation_functions": ["average", "categorical_count"],
}
OWN = {
    "scoring_fn_id": "ours/judge",
    "description": "Our own.",
    "return_type": {"type": "number"},
    "params": JUDGE,
}
FUNCTIONS = "/v1/scoring-functions"


async def test_the_functions_that_there_are(rest):
    """By the names that Llama Stack gives them."""
    listed = (await rest.functions("ListScoringFunctions", FUNCTIONS)).json["data"]
    got = await rest.functions("GetScoringFunction", f"{FUNCTIONS}/basic::equality")

    assert {
        "basic::equality",
        "basic::subset_of",
        "basic::regex_parser_multiple_choice_answer",
        "basic::regex_parser_math_response",
        "basic::bfcl",
        "basic::docvqa",
        "basic::ifeval",
        "llm-as-judge::base",
        "llm-as-judge::405b-simpleqa",
    } <= {each["identifier"] for each in listed}
    assert {
        "identifier": "basic::equality",
        "provider_resource_id": "basic::equality",
        "provider_id": "basic",
        "type": "scoring_function",
        "description": "1 if the generated answer is the expected one, else 0.",
        "metadata": {},
        "return_type": {"type": "number"},
        "params": {"type": "basic", "aggregation_functions": ["accuracy"]},
    } == got.json


@BOTH
async def test_a_function_of_a_caller_lives(rest, models, scored):
    """Registered, which may be done twice; listed, got, used, and taken away."""
    models.says = lambda prompt: f"It is {len(prompt)}"
    for _ in range(2):
        made = await rest.functions("RegisterScoringFunction", FUNCTIONS, OWN)
        assert (b"", None) == (made.data, made.error)
    got = (await rest.functions("GetScoringFunction", f"{FUNCTIONS}/ours/judge")).json
    scores, made = await scored(ROWS[:2], "ours/judge")
    other = await rest.functions("RegisterScoringFunction", FUNCTIONS, OWN | {"description": "x"})
    await rest.functions("UnregisterScoringFunction", f"{FUNCTIONS}/ours/judge")
    after = await rest.functions("GetScoringFunction", f"{FUNCTIONS}/ours/judge")

    assert ("llm-as-judge", "ours/judge", JUDGE) == (
        got["provider_id"],
        got["provider_resource_id"],
        got["params"],
    )
    assert ["Rate 0 for 0? from {1}.", "Rate 1 for 1? from {1}."] == [
        asked.messages[0].content for asked in sorted(models.asked, key=str)
    ]
    assert [23, 23] == scores
    assert 23 == made["average"]["average"]
    assert "scoring_function_exists" == other.error["code"]
    assert "scoring_function_not_found" == after.error["code"]


async def test_a_function_may_be_one_of_a_provider_with_other_parameters(rest, scored):
    """What its own parameters leave out is the provider's."""
    params = {"type": "basic", "aggregation_functions": ["average"]}
    more = {"provider_scoring_fn_id": "basic::equality", "params": params}
    await rest.functions("RegisterScoringFunction", FUNCTIONS, OWN | more)
    scores, made = await scored(ROWS, "ours/judge")

    assert [0, 1, 0, 0, 0] == scores
    assert ["average"] == list(made)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"provider_id": "nobody"}, "unknown_provider"),
        ({"provider_id": "basic"}, "unknown_scoring_function"),
        ({"provider_id": "llm-as-judge", "params": {"type": "basic"}}, "invalid_params"),
        ({"params": None}, "unknown_scoring_function"),
        ({"params": JUDGE | {"judge_score_regexes": ["("]}}, "unknown_scoring_function"),
        ({"scoring_fn_id": "basic::equality"}, "scoring_function_exists"),
        ({"return_type": {"type": "x"}}, "invalid_value"),
    ],
)
async def test_a_function_that_could_never_score_is_not_registered(more, code, rest):
    """And says what is wrong."""
    refused = await rest.functions("RegisterScoringFunction", FUNCTIONS, OWN | more)

    assert code == refused.error["code"]


async def test_functions_of_providers_stay(rest):
    """They are there whenever the provider is."""
    path = f"{FUNCTIONS}/basic::equality"
    refused = await rest.functions("UnregisterScoringFunction", path)

    assert "scoring_function_built_in" == refused.error["code"]


@BOTH
async def test_a_dataset_is_scored_and_the_results_are_a_dataset(rest, known, every_row, settings):
    """Page by page, appended rows too; each row of the new one has what came of it."""
    await known({"type": "rows", "rows": ROWS[:3]})
    path = "/v1beta/datasetio/append-rows/some/rows"
    await rest.rows("AppendRows", path, {"rows": ROWS[3:]})
    asked = {
        "dataset_id": "some/rows",
        "scoring_functions": {"basic::equality": None, "basic::subset_of": None},
        "save_results_dataset": True,
    }
    answer = (await rest.scoring("ScoreBatch", "/v1/scoring/score-batch", asked)).json
    rows, _ = await every_row(answer["dataset_id"])
    unsaved = asked | {"save_results_dataset": False}
    again = (await rest.scoring("ScoreBatch", "/v1/scoring/score-batch", unsaved)).json

    assert [0, 1, 0, 0, 0] == [
        each["score"] for each in answer["results"]["basic::equality"]["score_rows"]
    ]
    assert ROWS[1] | {"basic::equality": {"score": 1}, "basic::subset_of": {"score": 1}} == rows[1]
    assert len(ROWS) == len(rows)
    assert {"dataset_id": None, "results": answer["results"]} == again


async def test_weights_of_rows_count(scored):
    """A column of that name goes with the score."""
    params = {"type": "basic", "aggregation_functions": ["weighted_average"]}
    rows = [ROWS[0] | {"weight": 1}, ROWS[1] | {"weight": 3}]
    _, made = await scored(rows, "basic::equality", params)

    assert 0.75 == made["weighted_average"]["weighted_average"]


async def test_the_judge_may_find_no_mark(models, scored):
    """Then there is none, and the row is not a bad one by that."""
    models.says = lambda prompt: "is 4.5" if "Rate 1" in prompt else "I would not know"
    scores, made = await scored(ROWS[:2], "llm-as-judge::base", JUDGE)

    assert [None, 4.5] == scores
    assert 4.5 == made["average"]["average"]
    assert {"4.5": 1, "None": 1} == made["categorical_count"]["categorical_count"]


async def test_the_judge_reads_what_it_says(models, score):
    """What the model said is kept beside each score; the request names the model alone, the rest is the function's."""
    models.says = lambda prompt: "B" if "Answer: 1" in prompt else "A"
    params = {"type": "llm_as_judge", "judge_model": "another"}
    answer = await score(ROWS[:2], **{"llm-as-judge::405b-simpleqa": params})
    result = answer.json["results"]["llm-as-judge::405b-simpleqa"]

    assert [
        {"score": "A", "judge_feedback": "A"},
        {"score": "B", "judge_feedback": "B"},
    ] == result["score_rows"]
    assert {"A": 1, "B": 1} == result["aggregated_results"]["categorical_count"][
        "categorical_count"
    ]
    assert {"another"} == {asked.model for asked in models.asked}


async def test_rows_are_with_the_judge_several_at_once(models, scored):
    """And no more than that."""
    models.says = lambda prompt: "is 1"
    models.wait = 0.02
    await scored(ROWS * 10, "llm-as-judge::base", JUDGE)

    assert 8 == models.most
    assert 50 == len(models.asked)


@pytest.mark.parametrize(
    ("params", "row", "param"),
    [
        (None, ROWS[0], "scoring_functions.llm-as-judge::base"),
        (JUDGE, {"input_query": "?"}, "input_rows[0].generated_answer"),
    ],
)
async def test_the_judge_needs_a_model_and_the_columns_of_its_prompt(params, row, param, score):
    """Or it is not asked at all."""
    answer = await score([row], **{"llm-as-judge::base": params})

    assert param == answer.error["param"]


async def test_a_judge_that_is_busy_is_told_of(models, score):
    """In its own words; nothing is scored in part."""

    def full(prompt):
        raise ResourceExhausted("The queue is full.", code="queue_full", retry_after=7)

    models.says = full
    answer = await score(ROWS, **{"llm-as-judge::base": JUDGE})

    assert ("queue_full", "rate_limit_error") == (answer.error["code"], answer.error["type"])


class TestBounds:
    """How much is scored at once."""

    @pytest.fixture
    def settings(self, settings):
        return settings | {"max_scored_rows": 4}

    async def test_a_dataset_with_more_rows_is_refused(self, rest, known):
        """What came of them would not fit in an answer."""
        await known({"type": "rows", "rows": ROWS})
        asked = {"dataset_id": "some/rows", "scoring_functions": {"basic::equality": None}}
        answer = await rest.scoring("ScoreBatch", "/v1/scoring/score-batch", asked)

        assert "too_many_rows" == answer.error["code"]


async def test_by_grpc(typed, call):
    """What the eval jobs will use."""
    rows = [json.dumps(row).encode() for row in ROWS[:2]]
    request = m.ScoreRequest(input_rows=rows, scoring_functions={"basic::equality": None})
    answer = await typed.scoring.score(request, call)
    wrong = m.ScoreRequest(input_rows=[b"1"], scoring_functions={"basic::equality": None})

    assert [b'{"score":0.0}', b'{"score":1.0}'] == [
        bytes(row) for row in answer.results["basic::equality"].score_rows
    ]
    with pytest.raises((InvalidArgument, UpstreamFailed), match="JSON object"):
        await typed.scoring.score(wrong, call)
