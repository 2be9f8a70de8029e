"""Benchmarks: listed, registered, and taken away."""

import pytest

from fleet_eval.benchmarks.configured import configured_benchmarks
from fleet_eval.config import BenchmarkEntry
from fleet_runtime.config import ConfigError

pytestmark = pytest.mark.slow

BENCHMARKS = "/v1alpha/eval/benchmarks"
OURS = {
    "benchmark_id": "ours",
    "dataset_id": "some/rows",
    "scoring_functions": ["basic::equality", "basic::subset_of"],
    "metadata": {"a": 1},
}
TOLD = {
    "identifier": "ours",
    "provider_resource_id": "ours",
    "provider_id": "builtin",
    "type": "benchmark",
    "dataset_id": "some/rows",
    "scoring_functions": ["basic::equality", "basic::subset_of"],
    "metadata": {"a": 1},
}


@pytest.fixture
def settings(settings):
    always = {
        "benchmark_id": "always",
        "dataset_id": "some/rows",
        "scoring_functions": ["basic::equality"],
    }
    return settings | {"benchmarks": [always]}


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_benchmark_lives(evals):
    """Registered, which may be done twice; listed behind those of the config, got, and taken away."""
    for _ in range(2):
        made = await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS)
        assert (b"", None) == (made.data, made.error)
    listed = (await evals.benchmarks("ListBenchmarks", BENCHMARKS)).json["data"]
    got = await evals.benchmarks("GetBenchmark", f"{BENCHMARKS}/ours")
    other = await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS | {"metadata": {}})
    await evals.benchmarks("UnregisterBenchmark", f"{BENCHMARKS}/ours")
    after = await evals.benchmarks("GetBenchmark", f"{BENCHMARKS}/ours")

    assert ["always", "ours"] == [each["identifier"] for each in listed]
    assert TOLD == got.json
    assert "benchmark_exists" == other.error["code"]
    assert "benchmark_not_found" == after.error["code"]


async def test_older_programs_call_it_a_task(evals):
    """As Llama Stack did before its version 0.1.3."""
    older = {
        "eval_task_id": "ours",
        "dataset_id": "some/rows",
        "scoring_functions": ["basic::equality", "basic::subset_of"],
        "provider_eval_task_id": "theirs",
        "metadata": {"a": 1},
    }
    await evals.benchmarks("RegisterEvalTask", "/v1/eval-tasks", older)
    got = await evals.benchmarks("GetBenchmark", "/v1/eval-tasks/ours")

    assert TOLD | {"provider_resource_id": "theirs"} == got.json


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"provider_id": "nobody"}, "unknown_provider"),
        ({"metadata": [1]}, "invalid_value"),
        ({"benchmark_id": "a/b"}, "invalid_value"),
        ({"benchmark_id": "always"}, "benchmark_exists"),
    ],
)
async def test_what_is_none_is_not_registered(more, code, evals):
    """And says what is wrong."""
    refused = await evals.benchmarks("RegisterBenchmark", BENCHMARKS, OURS | more)

    assert code == refused.error["code"]


async def test_benchmarks_of_the_config_stay(evals):
    """They are there whenever the service is."""
    refused = await evals.benchmarks("UnregisterBenchmark", f"{BENCHMARKS}/always")

    assert "benchmark_configured" == refused.error["code"]


def test_a_config_that_names_nobody_is_refused():
    """When the service starts, and not when somebody runs the benchmark."""
    entry = BenchmarkEntry(benchmark_id="a", provider_id="nobody")
    left_out = BenchmarkEntry(benchmark_id="a", provider_id="optional")

    with pytest.raises(ConfigError, match=r"benchmarks\[0\].provider_id"):
        configured_benchmarks([entry], ["builtin"], ["builtin"])
    with pytest.raises(ConfigError, match="twice"):
        configured_benchmarks([BenchmarkEntry(benchmark_id="a")] * 2, ["builtin"], ["builtin"])
    assert {} == configured_benchmarks([left_out], ["builtin"], ["builtin", "optional"])
