"""Which part of a model one of several processes has, for tensor parallelism (arXiv:1909.08053).

Heads of attention and columns of the inner layers are dealt out, so that each process computes its
own part of a sum: twice in a layer the parts are added up.
"""

from dataclasses import dataclass

import msgspec
import torch
from torch import Tensor

from fleet_engine.config import LlamaConfig
from fleet_engine.errors import UnsupportedModel

# By which dimension a matrix is cut, by the last part of its name.
CUTS = {
    "q_proj.weight": 0,
    "k_proj.weight": 0,
    "v_proj.weight": 0,
    "o_proj.weight": 1,
    "gate_proj.weight": 0,
    "up_proj.weight": 0,
    "down_proj.weight": 1,
    # Those of experts: (experts, inner width, width).
    "experts.down_proj": 1,
}
# (experts, width, 2 · inner width), where the gates are the first half and the ups the second.
GATES_AND_UPS = "experts.gate_up_proj"


@dataclass(frozen=True)
class Shard:
    """Part number `rank` of `size`, from 0."""

    rank: int
    size: int

    def config(self, whole: LlamaConfig) -> LlamaConfig:
        """Return the shape of the part.

        Raises:
            UnsupportedModel: The model has no so many equal parts.
        """
        shape = {
            "num_attention_heads": whole.num_attention_heads,
            "num_key_value_heads": whole.num_key_value_heads,
            "intermediate_size": whole.intermediate_size,
        }
        checked = dict(shape)
        if whole.llama4 is not None:
            checked["intermediate_size_mlp"] = whole.llama4.intermediate_size_mlp
        for name, number in checked.items():
            if number % self.size:
                raise UnsupportedModel(
                    f"{name} = {number} is not divisible by tensor_parallel = {self.size}"
                )
        part = {name: number // self.size for name, number in shape.items()}
        return msgspec.structs.replace(whole, **part)

    def part(self, name: str, whole: Tensor) -> Tensor:
        """Return this part of the tensor called `name`; all of one that is not cut."""
        if name.endswith(GATES_AND_UPS):
            halves = whole.chunk(2, dim=2)
            return torch.cat([half.chunk(self.size, dim=2)[self.rank] for half in halves], dim=2)
        for suffix, dim in CUTS.items():
            if name.endswith(suffix):
                return whole.chunk(self.size, dim)[self.rank].contiguous()
        return whole
