"""Trains with llama-stack-client 0.7, which has no methods for it any more: by its verbs, at the paths of 0.6."""

from llama_stack_client import LlamaStackClient
from scenarios import FACTS, raised, tell

client = LlamaStackClient(base_url=FACTS.root, max_retries=0, timeout=120)
ROOT = "/v1alpha/post-training"
TUNE = {
    "model": "HuggingFaceTB/SmolLM2-135M-Instruct",
    "hyperparam_search_config": {},
    "logger_config": {},
    "algorithm_config": {
        "type": "LoRA",
        "lora_attn_modules": ["q_proj"],
        "apply_lora_to_mlp": False,
        "apply_lora_to_output": False,
        "rank": 4,
        "alpha": 8,
    },
}


def config(dataset):
    data = {"dataset_id": dataset, "batch_size": 1, "shuffle": False, "data_format": "instruct"}
    return {"n_epochs": 1000, "data_config": data}


def tune(**body):
    path = f"{ROOT}/supervised-fine-tune"
    return client.post(path, body=TUNE | body, cast_to=object)


def get(path):
    return client.get(f"{ROOT}/{path}", cast_to=object)


def life():
    """A job from its beginning to its early end, with rows that the eval service has at an address."""
    source = {"type": "uri", "uri": "data:text/csv,prompt%2Ccompletion%0Aa%2Cb%0A"}
    client.beta.datasets.register(
        purpose="eval/question-answer", source=source, dataset_id="sdk/lessons"
    )
    made = tune(job_uuid="sdk-7", training_config=config("sdk/lessons"))
    taken = raised(lambda: tune(job_uuid="sdk-7", training_config=config("sdk/lessons")))
    jobs = get("jobs")
    client.post(f"{ROOT}/jobs/sdk-7/cancel", body={}, cast_to=object)
    status, artifacts = get("jobs/sdk-7/status"), get("jobs/sdk-7/artifacts")
    client.beta.datasets.unregister("sdk/lessons")
    return {
        "made": made,
        "taken": taken,
        "listed": {"job_uuid": "sdk-7"} in jobs["data"],
        "status": [status["job_uuid"], status["status"]],
        "old": get("job/status?job_uuid=sdk-7") == status,
        "artifacts": artifacts,
    }


def refused():
    return {
        "dataset": raised(lambda: tune(job_uuid="x", training_config=config("sdk/none"))),
        "job": raised(lambda: get("jobs/none/status")),
    }


tell({"life": life, "refused": refused})
