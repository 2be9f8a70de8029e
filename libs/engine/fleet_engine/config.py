"""What the engine is told: by its owner, and by the model's `config.json`."""

import json
from pathlib import Path
from typing import Any, Literal

import msgspec
import torch

from fleet_engine.errors import UnsupportedModel
from fleet_engine.llama4 import Llama4Config, read_llama4
from fleet_engine.quantization import Quantization

# The architectures, and what the names of their text model's tensors begin with.
PREFIXES = {
    "LlamaForCausalLM": "",
    "Llama4ForCausalLM": "",
    "Llama4ForConditionalGeneration": "language_model.",
}
CPU_PREFILL = 128
DEVICE_PREFILL = 2048


class EngineConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How to run a model.

    The KV cache is one pool that all sequences share, allocated at once; on a CPU the system backs
    it with memory only as it fills.
    """

    model: Path
    """The folder with `config.json`, `tokenizer.json` and the safetensors files."""
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"
    quantization: Quantization | None = None
    """What the weights are rounded to; `dtype` is then what the rest is kept in."""
    device: str = "cpu"
    """As torch names it: `cpu`, `cuda`, `cuda:1`."""
    tensor_parallel: int = 1
    """Over how many processes each layer is spread; each has a device of its own, from `cuda:0` on,
    or shares the CPU."""
    threads: int | None = None
    """CPU threads of each process of the engine; torch's choice if unset."""
    max_sequences: int = 32
    """How many generations run at once."""
    max_context: int | None = None
    """The most tokens of prompt and answer together; the model's own limit if unset."""
    kv_tokens: int | None = None
    """The most tokens that the KV cache holds, of running sequences and of prefixes for later ones.

    If unset, `max_sequences` contexts, but no more than fit into 4 GiB on a CPU, and into 90 % of
    an accelerator's memory together with the weights.
    """
    max_waiting: int = 256
    """How many generations may wait for their turn."""
    prefill_tokens: int | None = None
    """The most prompt tokens a step computes, so that no prompt holds up running answers."""

    @property
    def torch_device(self) -> torch.device:
        """Return where to compute."""
        return torch.device(self.device)

    @property
    def torch_dtype(self) -> torch.dtype:
        """Return what weights and KV cache are kept in."""
        dtype: torch.dtype = getattr(torch, self.dtype)
        return dtype

    @property
    def prefill_budget(self) -> int:
        """Return the prompt tokens of a step: about half a second's work on either device."""
        default = CPU_PREFILL if self.torch_device.type == "cpu" else DEVICE_PREFILL
        return self.prefill_tokens or default

    def context(self, limit: int) -> int:
        """Return the context length for a model that can do `limit` tokens."""
        wanted = (self.max_context, limit, self.kv_tokens)
        return min(length for length in wanted if length is not None)


class RopeConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Rotary position embedding, with the scaling of Llama 3.1 where `rope_type` says so."""

    rope_type: str = "default"
    rope_theta: float = 10000.0
    factor: float = 1.0
    low_freq_factor: float = 1.0
    high_freq_factor: float = 4.0
    original_max_position_embeddings: int = 8192


class LlamaConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a `config.json` that shape a Llama model."""

    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    vocab_size: int
    max_position_embeddings: int
    rms_norm_eps: float
    tie_word_embeddings: bool
    rope: RopeConfig
    eos_token_ids: frozenset[int]
    llama4: Llama4Config | None = None
    prefix: str = ""
    """What the names of all tensors begin with."""

    def rotates(self, layer: int) -> bool:
        """Return whether a layer encodes positions by rotation."""
        return self.llama4 is None or self.llama4.rotates(layer)

    @property
    def chunk(self) -> int | None:
        """Return how many tokens those layers see that rotate; all if `None`."""
        return self.llama4.attention_chunk_size if self.llama4 else None


def load_llama_config(folder: Path) -> LlamaConfig:
    """Read `config.json` and `generation_config.json` of a model folder.

    Raises:
        UnsupportedModel: It is no Llama, or one with parts that the engine does not have.
    """
    whole = read_object(folder / "config.json")
    prefix = PREFIXES[_architecture(whole)]
    # A model of images and text has its text model within.
    raw = whole["text_config"] if prefix else whole
    _check_supported(raw)
    heads = raw["num_attention_heads"]
    hidden = raw["hidden_size"]
    fields = raw | {
        "num_key_value_heads": raw.get("num_key_value_heads") or heads,
        "head_dim": raw.get("head_dim") or hidden // heads,
        "tie_word_embeddings": raw.get("tie_word_embeddings", False),
        "rope": _rope(raw),
        "eos_token_ids": _eos(folder, raw),
        "llama4": read_llama4(raw) if "num_local_experts" in raw else None,
        "prefix": prefix,
    }
    return msgspec.convert(fields, LlamaConfig)


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in the file at `path`, or raise `UnsupportedModel`."""
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise UnsupportedModel(f"{path.parent} is no model folder: no {path.name}") from error
    return content


def _architecture(raw: dict[str, Any]) -> str:
    """Return the name of the model's class, or raise `UnsupportedModel`."""
    architectures = raw.get("architectures") or []
    for name in architectures:
        if name in PREFIXES:
            return str(name)
    raise UnsupportedModel(
        f"{', '.join(architectures) or 'an unnamed model'} is none of {', '.join(PREFIXES)}"
    )


def _check_supported(raw: dict[str, Any]) -> None:
    """Raise `UnsupportedModel` unless `raw` describes a model that `llama.py` computes exactly."""
    plain = {"attention_bias": False, "mlp_bias": False, "hidden_act": "silu"}
    for key, value in plain.items():
        if raw.get(key, value) != value:
            raise UnsupportedModel(f"{key} = {raw[key]} is not supported, only {value}")
    if raw.get("quantization_config"):
        raise UnsupportedModel("quantised weights are not supported")


def _rope(raw: dict[str, Any]) -> RopeConfig:
    """Return the rotary embedding's settings from where either layout of the file has them.

    `rope_parameters` holds all since transformers 5; `rope_theta` and `rope_scaling` before.
    """
    settings = raw.get("rope_parameters") or (raw.get("rope_scaling") or {})
    theta = settings.get("rope_theta") or raw.get("rope_theta") or RopeConfig().rope_theta
    kind = settings.get("rope_type") or settings.get("type") or "default"
    if kind not in {"default", "linear", "llama3"}:
        raise UnsupportedModel(f"rope type {kind!r} is not supported")
    return msgspec.convert(settings | {"rope_theta": theta, "rope_type": kind}, RopeConfig)


def _eos(folder: Path, raw: dict[str, Any]) -> frozenset[int]:
    """Return the ids that end an answer; the generation config goes before the model's."""
    generation = folder / "generation_config.json"
    merged = raw | (read_object(generation) if generation.exists() else {})
    ids = merged.get("eos_token_id")
    if ids is None:
        return frozenset()
    return frozenset([ids] if isinstance(ids, int) else ids)
