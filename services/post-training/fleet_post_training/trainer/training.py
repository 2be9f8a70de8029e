"""Training by TRL (https://huggingface.co/docs/trl): SFT and DPO, of all weights or by PEFT's LoRA."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers.trainer_callback import PrinterCallback
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer
from trl.trainer.sft_config import SFTConfig
from trl.trainer.sft_trainer import SFTTrainer

from fleet_post_training.trainer.loading import (
    RefusedError,
    load_model,
    load_rows,
    load_tokenizer,
    lora_config,
)
from fleet_post_training.trainer.task import RESULT, Began, Ended, Event, Refused, TrainerTask
from fleet_post_training.trainer.telling import Telling, write_mark

_KINDS: dict[str, tuple[type[Any], type[Any]]] = {
    "sft": (SFTConfig, SFTTrainer),
    "dpo": (DPOConfig, DPOTrainer),
}


def train(folder: Path, task: TrainerTask, tell: Callable[[Event], None]) -> None:
    """Train until it is done, from the checkpoint that the task names, and leave the result in the folder."""
    if task.threads is not None:
        torch.set_num_threads(task.threads)
    try:
        _train(folder, task, tell)
    except RefusedError as error:
        tell(Refused(message=error.message, code=error.code, param=error.param))
    except (torch.OutOfMemoryError, MemoryError):
        tell(
            Refused(
                message="The memory does not suffice; a smaller 'batch_size' with more"
                " 'gradient_accumulation_steps' needs less, as does 'enable_activation_checkpointing'.",
                code="out_of_memory",
                param="training_config.data_config.batch_size",
            )
        )


def _train(folder: Path, task: TrainerTask, tell: Callable[[Event], None]) -> None:
    tokenizer = load_tokenizer(task)
    model = load_model(task)
    configured, trainer_of = _KINDS[task.kind]
    arguments = configured(**task.arguments)
    telling = Telling(tell, task.steps_per_epoch)
    trainer = trainer_of(
        model=model,
        args=arguments,
        train_dataset=load_rows(task.train),
        eval_dataset=task.validation and load_rows(task.validation, task.validation_rows),
        processing_class=tokenizer,
        peft_config=lora_config(task, model),
        callbacks=[telling],
    )
    # It prints what is told already.
    trainer.remove_callback(PrinterCallback)
    tell(_began(trainer, task))
    trainer.train(resume_from_checkpoint=task.resume)
    result = folder / RESULT
    trainer.save_model(str(result))
    if trainer.is_world_process_zero():
        tokenizer.save_pretrained(str(result))
        mark = telling.mark(trainer.state)
        write_mark(result, mark)
        tell(Ended(mark=mark))


def _began(trainer: Any, task: TrainerTask) -> Began:
    sizes = [
        (parameter.numel(), parameter.requires_grad) for parameter in trainer.model.parameters()
    ]
    return Began(
        device=str(trainer.args.device),
        processes=task.processes,
        parameters=sum(size for size, _ in sizes),
        trained_parameters=sum(size for size, is_trained in sizes if is_trained),
    )
