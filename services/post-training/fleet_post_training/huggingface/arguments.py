"""What a request and the provider's settings are in the terms of TRL, transformers, PEFT and torchrun."""

import math
from pathlib import Path
from typing import Any, Literal

from fleet.post_training.v1 import messages as m
from fleet_post_training.huggingface.settings import HuggingFaceSettings
from fleet_post_training.provider import ExampleFiles, Order
from fleet_post_training.trainer.task import CHECKPOINTS, TrainerTask

_OPTIMIZERS = {"adam": "adamw_torch", "adamw": "adamw_torch", "sgd": "sgd"}
_MLP = ("gate_proj", "up_proj", "down_proj")
# torchtune's names, by which Llama Stack's examples call them.
_RENAMED = {"output_proj": "o_proj"}
_HALF = {"bf16": "bf16", "bfloat16": "bf16", "fp16": "fp16", "float16": "fp16"}


def trainer_task(
    order: Order,
    settings: HuggingFaceSettings,
    examples: ExampleFiles,
    folder: Path,
    *,
    model: Path,
    resume: Path | None,
    on_gpu: bool,
) -> TrainerTask:
    """Return what the process that trains is told."""
    half = _HALF.get(order.training.dtype or "")
    dtype: Literal["float32", "bfloat16"] = "bfloat16" if half == "bf16" else "float32"
    most = order.training.max_validation_steps
    return TrainerTask(
        kind=order.kind,
        model=str(model),
        train=str(examples.train),
        validation=None if examples.validation is None else str(examples.validation),
        validation_rows=most * order.data.batch_size if most else None,
        arguments=training_arguments(order, settings, examples, folder, on_gpu=on_gpu),
        model_arguments=settings.model_specific_config,
        dtype=dtype,
        lora=None if order.algorithm is None else lora_arguments(order.algorithm),
        quantize=bool(order.algorithm and order.algorithm.quantize_base),
        chat_template=settings.chat_template,
        steps_per_epoch=_capped(order, settings, examples.count),
        resume=None if resume is None else str(resume),
        threads=settings.threads,
        processes=settings.processes,
        memory=settings.most_memory_bytes,
    )


def training_arguments(
    order: Order,
    settings: HuggingFaceSettings,
    examples: ExampleFiles,
    folder: Path,
    *,
    on_gpu: bool,
) -> dict[str, Any]:
    """Return the arguments of TRL's `SFTConfig` or `DPOConfig`."""
    training, data = order.training, order.data
    efficiency = training.efficiency_config or m.EfficiencyConfig()
    is_checkpointing = efficiency.enable_activation_checkpointing
    if is_checkpointing is None:
        is_checkpointing = settings.gradient_checkpointing
    half = _HALF.get(training.dtype or "")
    return {
        "output_dir": str(folder / CHECKPOINTS),
        "per_device_train_batch_size": data.batch_size,
        "per_device_eval_batch_size": data.batch_size,
        "gradient_accumulation_steps": training.gradient_accumulation_steps or 1,
        "train_sampling_strategy": "random" if data.shuffle else "sequential",
        "activation_checkpointing": is_checkpointing,
        "activation_offloading": bool(efficiency.enable_activation_offloading),
        "max_length": settings.max_seq_length,
        "bf16": half == "bf16",
        "fp16": half == "fp16",
        "use_cpu": not on_gpu,
        "seed": settings.seed,
        "dataloader_num_workers": settings.dataloader_num_workers,
        "dataloader_pin_memory": settings.dataloader_pin_memory and on_gpu,
        "logging_steps": settings.logging_steps,
        "logging_first_step": True,
        "include_num_input_tokens_seen": "non_padding",
        "save_total_limit": settings.save_total_limit,
        "report_to": "none",
        "disable_tqdm": True,
        **_optimizer(training.optimizer_config, settings),
        **_steps(order, settings, examples),
        **_spread(settings, efficiency),
        **(_examples(data) if order.kind == "sft" else _preferences(order.preference, settings)),
    }


