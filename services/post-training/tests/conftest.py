"""A post-training service in a process of its own, beside datasets and models in this one."""

import asyncio
import shutil
import time
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from fleet_post_training.config import SCHEMA
from fleet_runtime.clients import Channel
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.inference_process import inference_process
from fleet_testing.post_training_neighbours import PostTrainingNeighbours, running
from fleet_testing.rest_face import RestFace
from fleet_testing.tiny_llama import write_tiny_llama

MODEL = "test/tiny"
PATIENCE, PAUSE = 200.0, 0.25
GENERATIONS = ("/v1alpha/post-training", "/v1/post-training")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A `LLAMA_HOME` with a tiny model."""
    home = tmp_path_factory.mktemp("home")
    write_tiny_llama(home / "models" / MODEL)
    return home


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """A file of SQLite with our tables."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite"
    config = DatabaseConfig(url=f"sqlite:///{path}")
    asyncio.run(bring_up_to_date(config, SCHEMA, "fleet_post_training.migrations"))
    return path


@pytest.fixture
async def neighbours(monkeypatch, home):
    """What the service asks."""
    neighbours = PostTrainingNeighbours()
    async with running(neighbours) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        monkeypatch.setenv("LLAMA_HOME", str(home))
        yield neighbours


@pytest.fixture
def paths(tmp_path, home):
    """Where the model is that is trained, and where results appear."""
    return SimpleNamespace(
        model=home / "models" / MODEL,
        models=home / "models" / "tuned",
        adapters=tmp_path / "adapters",
        jobs=tmp_path / "training",
    )


@pytest.fixture
def settings(tmp_path, paths, empty):
    """Return the config of a service; what is given is about its provider."""
    shutil.copy(empty, tmp_path / "test.sqlite")

    def settings(**more):
        provider = {
            "storage_dir": str(paths.jobs),
            "adapters": str(paths.adapters),
            "models": str(paths.models),
            "device": "cpu",
            "threads": 1,
            "logging_steps": 1,
            "max_seq_length": 256,
        }
        paths.adapters.mkdir(exist_ok=True)
        return {
            "providers": [
                {"id": "hf", "type": "inline::huggingface", "config": provider | more},
            ],
            "store": {"database": {"url": f"sqlite:///{tmp_path}/test.sqlite"}},
            "synthetic_data": {"model": "loud", "scores": {"function": "length"}, "seed": 1},
            "work": {"lease_seconds": 1.5},
        }

    return settings


class Service:
    """A service, as REST callers see it."""

    def __init__(self, channel):
        self.training = RestFace(channel.grpc, "fleet.post_training.v1.PostTrainingService")
        self.data = RestFace(channel.grpc, "fleet.post_training.v1.SyntheticDataGenerationService")

    async def tune(self, job, prefix=GENERATIONS[0], **body):
        asked = {"job_uuid": job, "model": MODEL, **body}
        path = f"{prefix}/supervised-fine-tune"
        return await self.training("SupervisedFineTune", path, asked)

    async def prefer(self, job, prefix=GENERATIONS[0], **body):
        asked = {"job_uuid": job, "finetuned_model": MODEL, **body}
        return await self.training("PreferenceOptimize", f"{prefix}/preference-optimize", asked)

    async def names(self):
        found = await self.training("ListPostTrainingJobs", f"{GENERATIONS[1]}/jobs")
        return [each["job_uuid"] for each in found.json["data"]]

    async def generate(self, **body):
        path = "/v1/synthetic-data-generation/generate"
        return await self.data("GenerateSyntheticData", path, body)

    async def status(self, job):
        path = f"{GENERATIONS[0]}/jobs/{job}/status"
        answer = await self.training("GetPostTrainingJobStatus", path)
        assert answer.error is None, answer.error
        return answer.json

    async def artifacts(self, job):
        path = f"{GENERATIONS[0]}/jobs/{job}/artifacts"
        return (await self.training("GetPostTrainingJobArtifacts", path)).json

    async def cancel(self, job, path):
        return await self.training("CancelPostTrainingJob", path, {"job_uuid": job})

    async def reached(self, job, is_there):
        """Return a job's status once it is as wanted."""
        end = time.monotonic() + PATIENCE
        while not is_there(status := await self.status(job)):
            assert time.monotonic() < end, status
            assert status["status"] in ("scheduled", "in_progress"), status
            await asyncio.sleep(PAUSE)
        return status

    async def ended(self, job):
        """Return a job's status once it has ended."""
        return await self.reached(
            job, lambda status: status["status"] not in ("scheduled", "in_progress")
        )


@pytest.fixture
def service_of():
    """Return what makes a service of a channel to it."""
    return Service


@pytest.fixture
def starts(settings, neighbours, tmp_path):
    """Return what starts a service in a process of its own, for as long as a block runs."""

    @asynccontextmanager
    async def starts(**more):
        with inference_process(
            settings(**more), tmp_path, package="fleet_post_training"
        ) as process:
            channel = Channel("post-training", at=process.address)
            try:
                await asyncio.wait_for(channel.grpc.channel_ready(), PATIENCE)
                yield SimpleNamespace(process=process, service=Service(channel))
            finally:
                await channel.aclose()

    return starts


@pytest.fixture
def lora():
    """The settings of an adapter that our engine runs."""
    return {
        "type": "LoRA",
        "lora_attn_modules": ["q_proj", "v_proj", "output_proj"],
        "apply_lora_to_mlp": True,
        "apply_lora_to_output": False,
        "rank": 8,
        "alpha": 16,
    }


@pytest.fixture
def training():
    """Return the `training_config` of a request."""

    def training(dataset, epochs=1, data=(), **more):
        return {
            "n_epochs": epochs,
            "data_config": {
                "dataset_id": dataset,
                "batch_size": 2,
                "shuffle": True,
                "data_format": "instruct",
                **dict(data),
            },
            "optimizer_config": {
                "optimizer_type": "adamw",
                "lr": 0.01,
                "weight_decay": 0.0,
                "num_warmup_steps": 0,
            },
            **more,
        }

    return training
