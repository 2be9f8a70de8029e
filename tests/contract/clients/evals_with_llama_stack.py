"""Keeps datasets, scores rows, and runs benchmarks, with llama-stack-client 0.7."""

import time

from llama_stack_client import LlamaStackClient
from scenarios import FACTS, raised, tell

client = LlamaStackClient(base_url=FACTS.root, max_retries=0, timeout=120)
ROWS = [{"n": number} for number in range(5)]


def named(**source):
    made = client.beta.datasets.register(
        purpose="eval/question-answer", source=source, dataset_id="sdk/rows", metadata={"a": 1}
    )
    return [made.identifier, made.provider_id, made.type]


def life():
    """A dataset from its registration to its end."""
    made = named(type="rows", rows=ROWS)
    got = client.beta.datasets.retrieve("sdk/rows")
    listed = [each.identifier for each in client.beta.datasets.list()]
    client.beta.datasets.appendrows("sdk/rows", rows=[{"n": 5}])
    page = client.beta.datasets.iterrows("sdk/rows", start_index=4, limit=5)
    every, has_more = [], True
    while has_more:
        some = client.beta.datasets.iterrows("sdk/rows", start_index=len(every), limit=2)
        every, has_more = every + [row["n"] for row in some.data], some.has_more
    client.beta.datasets.unregister("sdk/rows")
    return {
        "made": made,
        "got": [got.metadata, got.source.rows],
        "listed": listed,
        "page": page.data,
        "every": every,
        "after": raised(lambda: client.beta.datasets.retrieve("sdk/rows")),
    }


def uploaded():
    """A file of the fleet as a dataset."""
    text = b"n,word\n1,one\n2,two\n"
    file = client.files.create(file=("rows.csv", text, "text/csv"), purpose="evals")
    made = named(type="uri", uri=file.id)
    rows = client.beta.datasets.iterrows("sdk/rows").data
    client.beta.datasets.unregister("sdk/rows")
    return {"made": made, "rows": rows}


def scored():
    """Rows scored by a function of the fleet and by one of our own, whose judge says the last word that it hears."""
    client.scoring_functions.register(
        scoring_fn_id="sdk/judge",
        description="Ours.",
        return_type={"type": "number"},
        params={
            "type": "llm_as_judge",
            "judge_model": "chat",
            "prompt_template": "Rate it {mark}",
            "judge_score_regexes": ["(\\d)"],
            "aggregation_functions": ["average"],
        },
    )
    rows = [
        {"generated_answer": "a", "expected_answer": "a", "mark": 4},
        {"generated_answer": "a", "expected_answer": "b", "mark": 2},
    ]
    asked = {"basic::equality": None, "sdk/judge": None}
    found = client.scoring.score(input_rows=rows, scoring_functions=asked).results
    named(type="rows", rows=rows)
    batch = client.scoring.score_batch(
        dataset_id="sdk/rows", scoring_functions=asked, save_results_dataset=False
    )
    client.beta.datasets.unregister("sdk/rows")
    got = client.scoring_functions.retrieve("sdk/judge")
    listed = [each.identifier for each in client.scoring_functions.list()]
    client.scoring_functions.unregister("sdk/judge")
    return {
        "scores": {
            name: [row["score"] for row in result.score_rows] for name, result in found.items()
        },
        "made": {name: result.aggregated_results for name, result in found.items()},
        "batch": {
            name: [row["score"] for row in result.score_rows]
            for name, result in batch.results.items()
        },
        "got": [got.provider_id, got.params.judge_model],
        "listed": "sdk/judge" in listed and "basic::equality" in listed,
        "after": raised(lambda: client.scoring_functions.retrieve("sdk/judge")),
    }


def ended(job_id):
    """Return how a job of the benchmark is when it has ended."""
    end = time.monotonic() + 60
    while True:
        job = client.alpha.eval.jobs.status(job_id, benchmark_id="sdk-benchmark")
        if job.status not in ("scheduled", "in_progress") or time.monotonic() > end:
            return job
        time.sleep(0.1)


def evaluated():
    """A benchmark that a model behind the fleet answers, whose answers are the last words that it hears."""
    rows = [
        {"input_query": "Say blue", "expected_answer": "Say blue"},
        {"input_query": "Say red", "expected_answer": "green"},
    ]
    named(type="rows", rows=rows)
    client.alpha.benchmarks.register(
        benchmark_id="sdk-benchmark",
        dataset_id="sdk/rows",
        scoring_functions=["basic::equality"],
        metadata={"a": 1},
    )
    got = client.alpha.benchmarks.retrieve("sdk-benchmark")
    listed = [each.identifier for each in client.alpha.benchmarks.list()]
    model = {
        "type": "model",
        "model": "chat",
        "sampling_params": {"strategy": {"type": "greedy"}, "max_tokens": 20},
        "system_message": {"role": "system", "content": "Be brief."},
    }
    agent = {"type": "agent", "config": {"model": "chat", "instructions": "Be brief."}}
    config = {"eval_candidate": model, "num_examples": 2, "scoring_params": {}}
    job = client.alpha.eval.run_eval("sdk-benchmark", benchmark_config=config)
    status = ended(job.job_id).status
    result = client.alpha.eval.jobs.retrieve(job.job_id, benchmark_id="sdk-benchmark")
    late = raised(lambda: client.alpha.eval.jobs.cancel(job.job_id, benchmark_id="sdk-benchmark"))
    by_agent = client.alpha.eval.run_eval(
        "sdk-benchmark", benchmark_config=config | {"eval_candidate": agent}
    )
    agents = ended(by_agent.job_id)
    given = client.alpha.eval.evaluate_rows(
        "sdk-benchmark",
        input_rows=rows[:1],
        scoring_functions=["basic::subset_of"],
        benchmark_config=config,
    )
    client.alpha.benchmarks.unregister("sdk-benchmark")
    client.beta.datasets.unregister("sdk/rows")
    return {
        "got": [got.provider_id, got.dataset_id, got.scoring_functions, got.metadata],
        "listed": "sdk-benchmark" in listed,
        "begun": job.status,
        "status": status,
        "generations": result.generations,
        "rows": result.scores["basic::equality"].score_rows,
        "accuracy": result.scores["basic::equality"].aggregated_results["accuracy"],
        "late": late,
        "by_agent": [agents.status, agents.progress["answered"]],
        "given": [given.generations, given.scores["basic::subset_of"].score_rows],
        "after": raised(lambda: client.alpha.benchmarks.retrieve("sdk-benchmark")),
    }


tell({"life": life, "uploaded": uploaded, "scored": scored, "evaluated": evaluated})