def lora_arguments(algorithm: m.AlgorithmConfig) -> dict[str, Any]:
    """Return the arguments of PEFT's `LoraConfig`."""
    named = [_RENAMED.get(name, name) for name in algorithm.lora_attn_modules or []]
    mlp = _MLP if algorithm.apply_lora_to_mlp else ()
    output = ("lm_head",) if algorithm.apply_lora_to_output else ()
    return {
        "task_type": "CAUSAL_LM",
        "r": algorithm.rank,
        "lora_alpha": algorithm.alpha,
        "target_modules": sorted({*named, *mlp, *output}),
        "use_dora": bool(algorithm.use_dora),
        "bias": "none",
    }


def _optimizer(config: m.OptimizerConfig | None, settings: HuggingFaceSettings) -> dict[str, Any]:
    if config is None:
        return {
            "optim": "adamw_torch",
            "learning_rate": settings.learning_rate,
            "weight_decay": settings.weight_decay,
            # Less than 1 is a share.
            "warmup_steps": settings.warmup_ratio,
        }
    return {
        "optim": _OPTIMIZERS[config.optimizer_type],
        "learning_rate": config.lr,
        "weight_decay": config.weight_decay,
        "warmup_steps": config.num_warmup_steps,
    }


def _steps(order: Order, settings: HuggingFaceSettings, examples: ExampleFiles) -> dict[str, Any]:
    """Return how many steps there are, and after which there are checkpoints and validation."""
    epochs = order.training.n_epochs
    capped = _capped(order, settings, examples.count)
    every = settings.save_steps or capped
    strategy = (
        {"save_strategy": "epoch"}
        if every is None
        else {
            "save_strategy": "steps",
            "save_steps": every,
        }
    )
    if examples.validation is not None:
        strategy |= {
            "eval_strategy": strategy["save_strategy"],
            **({} if every is None else {"eval_steps": every}),
        }
    if capped is None:
        return {"num_train_epochs": epochs, **strategy}
    return {"max_steps": epochs * capped, **strategy}


def _capped(order: Order, settings: HuggingFaceSettings, count: int) -> int | None:
    """Return the steps of an epoch that does not go through all examples; nothing if it does."""
    cap = order.training.max_steps_per_epoch
    if not cap:
        return None
    batches = math.ceil(count / (order.data.batch_size * settings.processes))
    whole = math.ceil(batches / (order.training.gradient_accumulation_steps or 1))
    return cap if cap < whole else None


def _spread(settings: HuggingFaceSettings, efficiency: m.EfficiencyConfig) -> dict[str, Any]:
    """Return how a model is spread over processes."""
    match settings.distributed_backend:
        case "fsdp":
            asked = {
                "auto_wrap_policy": "TRANSFORMER_BASED_WRAP"
                if efficiency.memory_efficient_fsdp_wrap
                else None,
                "cpu_offload": efficiency.fsdp_cpu_offload,
            }
            config = settings.fsdp | {n: v for n, v in asked.items() if v is not None}
            return {"fsdp": True, "fsdp_config": config}
        case "deepspeed":
            return {"deepspeed": {"train_micro_batch_size_per_gpu": "auto"} | settings.deepspeed}
        case None:
            return {}


def _examples(data: m.DataConfig) -> dict[str, Any]:
    packing = {"packing": True, "packing_strategy": "wrapped"} if data.packed else {}
    return {"completion_only_loss": not data.train_on_input, **packing}


def _preferences(
    preference: m.DPOAlignmentConfig | None, settings: HuggingFaceSettings
) -> dict[str, Any]:
    asked = preference or m.DPOAlignmentConfig()
    return {
        "beta": settings.dpo_beta if asked.beta is None else asked.beta,
        "loss_type": [asked.loss_type or settings.dpo_loss_type],
        "precompute_ref_log_probs": not settings.use_reference_model,
    }
