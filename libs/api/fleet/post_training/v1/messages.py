"""Messages of `fleet.post_training.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class TeacherConfig(Struct, kw_only=True, omit_defaults=True):
    """A model from which another one learns."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as the inference service lists it."""
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    """The most tokens of an answer. The model's own bound if unset."""
    temperature: Annotated[float, Meta(ge=0)] | None = None
    """How freely it answers. The model's own way if unset."""
    system_prompt: str | None = None
    """What it is told before each conversation, and the other model is not."""


class DataConfig(Struct, kw_only=True, omit_defaults=True):
    """What a model is trained on.

    Rows are, for `instruct`: `chat_completion_input`, `input_query`, `prompt` or `input`, and `expected_answer`,
    `completion` or `output`; for `dialog`: `messages` or `dialog`; for preferences: `prompt`, `chosen` and `rejected`.
    Conversations are lists of messages, or such a list as JSON text.
    """

    dataset_id: Annotated[str, Meta(min_length=1)]
    """The dataset, as the eval service knows it."""
    batch_size: Annotated[int, Meta(ge=1)]
    """How many examples are in a batch."""
    shuffle: bool
    """Whether examples come in another order each time."""
    data_format: Literal["instruct", "dialog"]
    """What rows look like."""
    validation_dataset_id: Annotated[str, Meta(min_length=1)] | None = None
    """The dataset by which the model is validated after each epoch."""
    packed: bool | None = None
    """Whether several short examples share a sequence. No if unset."""
    train_on_input: bool | None = None
    """Whether the model also learns to say what it is asked. No if unset."""
    teacher: TeacherConfig | None = None
    """The model whose answers are learnt (distillation): rows then need no answers, and those that they have are not read."""


class OptimizerConfig(Struct, kw_only=True, omit_defaults=True):
    """How weights are changed."""

    optimizer_type: Literal["adam", "adamw", "sgd"]
    """The method."""
    lr: Annotated[float, Meta(ge=0)]
    """The learning rate."""
    weight_decay: Annotated[float, Meta(ge=0)]
    """How strongly weights are drawn to zero."""
    num_warmup_steps: Annotated[int, Meta(ge=0)]
    """During how many steps the learning rate rises."""


class EfficiencyConfig(Struct, kw_only=True, omit_defaults=True):
    """How memory is spared."""

    enable_activation_checkpointing: bool | None = None
    """Whether activations are computed again instead of kept."""
    enable_activation_offloading: bool | None = None
    """Whether activations are kept in the CPU's memory."""
    memory_efficient_fsdp_wrap: bool | None = None
    """Whether FSDP wraps each layer on its own."""
    fsdp_cpu_offload: bool | None = None
    """Whether FSDP keeps parameters in the CPU's memory."""


class TrainingConfig(Struct, kw_only=True, omit_defaults=True):
    """How a model is trained."""

    n_epochs: Annotated[int, Meta(ge=1)]
    """How often all examples are gone through."""
    max_steps_per_epoch: Annotated[int, Meta(ge=0)] | None = None
    """The most steps of an epoch. No bound if unset or 0."""
    gradient_accumulation_steps: Annotated[int, Meta(ge=1)] | None = None
    """How many batches make one step. 1 if unset."""
    max_validation_steps: Annotated[int, Meta(ge=0)] | None = None
    """The most batches by which the model is validated. All if unset or 0."""
    data_config: DataConfig | None = None
    """What it is trained on. Required; Llama Stack's schema has it optional."""
    optimizer_config: OptimizerConfig | None = None
    """How weights are changed. AdamW with the provider's own settings if unset."""
    efficiency_config: EfficiencyConfig | None = None
    """How memory is spared."""
    dtype: Literal["bf16", "fp16", "fp32", "bfloat16", "float16", "float32"] | None = None
    """What weights are computed in. `fp32` if unset."""


class AlgorithmConfig(Struct, kw_only=True, omit_defaults=True):
    """What of a model is trained, by `type`."""

    type: Literal["LoRA", "QAT"] | None = None
    """`LoRA` if unset."""
    lora_attn_modules: list[str] | None = None
    """LoRA: the matrices of the attention that are added to, such as `q_proj`."""
    apply_lora_to_mlp: bool | None = None
    """LoRA: whether those of the MLP are."""
    apply_lora_to_output: bool | None = None
    """LoRA: whether that of the output is."""
    rank: Annotated[int, Meta(ge=1)] | None = None
    """LoRA: the rank of what is added. Required."""
    alpha: Annotated[int, Meta(ge=1)] | None = None
    """LoRA: what is added counts `alpha / rank`. Required."""
    use_dora: bool | None = field(default_factory=lambda: None)
    """LoRA: whether direction and length of weights are told apart (DoRA). No if unset."""
    quantize_base: bool | None = field(default_factory=lambda: None)
    """LoRA: whether the model's own weights are held in 4 bits (QLoRA). No if unset."""
    quantizer_name: str | None = None
    """QAT: how weights are rounded."""
    group_size: int | None = None
    """QAT: how many weights share a scale."""


