"""What Llama 4's text model has beyond Llama 3: experts, layers without rotation, attention in chunks.

Source: https://github.com/meta-llama/llama-models/blob/main/models/llama4/model.py, and the names of
the settings from transformers' `Llama4TextConfig`.
"""

from functools import partial
from typing import Any

import msgspec
import torch
from torch import Tensor
from torch.nn import functional

from fleet_engine.linear import Linear
from fleet_engine.quantization import Quantization


class Llama4Config(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that Llama 3 does not have."""

    intermediate_size_mlp: int
    """The inner width of the layers without experts."""
    num_local_experts: int = 16
    num_experts_per_tok: int = 1
    interleave_moe_layer_step: int = 1
    moe_layers: frozenset[int] | None = None
    no_rope_layer_interval: int = 4
    no_rope_layers: list[int] = []
    """A 1 for each layer that rotates, despite the name."""
    attention_chunk_size: int | None = 8192
    """In layers that rotate, a token sees its own chunk of the context only."""
    use_qk_norm: bool = True
    attn_temperature_tuning: bool = True
    floor_scale: int = 8192
    attn_scale: float = 0.1

    def has_experts(self, layer: int) -> bool:
        """Return whether a layer has experts."""
        if self.moe_layers is not None:
            return layer in self.moe_layers
        return (layer + 1) % self.interleave_moe_layer_step == 0

    def rotates(self, layer: int) -> bool:
        """Return whether a layer encodes positions by rotation."""
        if self.no_rope_layers:
            return bool(self.no_rope_layers[layer])
        return (layer + 1) % self.no_rope_layer_interval != 0

    def temperatures(self, positions: Tensor) -> Tensor | None:
        """Return what queries are multiplied by in layers that do not rotate, (tokens, 1).

        It makes attention sharper as the context grows (arXiv:2501.19399).
        """
        if not self.attn_temperature_tuning:
            return None
        scale = torch.log1p(((positions.float() + 1) / self.floor_scale).floor())
        return (scale * self.attn_scale + 1).unsqueeze(1)


def read_llama4(raw: dict[str, Any]) -> Llama4Config:
    """Return the settings from the object of a text model in a `config.json`."""
    inner = raw.get("intermediate_size_mlp") or raw["intermediate_size"]
    # A null means the default, but for chunks, where it means that there are none.
    said = {k: v for k, v in raw.items() if v is not None or k == "attention_chunk_size"}
    return msgspec.convert(said | {"intermediate_size_mlp": inner}, Llama4Config)


class Experts:
    """Experts, of which each token asks a few.

    Args:
        router: Of shape (experts, width).
        gate_up: Of shape (experts, width, 2 · inner width).
        down: Of shape (experts, inner width, width).
        each: How many experts a token asks.
        quantization: What the experts' weights are rounded to.
    """

    def __init__(
        self,
        router: Tensor,
        gate_up: Tensor,
        down: Tensor,
        each: int,
        quantization: Quantization | None = None,
    ) -> None:
        self._router, self._each = router, each
        linear = partial(Linear, quantization=quantization)
        self._gate_up = [linear(weight.T) for weight in gate_up]
        self._down = [linear(weight.T) for weight in down]

    def answers(self, x: Tensor) -> Tensor:
        """Return what each token's experts make of it together, both of shape (tokens, width)."""
        scores, chosen = functional.linear(x, self._router).topk(self._each, dim=-1)
        weights = scores.float().sigmoid().to(x.dtype)
        total = torch.zeros_like(x)
        for number in sorted({*chosen.flatten().tolist()}):
            rows, place = (chosen == number).nonzero(as_tuple=True)
            gate, up = self._gate_up[number](x[rows] * weights[rows, place, None]).chunk(2, -1)
            total.index_add_(0, rows, self._down[number](functional.silu(gate).mul_(up)))
        return total
