"""Benchmarks that NVIDIA NeMo Evaluator runs."""

import asyncio
import time

import pytest

from fleet_testing.nemo_evaluator import NemoEvaluator, nemo_evaluator

pytestmark = pytest.mark.slow

BENCHMARKS = "/v1alpha/eval/benchmarks"
METADATA = {"type": "gsm8k", "params": {"limit_samples": 10}}
OURS = {
    "benchmark_id": "ours",
    "dataset_id": "theirs",
    "scoring_functions": [],
    "provider_id": "nvidia",
    "metadata": METADATA,
}
TASKS = {"gsm8k": {"metrics": {"exact_match": {"scores": {"strict": {"value": 0.8}}}}}}


@pytest.fixture
async def nemo():
    nemo = NemoEvaluator(key="nvapi-1", results={"tasks": TASKS, "groups": {}})
    async with nemo_evaluator(nemo) as nemo.address:
        yield nemo


@pytest.fixture
def settings(settings, nemo):
    config = {"evaluator_url": nemo.address, "api_key": "nvapi-1", "poll_seconds": 0.02}
    nvidia = {"id": "nvidia", "type": "remote::nvidia", "config": config}
    return settings | {"eval": [nvidia], "evaluation": {"lease_seconds": 1.5}}


async def looked_at(nemo):
    """Return once a job is begun there, and the service waits for its end."""
    end = time.monotonic() + 30.0
    while not any("GET" == seen.method for seen in nemo.seen):
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


async def test_a_configuration_is_a_benchmark(nemo, evals):
    """Created with it from its metadata, and deleted with it."""
    await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS)
    told = dict(nemo.configs)
    await evals.benchmarks("UnregisterBenchmark", f"{BENCHMARKS}/ours")

    assert {"nvidia/ours": {"namespace": "nvidia", "name": "ours", **METADATA}} == told
    assert {} == nemo.configs


async def test_a_job_is_run_there(nemo, starts):
    """One, though the service ends meanwhile; what came of it is told in their words, and as numbers of the report."""
    async with starts() as evals:
        await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS)
        job_id = (await evals.begin()).json["job_id"]
        await looked_at(nemo)
    nemo.status = "completed"
    async with starts() as evals:
        job = await evals.ended(job_id)
        result = (await evals.result(job_id)).json
        report = (await evals.report(job_id, "report")).json

    assert "completed" == job["status"]
    assert {
        "eval-1": {"config": "nvidia/ours", "target": {"type": "model", "model": "chat"}}
    } == nemo.jobs
    assert [] == result["generations"]
    assert TASKS == result["scores"]["ours"]["aggregated_results"]["tasks"]
    assert [("gsm8k", "exact_match/strict", 0.8)] == [
        (each["scoring_function"], each["name"], each["value"]) for each in report["metrics"]
    ]


async def test_what_fails_there_fails_here(nemo, evals):
    """In their words."""
    nemo.status, nemo.details = "failed", {"message": "No such dataset."}
    await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS)
    job = await evals.run()

    assert ("failed", "evaluation_failed") == (job["status"], job["error"]["code"])
    assert "No such dataset." in job["error"]["message"]


async def test_what_is_cancelled_here_is_cancelled_there(nemo, evals):
    """It would cost GPUs for nobody."""
    await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS)
    job_id = (await evals.begin()).json["job_id"]
    await looked_at(nemo)
    await evals.jobs("CancelEvalJob", f"{BENCHMARKS}/ours/jobs/{job_id}")

    assert "cancelled" == (await evals.job(job_id))["status"]
    assert "cancelled" == nemo.status


@pytest.mark.parametrize(
    ("candidate", "config", "param"),
    [
        ({"type": "agent", "config": {}}, {}, "benchmark_config.eval_candidate.type"),
        ({"type": "model", "model": "m"}, {"num_examples": 1}, "benchmark_config.num_examples"),
        (
            {"type": "model", "model": "m", "system_message": {"content": "x"}},
            {},
            "benchmark_config.eval_candidate.system_message",
        ),
    ],
)
async def test_what_it_cannot_do_is_refused(candidate, config, param, evals):
    """At once, and not after the job."""
    await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS)
    refused = await evals.begin(candidate=candidate, **config)

    assert param == refused.error["param"]


async def test_it_takes_no_single_rows(evals):
    """Rows are in its own Data Store."""
    await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS)
    asked = {
        "input_rows": [{}],
        "scoring_functions": ["basic::equality"],
        "benchmark_config": {"eval_candidate": {"type": "model", "model": "m"}},
    }
    refused = await evals.jobs("EvaluateRows", f"{BENCHMARKS}/ours/evaluations", asked)

    assert "rows_not_supported" == refused.error["code"]
