"""Requests, and what is told of them before the first step."""

import pytest

from fleet_post_training.__main__ import services
from fleet_post_training.config import ServiceConfig
from fleet_runtime.clients import Channel
from fleet_runtime.config import validate
from fleet_runtime.serve import serving
from fleet_testing.nemo_customizer import NemoCustomizer, nemo_customizer

GOOD = [{"prompt": "a", "completion": "b"}]


@pytest.fixture
async def customizer():
    """NVIDIA's server."""
    server = NemoCustomizer(key="nvapi-1")
    async with nemo_customizer(server) as url:
        server.url = url
        yield server


@pytest.fixture
async def service(settings, neighbours, customizer, service_of):
    """A service in this process, of which the tests begin no training but NVIDIA's."""
    config = settings()
    nemo = {"customizer_url": customizer.url, "api_key": "nvapi-1", "poll_seconds": 0.05}
    config["providers"] += [{"id": "nemo", "type": "remote::nvidia", "config": nemo}]
    async with services(validate(ServiceConfig, config)) as bound, serving(bound) as address:
        channel = Channel("post-training", at=address)
        yield service_of(channel)
        await channel.aclose()


@pytest.fixture
def wanted(service, neighbours, training):
    """What tests of a request need."""
    return service, neighbours, training


@pytest.mark.parametrize(
    ("rows", "form", "words"),
    [
        ([], "instruct", "has no rows"),
        ([{"question": "a"}], "instruct", "'question'"),
        ([*GOOD, {"prompt": "a"}], "instruct", "Row 1"),
        ([{"prompt": "a", "completion": 3}], "instruct", "'completion' is neither"),
        ([{"messages": []}], "dialog", "'messages'"),
        ([{"messages": [{"role": "x"}]}], "dialog", "'messages[0].role'"),
    ],
)
async def test_rows_are_looked_at_before_a_job_is_taken(wanted, rows, form, words):
    """The error says which row and column is wrong, and which field of the request names the dataset."""
    service, neighbours, training = wanted
    neighbours.datasets["rows"] = rows
    config = training("rows", data={"data_format": form})
    answer = await service.tune("job", training_config=config)

    assert words in answer.error["message"]
    assert "training_config.data_config.dataset_id" == answer.error["param"]
    assert [] == (await service.names())


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"model": "test/none"}, "model"),
        ({"model": None}, "model"),
        ({"checkpoint_dir": "/etc"}, "checkpoint_dir"),
        ({"job_uuid": "../up"}, "job_uuid"),
        ({"hyperparam_search_config": {"lr": [1]}}, "hyperparam_search_config"),
        ({"algorithm_config": {"type": "QAT"}}, "algorithm_config.type"),
        ({"algorithm_config": {"lora_attn_modules": ["q_proj"]}}, "algorithm_config.rank"),
        ({"algorithm_config": {"rank": 8, "alpha": 8}}, "algorithm_config.lora_attn_modules"),
        (
            {
                "algorithm_config": {
                    "rank": 8,
                    "alpha": 8,
                    "lora_attn_modules": ["q_proj"],
                    "quantize_base": True,
                }
            },
            "algorithm_config.quantize_base",
        ),
    ],
)
async def test_wrong_settings_are_told_by_their_field(wanted, change, param):
    """Among them QLoRA where there is no GPU."""
    service, neighbours, training = wanted
    neighbours.datasets["rows"] = GOOD
    asked = {"job_uuid": "job", "model": "test/tiny", "training_config": training("rows"), **change}
    answer = await service.tune(**{"job": "job", **asked})

    assert param == answer.error["param"], answer.error


async def test_a_dataset_that_is_not_there(service, training):
    answer = await service.tune("job", training_config=training("none"))

    assert "dataset_not_found" == answer.error["code"]
    assert "training_config.data_config.dataset_id" == answer.error["param"]


