"""What settings and requests become in the terms of the libraries that train."""

from pathlib import Path

import pytest
from trl.trainer.sft_config import SFTConfig

from fleet.post_training.v1 import messages as m
from fleet_post_training.huggingface.arguments import lora_arguments, training_arguments
from fleet_post_training.huggingface.checks import check
from fleet_post_training.huggingface.settings import HuggingFaceSettings
from fleet_post_training.provider import ExampleFiles, Order
from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import InvalidArgument

QLORA = m.AlgorithmConfig(lora_attn_modules=["q_proj"], rank=8, alpha=16, quantize_base=True)


@pytest.fixture
def order():
    """Return an order; what is given is of its training."""

    def order(kind="sft", algorithm=None, **training):
        data = m.DataConfig(dataset_id="d", batch_size=2, shuffle=False, data_format="instruct")
        return Order(
            job="j",
            key="k",
            provider="p",
            kind=kind,
            model="m",
            checkpoint=None,
            training=m.TrainingConfig(**{"n_epochs": 3, "data_config": data} | training),
            algorithm=algorithm,
        )

    return order


@pytest.fixture
def arguments(tmp_path):
    """Return the arguments for an order of 20 examples."""

    def arguments(order, settings=None, on_gpu=False):
        checked = validate(HuggingFaceSettings, settings or {})
        files = ExampleFiles(Path("train.jsonl"), 20, None)
        return training_arguments(order, checked, files, tmp_path, on_gpu=on_gpu)

    return arguments


def test_fsdp_reaches_the_trainer(order, arguments):
    """With what the request says of memory; accelerate's plugin has it."""
    efficiency = m.EfficiencyConfig(fsdp_cpu_offload=True, memory_efficient_fsdp_wrap=True)
    settings = {
        "distributed_backend": "fsdp",
        "fsdp": {"transformer_layer_cls_to_wrap": ["LlamaDecoderLayer"]},
    }
    config = SFTConfig(**arguments(order(efficiency_config=efficiency), settings))

    assert {
        "cpu_offload": True,
        "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
        "transformer_cls_names_to_wrap": "LlamaDecoderLayer",
    }.items() <= config.fsdp_plugin_args.items()


def test_deepspeed_reaches_the_arguments(order, arguments):
    settings = {
        "distributed_backend": "deepspeed",
        "deepspeed": {"zero_optimization": {"stage": 3}},
    }
    found = arguments(order(), settings)["deepspeed"]

    assert {"stage": 3} == found["zero_optimization"]
    assert "auto" == found["train_micro_batch_size_per_gpu"]


def test_settings_of_another_backend_are_refused():
    with pytest.raises(ConfigError, match="distributed_backend: fsdp"):
        validate(HuggingFaceSettings, {"fsdp": {"cpu_offload": True}})


def test_epochs_are_capped(order, arguments):
    """10 batches make 5 steps of two; 4 of them are an epoch."""
    found = arguments(order(max_steps_per_epoch=4, gradient_accumulation_steps=2))

    assert (12, 4) == (found["max_steps"], found["save_steps"])
    assert 3 == arguments(order(max_steps_per_epoch=0))["num_train_epochs"]
    assert "max_steps" not in arguments(order(max_steps_per_epoch=10))


def test_what_a_request_says_reaches_the_arguments(order, arguments):
    optimizer = m.OptimizerConfig(
        optimizer_type="sgd", lr=0.5, weight_decay=0.25, num_warmup_steps=7
    )
    found = arguments(order(optimizer_config=optimizer, dtype="bf16"), on_gpu=True)

    assert ("sgd", 0.5, 0.25, 7, True, "sequential") == tuple(
        found[name]
        for name in (
            "optim",
            "learning_rate",
            "weight_decay",
            "warmup_steps",
            "bf16",
            "train_sampling_strategy",
        )
    )


def test_lora_has_the_names_of_layers():
    algorithm = m.AlgorithmConfig(
        lora_attn_modules=["q_proj", "output_proj"],
        apply_lora_to_mlp=True,
        apply_lora_to_output=True,
        rank=4,
        alpha=8,
    )

    assert ["down_proj", "gate_proj", "lm_head", "o_proj", "q_proj", "up_proj"] == lora_arguments(
        algorithm
    )["target_modules"]


@pytest.mark.parametrize(
    ("on_gpu", "installed", "words"), [(False, True, "GPU"), (True, False, "bitsandbytes")]
)
def test_qlora_needs_a_gpu_and_its_library(order, on_gpu, installed, words):
    with pytest.raises(InvalidArgument, match=words):
        check(order(algorithm=QLORA), on_gpu=on_gpu, installed=lambda module: installed)


def test_qlora_is_taken_where_it_can_be(order):
    check(order(algorithm=QLORA), on_gpu=True, installed=lambda module: True)
