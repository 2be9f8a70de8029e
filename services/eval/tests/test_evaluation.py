"""Runs of benchmarks: rows that are answered and scored, once each, whatever dies meanwhile."""

import asyncio
import json
import time

import pytest

from fleet_runtime.errors import InvalidArgument, NotFound, Unavailable
from fleet_testing.batches_neighbours import refusing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

BENCHMARKS = "/v1alpha/eval/benchmarks"
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
EQUALITY = "basic::equality"
AT_ONCE = 4


def question(number, wrong=False):
    """Return a row whose question is its answer, which the model repeats."""
    text = f"n{number}"
    return {"input_query": text, "expected_answer": "x" if wrong else text, "odd": number % 2}


ROWS = [question(number, wrong=number >= 3) for number in range(4)]


@pytest.fixture
def settings(settings):
    builtin = {"rows_at_once": AT_ONCE, "retry_seconds": 0.0}
    return settings | {
        "eval": [{"id": "builtin", "type": "inline::builtin", "config": builtin}],
        "evaluation": {"lease_seconds": 1.5},
    }


async def until(claim, seconds=60.0):
    """Wait for what another task or process does."""
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


@BOTH
async def test_a_benchmark_is_run(evals, neighbours):
    """All rows of its dataset are asked, and what came of it is as Llama Stack has it."""
    await evals.register(ROWS)
    early = await evals.result("eval-0")
    job = await evals.run()
    result = (await evals.result(job["job_id"])).json
    made = result["scores"][EQUALITY]["aggregated_results"]["accuracy"]

    assert "job_not_found" == early.error["code"]
    assert ("completed", {"total": 4, "answered": 4, "cached": 0, "failed": 0, "scored": 4}) == (
        job["status"],
        job["progress"],
    )
    assert [{"generated_answer": f"n{number}"} for number in range(4)] == result["generations"]
    assert [{"score": 1}, {"score": 1}, {"score": 1}, {"score": 0}] == result["scores"][EQUALITY][
        "score_rows"
    ]
    assert (0.75, 3, 4) == (made["accuracy"], made["num_correct"], made["num_total"])
    assert made["confidence_interval"]["lower"] < 0.75 < made["confidence_interval"]["upper"]
    assert {f"n{number}": 1 for number in range(4)} == neighbours.model.answered


@BOTH
async def test_killed_while_rows_are_answered(dying, starts, neighbours):
    """By `kill -9`: what was kept is not asked again, so no more rows are asked twice than were being asked."""
    neighbours.model.pause = 0.02
    async with dying() as (process, evals):
        await evals.register([question(number) for number in range(120)])
        job_id = (await evals.begin()).json["job_id"]
        await until(lambda: len(neighbours.model.answered) > 40)
        process.kill()
    asked = neighbours.model.begun.total()
    async with starts() as evals:
        job = await evals.ended(job_id)
        result = (await evals.result(job_id)).json

    assert 40 < asked < 120
    assert ("completed", 120, 120, 0) == (
        job["status"],
        job["progress"]["answered"],
        job["progress"]["scored"],
        job["progress"]["failed"],
    )
    assert [f"n{number}" for number in range(120)] == [
        each["generated_answer"] for each in result["generations"]
    ]
    assert neighbours.model.begun.total() <= 120 + AT_ONCE


async def test_answers_serve_later_runs(evals, neighbours):
    """Unless the caller wants new ones, something else is asked, or chance has a say."""
    await evals.register(ROWS)
    model = {"type": "model", "model": "chat"}
    sampled = {"strategy": {"type": "top_p", "temperature": 0.7, "top_p": 0.9}}
    counts = []
    for candidate, config in (
        (model, {}),
        (model, {"num_examples": 2}),
        (model, {"use_cache": False}),
        (model | {"system_message": {"role": "system", "content": "Be brief."}}, {}),
        (model | {"sampling_params": {"max_tokens": 7}}, {}),
        (model | {"sampling_params": sampled}, {}),
        (model | {"sampling_params": sampled}, {}),
        (model | {"sampling_params": {"strategy": {"type": "greedy"}}}, {}),
    ):
        before = neighbours.model.begun.total()
        job = await evals.run(candidate=candidate, **config)
        counts.append((neighbours.model.begun.total() - before, job["progress"]["cached"]))

    assert [(4, 0), (0, 2), (4, 0), (4, 0), (4, 0), (4, 0), (4, 0), (0, 4)] == counts