async def test_nvidia_trains(service, neighbours, customizer, training, lora):
    """The server is told what it needs, and asked until it is done; both generations' paths tell of it."""
    neighbours.datasets["rows"] = GOOD
    asked = {
        "model": "nemo/Llama3.1-8B-Instruct",
        "training_config": training("rows"),
        "algorithm_config": lora,
        "hyperparam_search_config": {},
        "logger_config": {},
    }
    made = await service.tune("nemo-1", "/v1/post-training", **asked)
    again = await service.tune("nemo-1", **asked)
    status = await service.ended("nemo-1")
    olds = [
        await service.training("GetPostTrainingJobStatus", f"{path}?job_uuid=nemo-1")
        for path in ("/v1/post-training/job/status", "/v1alpha/post-training/job/status")
    ]
    artifacts = await service.training(
        "GetPostTrainingJobArtifacts", "/v1/post-training/job/artifacts?job_uuid=nemo-1"
    )

    assert ({"job_uuid": "nemo-1"}, "job_exists") == (made.json, again.error["code"])
    assert "completed" == status["status"], status
    assert [status, status] == [each.json for each in olds]
    sent = customizer.jobs["cust-1"]
    assert ["meta/llama-3.1-8b-instruct", {"name": "rows", "namespace": "default"}] == [
        sent["config"],
        sent["dataset"],
    ]
    assert {"adapter_dim": 8, "alpha": 16} == sent["hyperparameters"]["lora"]
    assert ["default/nemo-1@cust-1"] == [each["path"] for each in artifacts.json["checkpoints"]]
    assert [2.0, 1.0, 2 / 3, 0.5] == [each["loss"] for each in artifacts.json["loss_curve"]]
    assert ["nemo-1"] == await service.names()


async def test_nvidia_cancels(service, neighbours, customizer, training):
    """Its job ends there, too; and what the server cannot do is told at once."""
    customizer.held = True
    neighbours.datasets["rows"] = GOOD
    asked = {"model": "nemo/a", "training_config": training("rows")}
    await service.tune("nemo-2", **asked)
    await service.reached("nemo-2", lambda status: status["progress"])
    answer = await service.cancel("nemo-2", "/v1alpha/post-training/jobs/nemo-2/cancel")
    refused = await service.prefer(
        "x", finetuned_model="nemo/a", algorithm_config={}, training_config=training("rows")
    )

    assert answer.error is None, answer.error
    assert {"cust-1"} == customizer.cancelled
    assert "cancelled" == (await service.status("nemo-2"))["status"]
    assert "not_supported" == refused.error["code"]


@pytest.mark.parametrize(
    "path", ["/v1/post-training/jobs/x/status", "/v1alpha/post-training/job/status?job_uuid=x"]
)
async def test_a_job_that_is_not_there(service, path):
    answer = await service.training("GetPostTrainingJobStatus", path)

    assert "job_not_found" == answer.error["code"]


def dialog(*said):
    """Return messages, by turns of the user and the assistant."""
    roles = ("user", "assistant")
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)]


async def test_data_is_made(service, neighbours):
    """Each conversation is answered, and what the filter keeps can be trained on."""
    told = {"role": "system", "content": "Be brief."}
    dialogs = [told, *dialog("one"), *dialog("two", "2", "three")]
    answer = await service.generate(dialogs=dialogs, filtering_function="none")

    assert [
        [told, *dialog("one", "ONE")],
        dialog("two", "2", "three", "THREE"),
    ] == [row["messages"] for row in answer.json["synthetic_data"]]
    assert (2, 2, 2) == tuple(
        answer.json["statistics"][name] for name in ("dialogs", "answers", "kept")
    )


@pytest.mark.parametrize(
    ("filtering", "kept"),
    [("random", 1), ("top_k", 1), ("top_p", 1), ("top_k_top_p", 1), ("sigmoid", 4)],
)
async def test_filters_keep_by_scores(service, neighbours, filtering, kept):
    """The scoring function gives the longest answers the most."""
    lengths = iter((3, 40, 5, 4))
    neighbours.models.says = lambda prompt: "x" * next(lengths)
    answer = await service.generate(dialogs=dialog("one"), filtering_function=filtering)
    rows = answer.json["synthetic_data"]

    assert kept == len(rows)
    if filtering.startswith("top"):
        assert (40.0, 40) == (rows[0]["score"], len(rows[0]["messages"][-1]["content"]))


async def test_nothing_to_be_answered(service):
    answer = await service.generate(dialogs=dialog("one", "1"), filtering_function="none")

    assert "dialogs[1].role" == answer.error["param"]
