"""Tasks of the Language Model Evaluation Harness, which runs in a process of its own and asks the fleet over HTTP."""

import asyncio
import json
import time

import pytest

from fleet_testing.openai_upstream import openai_upstream

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BENCHMARKS = "/v1alpha/eval/benchmarks"
TASK = """
task: ours
dataset_path: json
dataset_kwargs: {{data_files: {{test: {rows}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
generation_kwargs: {{until: ["\\n"]}}
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
"""
ROWS = [
    {"question": "a", "answer": "a"},
    {"question": "b", "answer": "b"},
    {"question": "c", "answer": "x"},
]


@pytest.fixture
async def fleet():
    """Where models repeat what they are told."""
    async with openai_upstream() as upstream:
        yield upstream


@pytest.fixture
def settings(settings, fleet, tmp_path):
    rows = tmp_path / "task-rows.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    tasks = tmp_path / "tasks"
    tasks.mkdir()
    (tasks / "ours.yaml").write_text(TASK.format(rows=rows))
    config = {"base_url": fleet.url, "api_key": "sk-test", "task_folder": str(tasks)} | {
        "own_tasks_only": True
    }
    return settings | {
        "evaluation": {"lease_seconds": 1.5},
        "eval": [{"id": "harness", "type": "inline::lm-eval", "config": config}],
        "benchmarks": [
            {"benchmark_id": "ours"},
            {"benchmark_id": "none", "provider_benchmark_id": "no-such-task"},
        ],
    }


async def test_a_task_is_run(evals, fleet):
    """Its rows are kept with their scores; the number is the harness's own, with its standard error."""
    system = {"role": "system", "content": "Be brief."}
    candidate = {"type": "model", "model": "chat", "system_message": system}
    job = await evals.run(candidate=candidate)
    result = (await evals.result(job["job_id"])).json
    report = (await evals.report(job["job_id"], "report")).json
    rows = (await evals.report(job["job_id"], "report/rows", method="ListEvalReportRows")).json

    assert ("completed", 3, 3) == (
        job["status"],
        job["progress"]["total"],
        job["progress"]["scored"],
    )
    assert [1, 1, 0] == [
        each["score"] for each in result["scores"]["ours/exact_match,none"]["score_rows"]
    ]
    assert pytest.approx(2 / 3) == report["metrics"][0]["value"]
    assert "normal" == report["metrics"][0]["interval"]["method"]
    assert ROWS == [each["row"] for each in rows["data"]]
    assert {("sk-test", "Be brief.")} == {
        (
            seen.headers["authorization"].removeprefix("Bearer "),
            seen.json()["messages"][0]["content"],
        )
        for seen in fleet.requests
    }


async def test_a_task_that_nobody_has(evals):
    """The harness says so, in a process that then ends."""
    job = await evals.run("none")

    assert ("failed", "harness_failed") == (job["status"], job["error"]["code"])
    assert "no-such-task" in job["error"]["message"]


async def test_a_run_is_cancelled(evals, fleet):
    """Its process ends with it, and asks nothing more."""
    job_id = (await evals.begin(candidate={"type": "model", "model": "held"})).json["job_id"]
    end = time.monotonic() + 120.0
    while not fleet.requests:
        assert time.monotonic() < end
        await asyncio.sleep(0.05)
    await evals.jobs("CancelEvalJob", f"{BENCHMARKS}/ours/jobs/{job_id}")
    while not fleet.left:
        assert time.monotonic() < end
        await asyncio.sleep(0.05)

    assert "cancelled" == (await evals.job(job_id))["status"]