async def test_what_the_model_is_told(evals, neighbours):
    """The system message, then the row; tokens are chosen as the candidate says; texts are continued as such."""
    chat = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    rows = [
        {"chat_completion_input": json.dumps([*chat, {"role": "user", "content": "c"}])},
        {"messages": [{"role": "user", "content": "d"}], "answer": "d"},
        {"completion_input": '"e"'},
        {"question": "f", "answer": "f"},
    ]
    await evals.register([{"expected_answer": "c", **row} for row in rows])
    params = {
        "strategy": {"type": "top_k", "top_k": 3},
        "max_tokens": 9,
        "repetition_penalty": 1.1,
        "stop": ["."],
    }
    system = {"role": "system", "content": [{"type": "text", "text": "Be brief."}]}
    candidate = {
        "type": "model",
        "model": "chat",
        "sampling_params": params,
        "system_message": system,
    }
    job = await evals.run(candidate=candidate)
    said = [
        each["generated_answer"] for each in (await evals.result(job["job_id"])).json["generations"]
    ]
    by_size = sorted(
        (each for each in neighbours.model.received if hasattr(each, "messages")),
        key=lambda each: -len(each.messages),
    )

    assert ["c", "d", "Be brief.\n\ne", "f"] == said
    assert [("system", "Be brief."), ("user", "a"), ("assistant", "b"), ("user", "c")] == [
        (each.role, each.content) for each in by_size[0].messages
    ]
    assert {(9, 3, 1.1, ".", None)} == {
        (each.max_tokens, each.top_k, each.repetition_penalty, *each.stop, each.temperature)
        for each in neighbours.model.received
    }


async def test_an_agent_is_a_candidate(evals, neighbours):
    """Made for the run, asked each row in a session of its own, and gone with the run; what its tools gave counts."""
    await evals.register(ROWS)
    candidate = {"type": "agent", "config": {"model": "chat", "instructions": "Help."}}
    job = await evals.run(candidate=candidate)
    result = (await evals.result(job["job_id"])).json

    assert ("completed", 3) == (
        job["status"],
        sum(each["score"] for each in result["scores"][EQUALITY]["score_rows"]),
    )
    assert {"generated_answer": "n0", "context": "found"} == result["generations"][0]
    assert (1, {}, 4) == (
        neighbours.agents.made,
        neighbours.agents.there,
        len(set(neighbours.agents.sessions)),
    )


async def test_a_run_is_cancelled(evals, neighbours):
    """Nothing more is asked; what was found is in the report; there is no result."""
    await evals.register([question(number) for number in range(40)])
    candidate = {"type": "agent", "config": {"model": "chat", "instructions": ""}}
    neighbours.agents.there["other"] = None
    begun = await evals.begin(candidate={"type": "model", "model": "held"})
    path = f"{BENCHMARKS}/ours/jobs/{begun.json['job_id']}"
    await until(lambda: neighbours.model.begun.total() == AT_ONCE)
    for _ in range(2):
        gone = await evals.jobs("CancelEvalJob", path)
        assert (b"", None) == (gone.data, gone.error)
    neighbours.model.gate.set()
    job = await evals.ended(begun.json["job_id"])
    done = await evals.run(candidate=candidate)
    late = await evals.jobs("CancelEvalJob", f"{BENCHMARKS}/ours/jobs/{done['job_id']}")

    assert ("cancelled", 0) == (job["status"], job["progress"]["scored"])
    assert AT_ONCE == neighbours.model.begun.total()
    assert "job_not_completed" == (await evals.result(job["job_id"])).error["code"]
    assert "job_not_cancellable" == late.error["code"]
    assert {"other"} == neighbours.agents.there.keys()


