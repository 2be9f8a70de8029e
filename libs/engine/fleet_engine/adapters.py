"""LoRA adapters (arXiv:2106.09685): small additions to a model's weights, chosen by the request.

Format: PEFT's, a folder with `adapter_config.json` and `adapter_model.safetensors`
(https://huggingface.co/docs/peft/developer_guides/checkpoint).
"""

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from fleet_engine.config import LlamaConfig, read_object
from fleet_engine.errors import UnsupportedModel
from fleet_engine.rope import rotatable
from fleet_engine.weights import Weights

CONFIG = "adapter_config.json"
TENSORS = "adapter_model.safetensors"

# Which of the model's own matrices, and the parts of it in the order of its rows.
PACKED = {
    "qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "out": ("self_attn.o_proj",),
    "gate_up": ("mlp.gate_proj", "mlp.up_proj"),
    "down": ("mlp.down_proj",),
}
NAME = re.compile(
    r"(?:base_model\.model\.)?model\.layers\.(\d+)\.([\w.]+)\.lora_([AB])(?:\.default)?\.weight"
)
# Settings that change what an adapter computes, with the value that this module computes.
PLAIN: dict[str, Any] = {
    "peft_type": "LORA",
    "use_dora": False,
    "fan_in_fan_out": False,
    "bias": "none",
    "lora_bias": False,
    "modules_to_save": None,
    "alpha_pattern": {},
}

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Addition:
    """What is added to the product of one matrix: `up @ down @ x`."""

    down: Tensor
    """Of shape (rank, in)."""
    up: Tensor
    """Of shape (out, rank), the scale included."""


class Adapter:
    """An adapter in memory.

    Args:
        layers: For each layer, the additions by the name of the matrix, as of `PACKED`.
    """

    def __init__(self, layers: Sequence[dict[str, Addition]]) -> None:
        self._layers = layers
        self.root = f"adapter {next(_numbers)}".encode()
        """What its prefixes are known by; another one each time that it is loaded."""

    def add_(self, product: Tensor, x: Tensor, rows: Tensor | None, layer: int, name: str) -> None:
        """Add to `product`, of shape (tokens, out), in the given rows or in all.

        Args:
            product: What the matrix itself made of `x`.
            x: Of shape (tokens, in).
            rows: Which tokens are this adapter's; all if `None`.
            layer: The layer of the matrix.
            name: The name of the matrix.
        """
        addition = self._layers[layer].get(name)
        if addition is None:
            return
        if rows is None:
            product.add_(x @ addition.down.T @ addition.up.T)
        else:
            product.index_add_(0, rows, x[rows] @ addition.down.T @ addition.up.T)


def load_adapter(
    folder: Path, config: LlamaConfig, dtype: torch.dtype, device: torch.device
) -> Adapter:
    """Read an adapter for a model of this `config`.

    Raises:
        UnsupportedModel: It is none, or one for another model, or has parts beyond LoRA.
    """
    settings = read_object(folder / CONFIG)
    for key, value in PLAIN.items():
        if (settings.get(key) or value) != value:
            raise UnsupportedModel(f"{folder.name}: {key} = {settings[key]} is not supported")
    halves = _halves(folder, config.num_hidden_layers)
    layers = []
    for parts in halves:
        pieces = {name: _piece(pair, name, settings, config) for name, pair in parts.items()}
        layers.append(
            {
                name: _packed([pieces.get(part) for part in parts_of], parts_of, config)
                for name, parts_of in PACKED.items()
                if any(part in pieces for part in parts_of)
            }
        )
    return Adapter([{n: _moved(a, dtype, device) for n, a in layer.items()} for layer in layers])


def _halves(folder: Path, layers: int) -> list[dict[str, dict[str, Tensor]]]:
    """Return the tensors of each layer by the matrix they belong to, and then by `A` or `B`."""
    found: list[dict[str, dict[str, Tensor]]] = [defaultdict(dict) for _ in range(layers)]
    known = {part for parts in PACKED.values() for part in parts}
    for name, tensor in _tensors(folder):
        match = NAME.fullmatch(name)
        if match is None or match[2] not in known or int(match[1]) >= layers:
            raise UnsupportedModel(f"{folder.name}: cannot add {name} to this model")
        found[int(match[1])][match[2]][match[3]] = tensor.float()
    return found


def _tensors(folder: Path) -> Iterator[tuple[str, Tensor]]:
    weights = Weights(folder, TENSORS)
    for name in weights.names:
        yield name, weights.take(name)


def _piece(
    pair: dict[str, Tensor], name: str, settings: dict[str, Any], config: LlamaConfig
) -> Addition:
    """Return what is added to one of the file's own matrices."""
    size = _sizes(config)[name]
    if pair.keys() != {"A", "B"} or (len(pair["B"]), pair["A"].shape[1]) != size:
        raise UnsupportedModel(f"the adapter's {name} does not fit a model whose own is {size}")
    rank = len(pair["A"])
    scale = settings["lora_alpha"] / (math.sqrt(rank) if settings.get("use_rslora") else rank)
    up = pair["B"] * scale
    if name in {"self_attn.q_proj", "self_attn.k_proj"}:
        up = rotatable(up, config)
    return Addition(pair["A"], up)


def _packed(
    pieces: Sequence[Addition | None], names: Sequence[str], config: LlamaConfig
) -> Addition:
    """Return the additions of several matrices as one, for their rows one below the other."""
    there = [piece for piece in pieces if piece is not None]
    down = torch.cat([piece.down for piece in there])
    sizes = [_sizes(config)[name][0] for name in names]
    up = down.new_zeros(sum(sizes), len(down))
    row = column = 0
    for piece, size in zip(pieces, sizes, strict=True):
        if piece is not None:
            rank = len(piece.down)
            up[row : row + size, column : column + rank] = piece.up
            column += rank
        row += size
    return Addition(down, up)


def _sizes(config: LlamaConfig) -> dict[str, tuple[int, int]]:
    """Return the (out, in) of each matrix that an adapter may add to."""
    width, inner = config.hidden_size, config.intermediate_size
    queries = config.num_attention_heads * config.head_dim
    keys = config.num_key_value_heads * config.head_dim
    return {
        "self_attn.q_proj": (queries, width),
        "self_attn.k_proj": (keys, width),
        "self_attn.v_proj": (keys, width),
        "self_attn.o_proj": (width, queries),
        "mlp.gate_proj": (inner, width),
        "mlp.up_proj": (inner, width),
        "mlp.down_proj": (width, inner),
    }


def _moved(addition: Addition, dtype: torch.dtype, device: torch.device) -> Addition:
    return Addition(addition.down.to(device, dtype), addition.up.to(device, dtype))
