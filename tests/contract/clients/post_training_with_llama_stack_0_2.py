"""Trains, and makes data, with llama-stack-client 0.2."""

import llama_stack_client
from scenarios import FACTS, raised, tell

client = llama_stack_client.LlamaStackClient(
    base_url=FACTS.root, api_key="none", max_retries=0, timeout=120
)
ROWS = [{"prompt": "a", "chosen": "b", "rejected": "c"}]
CONFIG = {
    "n_epochs": 1000,
    "max_steps_per_epoch": 0,
    "gradient_accumulation_steps": 1,
    "data_config": {
        "dataset_id": "sdk/pairs",
        "batch_size": 1,
        "shuffle": False,
        "data_format": "instruct",
    },
}


def life():
    """A job from its beginning to its early end."""
    client.datasets.register(
        purpose="post-training/messages",
        source={"type": "rows", "rows": ROWS},
        dataset_id="sdk/pairs",
    )
    made = client.post_training.preference_optimize(
        job_uuid="sdk-2",
        finetuned_model="HuggingFaceTB/SmolLM2-135M-Instruct",
        algorithm_config={"beta": 0.1, "loss_type": "sigmoid"},
        training_config=CONFIG,
        hyperparam_search_config={},
        logger_config={},
    )
    jobs = [each.job_uuid for each in client.post_training.job.list()]
    client.post_training.job.cancel(job_uuid="sdk-2")
    status = client.post_training.job.status(job_uuid="sdk-2")
    artifacts = client.post_training.job.artifacts(job_uuid="sdk-2")
    client.datasets.unregister("sdk/pairs")
    return {
        "made": made.job_uuid,
        "listed": "sdk-2" in jobs,
        "status": [status.job_uuid, status.status, status.completed_at is not None],
        "checkpoints": artifacts.checkpoints,
        "after": raised(lambda: client.post_training.job.status(job_uuid="none")),
    }


def data():
    """Data of a model behind the fleet."""
    made = client.synthetic_data_generation.generate(
        dialogs=[{"role": "user", "content": "Hello there"}],
        filtering_function="random",
        model="chat",
    )
    return {"rows": made.synthetic_data, "statistics": made.statistics}


tell({"life": life, "data": data})