class DPOAlignmentConfig(Struct, kw_only=True, omit_defaults=True):
    """How preferences count."""

    beta: Annotated[float, Meta(ge=0)] | None = None
    """How far the model may go from where it began; the higher, the less. As the provider has it if unset."""
    loss_type: Literal["sigmoid", "hinge", "ipo", "kto_pair"] | None = None
    """The loss. As the provider has it if unset."""


class SupervisedFineTuneRequest(Struct, kw_only=True, omit_defaults=True):
    """What is to be learnt from examples."""

    job_uuid: Annotated[str, Meta(min_length=1, max_length=128)]
    """The job's name, of the caller's choice: up to 128 letters, digits, `.`, `_` and `-`, a letter or digit first. What
    comes of it is called so, too.
    """
    training_config: TrainingConfig
    """How it is trained."""
    hyperparam_search_config: Raw = ABSENT
    """A JSON object. Settings are not searched for; anything but an empty one is refused."""
    logger_config: Raw = ABSENT
    """A JSON object. Nobody reads it: the service itself keeps all metrics."""
    model: Annotated[str, Meta(min_length=1)] | None = None
    """The model that is trained: an id of the provider's, or a folder that its config allows."""
    checkpoint_dir: Annotated[str, Meta(min_length=1)] | None = None
    """Where the model's weights are taken from instead: a checkpoint of another job, by the `path` that it has."""
    algorithm_config: AlgorithmConfig | None = None
    """What is trained: all weights if unset."""


class PreferenceOptimizeRequest(Struct, kw_only=True, omit_defaults=True):
    """What is to be learnt from pairs of answers."""

    job_uuid: Annotated[str, Meta(min_length=1, max_length=128)]
    """The job's name, as for `SupervisedFineTuneRequest`."""
    finetuned_model: Annotated[str, Meta(min_length=1)]
    """The model that is trained: an id of the provider's, or the `path` of a checkpoint of another job."""
    algorithm_config: DPOAlignmentConfig
    """How preferences count."""
    training_config: TrainingConfig
    """How it is trained."""
    hyperparam_search_config: Raw = ABSENT
    """As for `SupervisedFineTuneRequest`."""
    logger_config: Raw = ABSENT
    """As for `SupervisedFineTuneRequest`."""


class PostTrainingJob(Struct, kw_only=True, omit_defaults=True):
    """A job."""

    job_uuid: str
    """Its name."""


class ListPostTrainingJobsRequest(Struct, kw_only=True, omit_defaults=True):
    """All jobs are wanted."""


class PostTrainingJobList(Struct, kw_only=True, omit_defaults=True):
    """All jobs."""

    data: list[PostTrainingJob]
    """Oldest first."""


class GetPostTrainingJobStatusRequest(Struct, kw_only=True, omit_defaults=True):
    """The job whose state is wanted."""

    job_uuid: Annotated[str, Meta(min_length=1)]
    """Its name."""


class PostTrainingMetric(Struct, kw_only=True, omit_defaults=True):
    """What was measured at a checkpoint."""

    epoch: int
    """How often the examples had been gone through."""
    train_loss: float
    """The loss on the examples."""
    validation_loss: float
    """The loss on the examples for validation."""
    perplexity: float
    """e to the power of `validation_loss`."""


class Checkpoint(Struct, kw_only=True, omit_defaults=True):
    """The weights at one step of a job: a folder as Hugging Face's libraries save it, or PEFT for LoRA."""

    identifier: str
    """Names it: the job's name and the step. The result of a completed job has the job's name alone."""
    created_at: str
    """When it was saved, as `2026-01-31T12:00:00.000Z`."""
    epoch: int
    """How often the examples had been gone through."""
    post_training_job_id: str
    """The job."""
    path: str
    """The folder, or what else the provider calls it."""
    training_metrics: PostTrainingMetric | None = field(default_factory=lambda: None)
    """What was measured then; unset where nothing was validated."""


class TrainingProgress(Struct, kw_only=True, omit_defaults=True):
    """How far the steps of a job are."""

    step: int
    """How many steps are done. One of another process that died counts where a checkpoint has it."""
    total_steps: int
    """How many there are in all."""
    epoch: float
    """How often the examples were gone through."""
    loss: float | None = field(default_factory=lambda: None)
    """The loss of the last steps that were looked at."""
    learning_rate: float | None = field(default_factory=lambda: None)
    """The learning rate of the last step."""
    tokens_per_second: float | None = field(default_factory=lambda: None)
    """Tokens trained a second, since this process took the job up."""
    eta_seconds: float | None = field(default_factory=lambda: None)
    """How long the steps that are left will take at this pace, in seconds."""
    attempts: int
    """How often the job was taken up, first time included."""


