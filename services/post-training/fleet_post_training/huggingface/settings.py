"""The settings of `inline::huggingface`. Names and defaults as Llama Stack 0.6.1 has them, where it has them."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from fleet_runtime.config import Config, Secret


class HuggingFaceSettings(Config):
    """How models are trained, and where they go."""

    storage_dir: Path | Secret | None = None
    """The folder of jobs, which all replicas must share. `training` in the folder that `FLEET_DATA` names, as the
    launcher sets it, if unset."""
    adapters: Path | None = None
    """The folder in which finished LoRA adapters appear, by the names of their jobs: the `adapters` of a provider
    `inline::meta-reference` or `inline::vllm`, which then serves them. They stay with their jobs if unset."""
    models: Path | None = Field(default=None, examples=["~/.llama/models/fine-tuned"])
    """The folder in which finished models appear, by the names of their jobs. One in the model store makes them models
    that `llama model list` has and runners serve, as `fine-tuned/<job>`. They stay with their jobs if unset."""
    dpo_output_dir: Path | None = None
    """The folder in which finished models appear that preferences made, instead of `models`."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """On what is trained: on a GPU if there is one."""
    processes: int = Field(default=1, ge=1)
    """How many processes of this machine train one model together, by torchrun; each has a GPU, or shares the CPU."""
    distributed_backend: Literal["fsdp", "deepspeed"] | None = None
    """How a model is spread over them: each has a whole one if unset."""
    fsdp: dict[str, Any] = Field(default={})
    """The settings of FSDP, as the Trainer's `fsdp_config` has them."""
    deepspeed: dict[str, Any] = Field(default={})
    """The settings of DeepSpeed, as its own config file has them; `auto` takes those of the request."""
    checkpoint_format: Literal["huggingface"] = "huggingface"
    """How weights are saved."""
    chat_template: str | None = None
    """How conversations are put, in Jinja; as the model's own template has it if unset."""
    model_specific_config: dict[str, Any] = Field(default={})
    """What `from_pretrained` is told besides, such as `attn_implementation`."""
    max_seq_length: int = Field(default=2048, ge=1)
    """The most tokens of an example; what is longer is cut off."""
    gradient_checkpointing: bool = False
    """Whether activations are computed again instead of kept, where a request does not say."""
    learning_rate: float = Field(default=2e-5, gt=0)
    """The learning rate, where a request has no `optimizer_config`."""
    warmup_ratio: float = Field(default=0.1, ge=0, lt=1)
    """During how much of the steps it rises, where a request has none."""
    weight_decay: float = Field(default=0.01, ge=0)
    """How strongly weights are drawn to zero, where a request has none."""
    logging_steps: int = Field(default=10, ge=1)
    """After how many steps the loss is looked at."""
    save_steps: int | None = Field(default=None, ge=1)
    """After how many steps there is a checkpoint, and validation; after each epoch if unset."""
    save_total_limit: int = Field(default=3, ge=1)
    """How many checkpoints of a job are kept, the last ones."""
    dataloader_num_workers: int = Field(default=0, ge=0)
    """How many processes prepare batches. What is trained on is small, and prepared before: none is best as a rule."""
    dataloader_pin_memory: bool = True
    """Whether batches wait in memory that a GPU reads fast."""
    dpo_beta: float = Field(default=0.1, gt=0)
    """`beta` of preferences, where a request has none."""
    dpo_loss_type: Literal["sigmoid", "hinge", "ipo"] = "sigmoid"
    """`loss_type` of preferences, where a request has none. TRL has no `kto_pair` any more."""
    use_reference_model: bool = True
    """Whether preferences are trained with a second model in memory, to compare with. If not, what it says is computed
    before the first step, which takes a while and half the memory."""
    seed: int = 42
    """Where chance begins."""
    threads: int | None = Field(default=None, ge=1)
    """CPU threads of each process that trains; torch's choice if unset."""
    most_hours: float = Field(default=24.0 * 7, gt=0)
    """The longest that a job may take in one process; longer ones fail, and keep their checkpoints."""
    most_memory_bytes: int | None = Field(default=None, ge=1)
    """The most memory that each process that trains may take of the machine, on Linux. No bound if unset."""

    @model_validator(mode="after")
    def _spread(self) -> "HuggingFaceSettings":
        if self.fsdp and self.distributed_backend != "fsdp":
            raise ValueError("`fsdp` needs `distributed_backend: fsdp`")
        if self.deepspeed and self.distributed_backend != "deepspeed":
            raise ValueError("`deepspeed` needs `distributed_backend: deepspeed`")
        return self
