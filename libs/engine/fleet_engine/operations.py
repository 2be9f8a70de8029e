"""What a Llama does between its matrices, by the kernels where these are, else by torch."""

import torch
from torch import Tensor
from torch.nn import functional

from fleet_engine.batch import Batch
from fleet_engine.cache import KVCache
from fleet_engine.config import LlamaConfig
from fleet_engine.kernels.library import LANES, Heads, Library, library


def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """Return the rows of `x` with the root mean square 1, times `weight` (arXiv:1910.07467)."""
    kernels = _kernels(x.device, x.shape[1])
    if kernels is not None:
        return kernels.rms_norm(x.contiguous(), weight, epsilon)
    return functional.rms_norm(x, weight.shape, weight, epsilon)


def swiglu(gates_ups: Tensor) -> Tensor:
    """Return `silu(gates) · ups` for the halves of each row (arXiv:2002.05202)."""
    kernels = _kernels(gates_ups.device, gates_ups.shape[1] // 2)
    if kernels is not None:
        return kernels.swiglu(gates_ups.contiguous())
    gates, ups = gates_ups.chunk(2, -1)
    return functional.silu(gates).mul_(ups)


class PagedAttention:
    """Rotation, the cache and attention in two calls a layer, reading the cache in place.

    Args:
        kernels: The compiled kernels.
        config: The shape of the model, or of this process's part of it.
    """

    def __init__(self, kernels: Library, config: LlamaConfig) -> None:
        self._kernels = kernels
        self._heads = Heads(config.num_attention_heads, config.num_key_value_heads, config.head_dim)

    def __call__(
        self, qkv: Tensor, layer: int, batch: Batch, rotations: Tensor, cache: KVCache
    ) -> Tensor:
        """Store keys and values; return what the queries find, (tokens, heads · head_dim).

        Args:
            qkv: Queries, keys and values, of shape (tokens, all heads · head_dim); rotated in place.
            layer: Which layer of the cache.
            batch: Which tokens are whose.
            rotations: Complex, of shape (tokens, 1, head_dim / 2).
            cache: What was computed before.
        """
        heads, pool = self._heads, cache.layer(layer)
        self._kernels.rotate_store(qkv, rotations, batch.lines, pool, heads)
        found = qkv.new_empty(len(qkv), heads.queries * heads.dim)
        for segment in batch.segments:
            rows = segment.rows
            self._kernels.attend(
                qkv[rows],
                found[rows],
                segment.tables,
                batch.positions[rows],
                cache=pool,
                heads=heads,
            )
        return found


def paged_attention(config: LlamaConfig, device: torch.device) -> PagedAttention | None:
    """Return the kernels' attention, or `None` where there is none.

    There is none for Llama 4, whose layers differ.
    """
    kernels = _kernels(device, config.head_dim)
    if kernels is None or config.llama4 is not None:
        return None
    return PagedAttention(kernels, config)


def computing_dtype(kept: torch.dtype, device: torch.device) -> torch.dtype:
    """Return what to compute in where weights are kept in `kept`.

    Few CPUs compute in 16 bits, and torch is many times slower there than in float32.
    """
    return torch.float32 if device.type == "cpu" else kept


def _kernels(device: torch.device, width: int) -> Library | None:
    return library() if device.type == "cpu" and width % LANES == 0 else None