async def test_rows_that_the_model_refuses_have_no_answer(evals, neighbours):
    """They count as wrong, are named in the report, and cost nobody else an answer."""
    refused = InvalidArgument("Too long.", code="context_length_exceeded")
    neighbours.model.refuse = refusing("n1", refused)
    await evals.register([*ROWS, {"odd": 0}])
    job = await evals.run()
    result = (await evals.result(job["job_id"])).json
    rows = (
        await evals.report(job["job_id"], "report/rows?failed=true", method="ListEvalReportRows")
    ).json

    assert 2 == job["progress"]["failed"]
    assert [1, None, 1, 0, None] == [
        each["score"] for each in result["scores"][EQUALITY]["score_rows"]
    ]
    assert 0.4 == result["scores"][EQUALITY]["aggregated_results"]["accuracy"]["accuracy"]
    assert [(1, "context_length_exceeded"), (4, "missing_column")] == [
        (each["index"], each["error"]["code"]) for each in rows["data"]
    ]


async def test_what_is_wrong_with_all_rows_ends_the_run(evals, neighbours):
    """A model that nobody has; and one that refuses each row, in its words."""
    await evals.register(ROWS)
    neighbours.model.refuse = refusing("n", NotFound("No such model.", code="model_not_found"))
    missing = await evals.run()
    neighbours.model.refuse = refusing("n", InvalidArgument("No 'top_k' here.", code="no_top_k"))
    refusing_all = await evals.run(use_cache=False)

    assert ("failed", "model_not_found") == (missing["status"], missing["error"]["code"])
    assert ("failed", "No row was answered: No 'top_k' here.") == (
        refusing_all["status"],
        refusing_all["error"]["message"],
    )


async def test_what_passes_is_waited_for(evals, neighbours):
    """The run goes on where it stood, once the model is back."""
    neighbours.model.refuse = refusing("n", Unavailable("Away.", code="away"), times=1)
    await evals.register(ROWS)
    job = await evals.run()

    assert ("completed", 4, 0) == (
        job["status"],
        job["progress"]["answered"],
        job["progress"]["failed"],
    )
    assert {1} == set(neighbours.model.answered.values())


@pytest.mark.parametrize(
    ("candidate", "config", "param"),
    [
        ({"type": "model"}, {}, "benchmark_config.eval_candidate.model"),
        ({"type": "agent"}, {}, "benchmark_config.eval_candidate.config"),
        (
            {"type": "agent", "config": {"model": 1}},
            {},
            "benchmark_config.eval_candidate.config",
        ),
        (
            {
                "type": "model",
                "model": "chat",
                "sampling_params": {"strategy": {"type": "top_k"}},
            },
            {},
            "benchmark_config.eval_candidate.sampling_params.strategy.top_k",
        ),
        (
            {"type": "model", "model": "chat"},
            {"scoring_params": {"basic::subset_of": {"type": "basic"}}},
            "benchmark_config.scoring_params.basic::subset_of",
        ),
        (
            {"type": "model", "model": "chat"},
            {"scoring_params": {EQUALITY: {"type": "regex_parser"}}},
            "params.type",
        ),
    ],
)
async def test_what_could_never_be_run_is_refused_at_once(candidate, config, param, evals):
    """And says which field is wrong."""
    await evals.register(ROWS)
    refused = await evals.begin(candidate=candidate, **config)

    assert param == refused.error["param"]


async def test_what_is_not_there_is_missed_at_once(evals):
    """The benchmark, its dataset, or a function."""
    lacking = {"dataset_id": "none", "scoring_functions": [EQUALITY]}
    await evals.benchmarks("RegisterBenchmark", BENCHMARKS, {"benchmark_id": "a", **lacking})
    await evals.register(ROWS, ["basic::none"])
    answers = [await evals.begin(name) for name in ("none", "a", "ours")]

    assert ["benchmark_not_found", "dataset_not_found", "scoring_function_not_found"] == [
        each.error["code"] for each in answers
    ]


