"""What the process that trains is told, and what it tells: JSON, each event a line."""

from typing import Any, Literal, TypeAlias

import msgspec

TASK = "task.json"
"""The file of a job's folder that has its `TrainerTask`."""
MARK = "saved.json"
"""The file of a checkpoint that has its `Mark`; written last, so that a checkpoint with it is whole."""
CHECKPOINTS = "checkpoints"
"""The folder of a job's checkpoints, each `checkpoint-<step>`."""
RESULT = "result"
"""The folder of what a job came to, in its own folder."""


class TrainerTask(msgspec.Struct, kw_only=True):
    """What is to be trained. Paths are absolute.

    Attributes:
        kind: On examples or on preferences.
        model: The folder of the model; or of a LoRA adapter, which is then trained on.
        train: The file of the examples.
        validation: The file of those by which it is validated.
        validation_rows: The most of them.
        arguments: The arguments of TRL's `SFTConfig` or `DPOConfig`.
        model_arguments: What `from_pretrained` is told besides.
        dtype: What weights are held in.
        lora: The arguments of PEFT's `LoraConfig`; all weights are trained if unset.
        quantize: Whether the model's own weights are held in 4 bits.
        chat_template: In place of the model's own, in Jinja.
        steps_per_epoch: How many steps an epoch has where not all examples are gone through; as the trainer counts if
            unset.
        resume: The checkpoint to go on from.
        threads: The CPU threads; torch's choice if unset.
        processes: How many processes train together, by torchrun.
        memory: The most bytes of memory of each process.
    """

    kind: Literal["sft", "dpo"]
    model: str
    train: str
    validation: str | None
    validation_rows: int | None
    arguments: dict[str, Any]
    model_arguments: dict[str, Any]
    dtype: Literal["float32", "bfloat16"]
    lora: dict[str, Any] | None
    quantize: bool
    chat_template: str | None
    steps_per_epoch: int | None
    resume: str | None
    threads: int | None
    processes: int
    memory: int | None


class Mark(msgspec.Struct, kw_only=True):
    """What is known of a checkpoint.

    Attributes:
        step: How many steps it has.
        epoch: How often the examples had been gone through.
        created: When it was saved, in Unix seconds.
        train_loss: The last loss that was looked at.
        validation_loss: The loss at its validation.
    """

    step: int
    epoch: float
    created: float
    train_loss: float | None = None
    validation_loss: float | None = None


class Began(msgspec.Struct, kw_only=True, tag="began"):
    """Everything is loaded."""

    device: str
    processes: int
    parameters: int
    trained_parameters: int


class Stepped(msgspec.Struct, kw_only=True, tag="stepped"):
    """Steps were done. `loss` is set where it was looked at."""

    step: int
    total_steps: int
    epoch: float
    loss: float | None = None
    learning_rate: float | None = None
    tokens_per_second: float | None = None
    eta_seconds: float | None = None


class Saved(msgspec.Struct, tag="saved"):
    """There is another checkpoint."""


class Ended(msgspec.Struct, kw_only=True, tag="ended"):
    """The result is there."""

    mark: Mark


class Refused(msgspec.Struct, kw_only=True, tag="refused"):
    """It cannot be trained, for a cause that its caller can change."""

    message: str
    code: str
    param: str | None


Event: TypeAlias = Began | Stepped | Saved | Ended | Refused
EVENTS = msgspec.json.Decoder(Event)
"""Reads events."""
