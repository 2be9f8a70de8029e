"""The datasets that come with the project, and their benchmarks in the distribution `open-benchmark`."""

import json
import re
from pathlib import Path

import pytest
import yaml

from fleet_eval.config import ServiceConfig
from fleet_eval.datasets.shipped import opening
from fleet_eval.scoring.basic.math_answer import REGEXES, math_answer
from fleet_runtime.config import validate

DISTRIBUTIONS = Path(__file__).parents[3] / "charts/llama-fleet/distributions"
ASKED = {"choices": r"^[A-D]\) ", "arithmetic": r"boxed"}


def rows(name):
    """Return the rows of a shipped dataset."""
    with opening.opened(f"shipped:{name}").file as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize("name", opening.NAMES)
def test_rows_ask_something_and_know_the_answer(name):
    """Each once, and in the form that its scoring function reads."""
    found = rows(name)

    assert 26 == len(found) == len({row["input_query"] for row in found})
    assert all(re.search(ASKED[name], row["input_query"], re.MULTILINE) for row in found)
    assert all(row["expected_answer"] for row in found)


def test_right_letters_are_spread():
    """A model that always says the same letter gets no more than its share."""
    letters = [row["expected_answer"] for row in rows("choices")]

    assert max(letters.count(letter) for letter in "ABCD") <= 7


def test_sums_are_right():
    """What can be computed from the question alone is."""
    checked = 0
    for row in rows("arithmetic"):
        asked = re.search(r"What is ([-\d.+*/^ ()]+)\?", row["input_query"])
        if asked is None:
            continue  # asked in words
        value = eval(asked[1].replace("^", "**"))
        said = f"Final Answer: The final answer is \\boxed{{{value}}}"
        checked += 1

        assert 1 == math_answer(said, row["expected_answer"], REGEXES), row["id"]

    assert 8 <= checked


@pytest.mark.slow
async def test_the_distribution_runs_them(settings, starts, neighbours):
    """As its values say, but for the database; a model that repeats the questions ends up with none of the answers."""
    values = yaml.safe_load((DISTRIBUTIONS / "open-benchmark.yaml").read_text())
    config = values["services"]["eval"]["config"]
    local = [each for each in config["datasets"] if each["uri"].startswith(opening.PREFIX)]
    settings |= {
        "datasets": local,
        "benchmarks": [
            each for each in config["benchmarks"] if each["benchmark_id"].startswith("fleet-")
        ],
    }
    known = {each["dataset_id"] for each in config["datasets"]}
    async with starts() as evals:
        jobs = {name: await evals.run(name) for name in ("fleet-choices", "fleet-arithmetic")}
        reports = {
            name: (await evals.report(job["job_id"], "report?group_by=category", name)).json
            for name, job in jobs.items()
        }

    validate(ServiceConfig, config)
    assert {each["dataset_id"] for each in config["benchmarks"]} == known
    assert [("completed", 26)] * 2 == [
        (job["status"], job["progress"]["scored"]) for job in jobs.values()
    ]
    assert [0.0] == [each["value"] for each in reports["fleet-arithmetic"]["metrics"]]
    assert {"reading": 6, "logic": 6, "sequences": 5, "units": 4, "language": 5} == {
        each["value"]: each["count"] for each in reports["fleet-choices"]["groups"]
    }