async def test_rows_of_a_caller_are_evaluated_at_once(evals, neighbours):
    """By the functions that the caller names, with parameters; at today's path and the older ones."""
    await evals.register(ROWS)
    config = {
        "eval_candidate": {"type": "model", "model": "chat", "sampling_params": {}},
        "scoring_params": {
            "basic::subset_of": {"type": "basic", "aggregation_functions": ["median"]}
        },
    }
    asked = {"input_rows": ROWS, "scoring_functions": ["basic::subset_of"]}
    answer = await evals.jobs(
        "EvaluateRows", f"{BENCHMARKS}/ours/evaluations", asked | {"benchmark_config": config}
    )
    older = await evals.jobs(
        "EvaluateTaskRows", "/v1/eval/tasks/ours/evaluations", asked | {"task_config": config}
    )
    begun = await evals.jobs(
        "RunEvalTask", "/v1/eval/tasks/ours/jobs", {"task_config": config | {"scoring_params": {}}}
    )
    job = await evals.jobs("GetEvalJob", f"/v1/eval/tasks/ours/jobs/{begun.json['job_id']}")

    result = answer.json["scores"]["basic::subset_of"]
    assert [{"generated_answer": f"n{number}"} for number in range(4)] == answer.json["generations"]
    assert [1, 1, 1, 0] == [each["score"] for each in result["score_rows"]]
    assert ["median"] == list(result["aggregated_results"])
    assert answer.json == older.json
    assert begun.json["job_id"] == job.json["job_id"]


async def test_the_report_has_tables_and_rows(evals):
    """Numbers with their intervals, means by a column, and single rows, page by page, by their scores."""
    await evals.register(ROWS, [EQUALITY, "basic::subset_of"])
    job_id = (await evals.run())["job_id"]
    report = (await evals.report(job_id, "report?group_by=odd")).json
    pages, query = [], f"report/rows?limit=2&scoring_function={EQUALITY}&min_score=1"
    while query:
        page = (await evals.report(job_id, query, method="ListEvalReportRows")).json
        pages.append([each["index"] for each in page["data"]])
        cursor = page["next_cursor"]
        query = (
            cursor
            and f"report/rows?limit=2&scoring_function={EQUALITY}&min_score=1&cursor={cursor}"
        )
    other = (await evals.run(num_examples=1))["job_id"]
    strange = await evals.report(
        other, f"report/rows?cursor={cursor or 'x'}", method="ListEvalReportRows"
    )
    nobody = await evals.report(job_id, "report/rows?min_score=1", method="ListEvalReportRows")
    listed = (await evals.jobs("ListEvalJobs", f"{BENCHMARKS}/ours/jobs?limit=1")).json

    assert [(EQUALITY, "accuracy", 0.75), ("basic::subset_of", "accuracy", 0.75)] == [
        (each["scoring_function"], each["name"], each["value"]) for each in report["metrics"]
    ]
    assert "wilson" == report["metrics"][0]["interval"]["method"]
    assert [("0", 2, 1.0), ("1", 2, 0.5)] == [
        (each["value"], each["count"], each["metrics"][0]["value"]) for each in report["groups"]
    ]
    assert [[0, 1], [2]] == pages
    assert "invalid_cursor" == strange.error["code"]
    assert "scoring_function" == nobody.error["param"]
    assert ([other], True) == ([each["job_id"] for each in listed["data"]], listed["has_more"])


async def test_two_runs_are_compared(evals, neighbours):
    """Row by row: one that answers ten rows right which the other refuses is better, and not by chance."""
    await evals.register([question(number) for number in range(12)])
    good = (await evals.run())["job_id"]
    neighbours.model.refuse = lambda text: (
        None if text in ("n0", "n1") else InvalidArgument("No.", code="no")
    )
    bad = (await evals.run(use_cache=False))["job_id"]
    half = (await evals.run(num_examples=1))["job_id"]
    compared = (await evals.report(good, f"comparison/{bad}", method="CompareEvalJobs")).json
    same = (await evals.report(good, f"comparison/{half}", method="CompareEvalJobs")).json
    found = compared["differences"][0]

    assert (12, 1.0, 10, 0, "mcnemar", True) == (
        found["count"],
        found["mean"],
        found["better"],
        found["worse"],
        found["test"],
        found["significant"],
    )
    assert 2 / 2**10 == pytest.approx(found["p_value"])
    assert found["interval"]["lower"] <= found["difference"] <= found["interval"]["upper"]
    assert (11, 1.0, False) == (
        same["unmatched"],
        same["differences"][0]["p_value"],
        same["differences"][0]["significant"],
    )
