"""Datasets, scoring and benchmarks by the SDK that programs use, through the gateway of a whole fleet."""

import json
import subprocess

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip


@pytest.fixture(scope="module")
def seen(fleet, client_bin, script):
    """What llama-stack-client saw in each scenario."""
    facts = json.dumps({"base_url": fleet.base_url, "root": fleet.root})
    program = client_bin("llama-stack-client") / "python"
    run = subprocess.run(
        [program, script("evals_with_llama_stack"), facts],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert 0 == run.returncode, run.stderr
    return json.loads(run.stdout)


def test_a_dataset_lives(seen):
    """Registered, listed, appended to, read over several pages as one list, and taken away."""
    found = seen["life"]

    assert ["sdk/rows", "localfs", "dataset"] == found["made"]
    assert [{"a": 1}, [{"n": number} for number in range(5)]] == found["got"]
    assert ["sdk/rows"] == found["listed"]
    assert [{"n": 4}, {"n": 5}] == found["page"]
    assert [0, 1, 2, 3, 4, 5] == found["every"]
    assert "NotFoundError" == found["after"]["class"]


def test_a_file_is_a_dataset(seen):
    """The eval service gets it from the files service."""
    found = seen["uploaded"]

    assert ["sdk/rows", "localfs", "dataset"] == found["made"]
    assert [{"n": 1, "word": "one"}, {"n": 2, "word": "two"}] == found["rows"]


def test_rows_are_scored(seen):
    """By a function of the fleet, and by a judge of the caller's own that a model server behind the fleet has."""
    found = seen["scored"]
    scores = {"basic::equality": [1, 0], "sdk/judge": [4, 2]}

    assert scores == found["scores"] == found["batch"]
    assert 0.5 == found["made"]["basic::equality"]["accuracy"]["accuracy"]
    assert 3 == found["made"]["sdk/judge"]["average"]["average"]
    assert ["llm-as-judge", "chat"] == found["got"]
    assert found["listed"]
    assert "NotFoundError" == found["after"]["class"]


def test_a_benchmark_is_run(seen):
    """By a model and by an agent, as a job and at once; what came of it is what the SDK knows how to read."""
    found = seen["evaluated"]
    rows = [{"score": 1}, {"score": 0}]

    assert ["builtin", "sdk/rows", ["basic::equality"], {"a": 1}] == found["got"]
    assert found["listed"]
    assert ["scheduled", "completed"] == [found["begun"], found["status"]]
    assert [{"generated_answer": "Say blue"}, {"generated_answer": "Say red"}] == found[
        "generations"
    ]
    assert (rows, 0.5) == (found["rows"], found["accuracy"]["accuracy"])
    assert "ConflictError" == found["late"]["class"]
    assert ["completed", 2] == found["by_agent"]
    assert [[{"generated_answer": "Say blue"}], [{"score": 1}]] == found["given"]
    assert "NotFoundError" == found["after"]["class"]
