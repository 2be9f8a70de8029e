"""What `inline::huggingface` refuses before a job is taken."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from fleet.post_training.v1 import messages as m
from fleet_models.errors import ModelError
from fleet_models.store import ModelStore
from fleet_post_training.provider import Order
from fleet_runtime.errors import InvalidArgument

_FP16 = ("fp16", "float16")
# Where the drivers of NVIDIA and AMD have their devices.
_GPUS = ("nvidia[0-9]*", "kfd")


def has_gpu() -> bool:
    """Whether this machine has a GPU, without loading what could use it."""
    return any(True for pattern in _GPUS for _ in Path("/dev").glob(pattern))


def is_installed(module: str) -> bool:
    """Whether a module is installed, without importing it."""
    return find_spec(module) is not None


def check(order: Order, *, on_gpu: bool, installed: Callable[[str], bool] = is_installed) -> None:
    """Refuse what cannot be trained here.

    Args:
        order: What is asked for.
        on_gpu: Whether a GPU trains.
        installed: Tells whether a module is.

    Raises:
        InvalidArgument: It cannot; the error names the field.
    """
    training = order.training
    if training.dtype in _FP16 and not on_gpu:
        raise _wrong("training_config.dtype", "'fp16' needs a GPU; take 'fp32' or 'bf16'")
    efficiency = training.efficiency_config or m.EfficiencyConfig()
    if efficiency.enable_activation_offloading and not on_gpu:
        raise _wrong(
            "training_config.efficiency_config.enable_activation_offloading",
            "without a GPU all activations are in the CPU's memory already",
        )
    if order.data.packed and training.max_steps_per_epoch:
        raise _wrong(
            "training_config.max_steps_per_epoch",
            "how many steps an epoch of packed examples has is not known before; leave it out, or 'packed'",
        )
    if order.data.packed and order.kind == "dpo":
        raise _wrong("training_config.data_config.packed", "preferences cannot be packed")
    _check_optimizer(training.optimizer_config)
    if order.algorithm is not None:
        _check_algorithm(order.algorithm, on_gpu=on_gpu, installed=installed)
    if order.preference is not None and order.preference.loss_type == "kto_pair":
        raise _wrong(
            "algorithm_config.loss_type",
            "TRL has no 'kto_pair' any more; take 'sigmoid', 'hinge' or 'ipo'",
        )


def _check_optimizer(config: m.OptimizerConfig | None) -> None:
    if config is not None and config.optimizer_type == "adam" and config.weight_decay > 0:
        raise _wrong(
            "training_config.optimizer_config.weight_decay",
            "'adam' is here without weight decay; take 'adamw', which has it apart from the gradient",
        )
    if config is not None and config.lr == 0:
        raise _wrong("training_config.optimizer_config.lr", "nothing is learnt at the rate 0")


def _check_algorithm(
    algorithm: m.AlgorithmConfig, *, on_gpu: bool, installed: Callable[[str], bool]
) -> None:
    if algorithm.type == "QAT":
        raise _wrong(
            "algorithm_config.type", "this provider has no quantisation-aware training; take 'LoRA'"
        )
    for field, value in (("rank", algorithm.rank), ("alpha", algorithm.alpha)):
        if value is None:
            raise _wrong(f"algorithm_config.{field}", "LoRA needs it", "missing_required_parameter")
    if not algorithm.lora_attn_modules and not (
        algorithm.apply_lora_to_mlp or algorithm.apply_lora_to_output
    ):
        raise _wrong("algorithm_config.lora_attn_modules", "nothing is left that is trained")
    if algorithm.quantize_base and not on_gpu:
        raise _wrong("algorithm_config.quantize_base", "QLoRA needs a GPU, and there is none")
    if algorithm.quantize_base and not installed("bitsandbytes"):
        raise _wrong(
            "algorithm_config.quantize_base",
            "QLoRA needs bitsandbytes, which is not installed with the service",
        )


def starting_folder(order: Order, allowed: list[Path]) -> Path:
    """Return the folder of the weights that are trained.

    Args:
        order: What is asked for.
        allowed: The folders in which checkpoints are.

    Raises:
        InvalidArgument: It is not there, or nowhere where checkpoints are.
    """
    named = order.checkpoint or order.model or ""
    field = "checkpoint_dir" if order.checkpoint else _model_field(order)
    if order.checkpoint is None and not named.startswith("/"):
        try:
            return ModelStore().path(named)
        except ModelError as error:
            raise _wrong(field, str(error), "model_not_found") from None
    folder = Path(named).resolve()
    if not any(folder.is_relative_to(each.resolve()) for each in allowed):
        raise _wrong(field, f"'{named}' is no checkpoint of a job", "checkpoint_not_found")
    if not any((folder / name).is_file() for name in ("config.json", "adapter_config.json")):
        raise _wrong(field, f"'{named}' has no model", "checkpoint_not_found")
    if (
        order.algorithm is None
        and order.kind == "sft"
        and (folder / "adapter_config.json").exists()
    ):
        raise _wrong(
            "algorithm_config", f"'{named}' is an adapter, of which not all weights can be trained"
        )
    return folder


def _model_field(order: Order) -> str:
    return "finetuned_model" if order.kind == "dpo" else "model"


def _wrong(param: str, why: str, code: str = "invalid_value") -> InvalidArgument:
    return InvalidArgument(f"'{param}': {why}.", code=code, param=param)