class TrainingError(Struct, kw_only=True, omit_defaults=True):
    """Why a job failed."""

    code: str | None = field(default_factory=lambda: None)
    """For machines."""
    message: str
    """For people."""
    param: str | None = field(default_factory=lambda: None)
    """The field of the request or of the row that is wrong."""


class PostTrainingJobStatus(Struct, kw_only=True, omit_defaults=True):
    """How far a job is. All times are as `2026-01-31T12:00:00.000Z`."""

    job_uuid: str
    """Its name."""
    status: str
    """`scheduled`, `in_progress`, `completed`, `failed` or `cancelled`."""
    scheduled_at: str | None = field(default_factory=lambda: None)
    """When it was asked for."""
    started_at: str | None = field(default_factory=lambda: None)
    """When it was begun."""
    completed_at: str | None = field(default_factory=lambda: None)
    """When it ended, however that was."""
    resources_allocated: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON object: on what it is trained, as the provider tells it."""
    checkpoints: list[Checkpoint]
    """What it has saved so far, oldest first."""
    progress: TrainingProgress | None = field(default_factory=lambda: None)
    """The steps so far; unset before the first."""
    error: TrainingError | None = field(default_factory=lambda: None)
    """Why it failed."""


class GetPostTrainingJobArtifactsRequest(Struct, kw_only=True, omit_defaults=True):
    """The job whose artifacts are wanted."""

    job_uuid: Annotated[str, Meta(min_length=1)]
    """Its name."""


class LossPoint(Struct, kw_only=True, omit_defaults=True):
    """The loss at one step."""

    step: int
    """The step, from 1."""
    epoch: float
    """How often the examples had been gone through."""
    loss: float
    """The mean loss since the point before."""
    learning_rate: float | None = field(default_factory=lambda: None)
    """The learning rate then."""


class PostTrainingJobArtifacts(Struct, kw_only=True, omit_defaults=True):
    """What a job has made."""

    job_uuid: str
    """Its name."""
    checkpoints: list[Checkpoint]
    """What it has saved, oldest first; the last one of a completed job is its result."""
    loss_curve: list[LossPoint]
    """How the loss went, by step."""


class CancelPostTrainingJobRequest(Struct, kw_only=True, omit_defaults=True):
    """The job that is to end early."""

    job_uuid: Annotated[str, Meta(min_length=1)]
    """Its name."""


class DialogText(Struct, kw_only=True, omit_defaults=True):
    """A piece of text. Images are not answered."""

    type: Literal["text"] = field(default_factory=lambda: "text")
    """Always `text`."""
    text: str
    """The text."""


DialogTexts: TypeAlias = list[DialogText]
"""Several pieces of text."""


DialogContent: TypeAlias = str | DialogText | DialogTexts
"""What a message says: a text, one item, or several."""


class DialogMessage(Struct, kw_only=True, omit_defaults=True):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    """Who speaks."""
    content: DialogContent
    """What is said."""
    call_id: str | None = None
    """The call that a `tool` message answers."""
    stop_reason: str | None = None
    """Why an `assistant` message ended; nobody reads it."""
    context: DialogContent | None = None
    """What a `user` message is to be understood with; the model sees it after the content."""


class SyntheticDataGenerateRequest(Struct, kw_only=True, omit_defaults=True):
    """What is to be answered."""

    dialogs: Annotated[list[DialogMessage], Meta(min_length=1)]
    """Messages, one conversation after the other. A conversation begins with each `system` message and with each `user`
    message that does not follow an `assistant` or a `tool` message or its own `system` message, and ends before the next.
    Every conversation is answered, so it ends in a `user` or `tool` message.
    """
    filtering_function: Literal["none", "random", "top_k", "top_p", "top_k_top_p", "sigmoid"]
    """Which answers are kept: all of them; one of each conversation at random; the best few (`top_k`), or the best whose
    softmax of scores makes up most (`top_p`), of each conversation; or each by chance, at the sigmoid of its score. How
    many, how much and by which scores the provider's config says.
    """
    model: Annotated[str, Meta(min_length=1)] | None = None
    """The model that answers, as the inference service lists it. The provider's own if unset."""


class SyntheticDataGenerationResponse(Struct, kw_only=True, omit_defaults=True):
    """What was kept."""

    synthetic_data: list[Raw]
    """Each a JSON object with the conversation and its answer as `messages`, and its `score` where there is one; rows that
    `data_format` `dialog` can be trained on.
    """
    statistics: Raw = ABSENT
    """A JSON object: how many conversations, answers and kept answers there are, their mean score, and the tokens used."""
