"""Loading what is trained: a model, and what of it changes."""

from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel, prepare_model_for_kbit_training
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from fleet_post_training.trainer.task import TrainerTask

ADAPTER = "adapter_config.json"
"""The file that makes a folder an adapter, as PEFT writes it."""


class RefusedError(Exception):
    """The task cannot be done, for a cause that its caller can change.

    Args:
        message: What is wrong, and what would help.
        code: For machines.
        param: The field of the request.
    """

    def __init__(self, message: str, code: str, param: str | None) -> None:
        super().__init__(message)
        self.message, self.code, self.param = message, code, param


def load_model(task: TrainerTask) -> PreTrainedModel | PeftModel:
    """Return the model of a task, with the adapter that it goes on with if it has one.

    Raises:
        RefusedError: Its layers have not the names that LoRA is to add to.
    """
    folder = Path(task.model)
    if not (folder / ADAPTER).exists():
        return _model(task, folder)
    base = _model(task, Path(_base_of(folder)))
    return PeftModel.from_pretrained(base, folder, is_trainable=True)


def load_tokenizer(task: TrainerTask) -> PreTrainedTokenizerBase:
    """Return the tokenizer of a task's model.

    Raises:
        RefusedError: It has no chat template.
    """
    folder = Path(task.model)
    if (folder / ADAPTER).exists() and not (folder / "tokenizer.json").exists():
        folder = Path(_base_of(folder))
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if task.chat_template is not None:
        tokenizer.chat_template = task.chat_template
    if tokenizer.chat_template is None:
        raise RefusedError(
            "The model has no chat template; set 'chat_template' of the provider.",
            "no_chat_template",
            "model",
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def lora_config(task: TrainerTask, model: PreTrainedModel | PeftModel) -> LoraConfig | None:
    """Return what LoRA adds to a model; nothing if all weights are trained, or an adapter is gone on with.

    Raises:
        RefusedError: The model's layers have other names.
    """
    if task.lora is None or isinstance(model, PeftModel):
        return None
    linear = {
        name.rpartition(".")[2]
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) or type(module).__name__.startswith("Linear")
    }
    unknown = sorted(set(task.lora["target_modules"]) - linear)
    if unknown:
        raise RefusedError(
            f"The model has no layers {', '.join(unknown)}; it has {', '.join(sorted(linear))}.",
            "unknown_modules",
            "algorithm_config.lora_attn_modules",
        )
    return LoraConfig(**task.lora)


def load_rows(file: str, most: int | None = None) -> Dataset:
    """Return the examples of a file of JSON Lines; the first `most` of them."""
    cache = Path(file).with_suffix(".cache")
    rows = Dataset.from_json(file, cache_dir=str(cache))
    return rows if most is None else rows.select(range(min(most, len(rows))))


def _model(task: TrainerTask, folder: Path) -> PreTrainedModel:
    arguments: dict[str, Any] = {"dtype": getattr(torch, task.dtype), **task.model_arguments}
    if task.quantize:
        # QLoRA, as https://arxiv.org/abs/2305.14314 has it.
        arguments["quantization_config"] = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, **arguments)
    model.config.use_cache = False
    if not task.quantize:
        return model
    is_checkpointing = bool(task.arguments["activation_checkpointing"])
    prepared: PreTrainedModel = prepare_model_for_kbit_training(  # type: ignore[no-untyped-call]
        model, use_gradient_checkpointing=is_checkpointing
    )
    return prepared


def _base_of(adapter: Path) -> str:
    config = LoraConfig.from_pretrained(str(adapter))
    return str(config.base_model_name_or_path)
