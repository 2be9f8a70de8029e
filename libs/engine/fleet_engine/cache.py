"""The KV cache: one pool of blocks of tokens, which sequences need not have in a row.

Source: PagedAttention, arXiv:2309.06180.
"""

import mmap
from contextlib import suppress

import numpy as np
import torch
from torch import Tensor

from fleet_engine.config import LlamaConfig
from fleet_engine.errors import CacheTooLarge

BLOCK_TOKENS = 16


class KVCache:
    """Keys and values of shape (layers, blocks, tokens of a block, 2, kv_heads, head_dim).

    Args:
        config: The shape of the model, or of this process's part of it.
        blocks: How many blocks of `BLOCK_TOKENS` tokens.
        dtype: What keys and values are kept in.
        device: Where.

    Raises:
        CacheTooLarge: There is no memory for it.
    """

    def __init__(
        self, config: LlamaConfig, blocks: int, dtype: torch.dtype, device: torch.device
    ) -> None:
        self.blocks = blocks
        self.kv_heads, self.head_dim = config.num_key_value_heads, config.head_dim
        self._all = _zeros(_shape(config, blocks), dtype, device)
        self._lines = [layer.view(blocks * BLOCK_TOKENS, -1) for layer in self._all]
        self._blocks = [layer.view(blocks, -1) for layer in self._all]

    def write(self, layer: int, lines: Tensor, keys_values: Tensor) -> None:
        """Store the keys and values of tokens.

        Args:
            layer: Whose.
            lines: Where: block · `BLOCK_TOKENS` + place in the block, of shape (tokens).
            keys_values: Of shape (tokens, 2 · kv_heads · head_dim), the keys first.
        """
        into = self._lines[layer]
        into.index_copy_(0, lines, keys_values.to(into.dtype))

    def layer(self, layer: int) -> Tensor:
        """Return a layer, (blocks, tokens of a block, 2, kv_heads, head_dim)."""
        return self._all[layer]

    def gather(self, layer: int, tables: Tensor) -> tuple[Tensor, Tensor]:
        """Copy blocks together; return keys and values, (sequences, kv_heads, tokens, head_dim).

        Args:
            layer: Whose.
            tables: The blocks of each sequence in order, of shape (sequences, blocks).
        """
        heads, dim = self.kv_heads, self.head_dim
        found = self._blocks[layer].index_select(0, tables.reshape(-1))
        keys, values = found.view(len(tables), -1, 2, heads, dim).unbind(2)
        return keys.transpose(1, 2), values.transpose(1, 2)

    def copy(self, source: int, target: int, tokens: int) -> None:
        """Copy the first `tokens` of one block to another, in all layers."""
        self._all[:, target, :tokens] = self._all[:, source, :tokens]


def block_bytes(config: LlamaConfig, dtype: torch.dtype) -> int:
    """Return what one block takes, all layers together."""
    return _bytes(_shape(config, 1), dtype)


def _shape(config: LlamaConfig, blocks: int) -> tuple[int, ...]:
    heads, dim = config.num_key_value_heads, config.head_dim
    return (config.num_hidden_layers, blocks, BLOCK_TOKENS, 2, heads, dim)


def _zeros(shape: tuple[int, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """Return zeros that take no memory on a CPU until they are written.

    Zeros, not garbage: what lies behind the end of a sequence has the weight 0 in attention, and
    0 · NaN is NaN.
    """
    size = _bytes(shape, dtype)
    try:
        if device.type != "cpu":
            return torch.zeros(shape, dtype=dtype, device=device)
        memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except (OSError, OverflowError, torch.OutOfMemoryError) as error:
        raise CacheTooLarge(size, shape[1] * BLOCK_TOKENS) from error
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        # A huge page would be zeroed for the first block of each layer. Kernels without huge
        # pages know no such advice.
        with suppress(OSError):
            memory.madvise(mmap.MADV_NOHUGEPAGE)
    return torch.frombuffer(memory, dtype=dtype).view(shape)


def _bytes(shape: tuple[int, ...], dtype: torch.dtype) -> int:
    return int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
