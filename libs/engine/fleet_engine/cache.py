"""The KV cache: a fixed slot of consecutive positions for each running sequence.

Slots, not pages: attention reads a run of neighbouring slots in place, through a strided view,
where pages would have to be gathered for every layer of every step.
"""

import mmap
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fleet_engine.config import LlamaConfig
from fleet_engine.errors import CacheTooLarge

# A prefix that is shorter is cheaper to compute again than to look after.
SHORTEST_SHARED = 16

TokenIds = NDArray[np.int32]


class KVCache:
    """Keys and values of shape (layers, 2, slots, kv_heads, positions, head_dim)."""

    def __init__(
        self,
        config: LlamaConfig,
        slots: int,
        positions: int,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        heads, dim = config.num_key_value_heads, config.head_dim
        self.slots, self.positions = slots, positions
        shape = (config.num_hidden_layers, 2, slots, heads, positions, dim)
        try:
            self._all = _zeros(shape, dtype, device)
        except (OSError, torch.OutOfMemoryError) as error:
            raise CacheTooLarge(_bytes(shape, dtype), slots, positions) from error
        self.layers = [(layer[0], layer[1]) for layer in self._all]
        self._lines = [layer.view(-1, dim) for layer in self._all]
        self._heads = torch.arange(2 * heads, device=device).view(2, 1, heads)
        self._heads[1] += (slots - 1) * heads

    def lines(self, slots: Tensor, positions: Tensor) -> Tensor:
        """Return where in a layer each token's heads go, keys first, for `write`.

        Args:
            slots: The slot of each token, of shape (tokens).
            positions: The position of each token in its sequence, of shape (tokens).
        """
        kv_heads = self._heads.shape[2]
        head = self._heads + (slots * kv_heads).view(1, -1, 1)
        return (head * self.positions + positions.view(1, -1, 1)).transpose(0, 1).reshape(-1)

    def write(self, layer: int, lines: Tensor, heads: Tensor) -> None:
        """Store `heads`, of shape (tokens, 2 · kv_heads · head_dim), at `lines`."""
        into = self._lines[layer]
        into.index_copy_(0, lines, heads.reshape(-1, into.shape[1]))

    def copy(self, source: int, target: int, positions: int) -> None:
        """Copy the first `positions` of one slot to another."""
        self._all[:, :, target, :, :positions] = self._all[:, :, source, :, :positions]


def _zeros(shape: tuple[int, ...], dtype: torch.dtype, device: torch.device) -> Tensor:
    """Return zeros that take no memory on a CPU until they are written.

    Zeros, not garbage: what lies behind the end of a sequence has the weight 0 in attention, and
    0 · NaN is NaN.
    """
    if device.type != "cpu":
        return torch.zeros(shape, dtype=dtype, device=device)
    memory = mmap.mmap(-1, _bytes(shape, dtype), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        # A huge page would be zeroed for the first token of each head of each layer. Kernels
        # without huge pages know no such advice.
        with suppress(OSError):
            memory.madvise(mmap.MADV_NOHUGEPAGE)
    return torch.frombuffer(memory, dtype=dtype).view(shape)


def _bytes(shape: tuple[int, ...], dtype: torch.dtype) -> int:
    return int(np.prod(shape, dtype=np.int64)) * dtype.itemsize


@dataclass(eq=False)
class Slot:
    """What a slot of the cache holds: the tokens, of which the first `computed` have their KV."""

    index: int
    tokens: TokenIds
    known: int = 0
    computed: int = 0
    busy: bool = False
    used_at: int = 0

    @property
    def pending(self) -> int:
        """Return how many tokens have no KV yet: one while answering, more in the prompt."""
        return self.known - self.computed

    def append(self, tokens: TokenIds | list[int]) -> None:
        """Add tokens whose KV is still to be computed."""
        end = self.known + len(tokens)
        self.tokens[self.known : end] = tokens
        self.known = end

    def truncate(self, length: int) -> None:
        """Forget everything from position `length` on."""
        self.known = self.computed = length

    def shared(self, prompt: TokenIds, known: bool = False) -> int:
        """Return how many leading tokens of `prompt` are computed here, or `known` here."""
        length = min(len(prompt), self.known if known else self.computed)
        same = self.tokens[:length] == prompt[:length]
        return length if same.all() else int(same.argmin())


class Slots:
    """Who has which slot. A freed slot keeps its KV, for a later prompt that begins alike."""

    def __init__(self, cache: KVCache) -> None:
        self.cache = cache
        self._slots = [Slot(i, np.zeros(cache.positions, np.int32)) for i in range(cache.slots)]
        self._taken = 0

    @property
    def full(self) -> bool:
        """Return whether no slot is free."""
        return all(slot.busy for slot in self._slots)

    @property
    def used(self) -> float:
        """Return the part of the cache that running sequences fill, from 0 to 1."""
        filled = sum(slot.computed for slot in self._slots if slot.busy)
        return filled / (self.cache.slots * self.cache.positions)

    def take(self, prompt: TokenIds) -> Slot | None:
        """Return a slot holding `prompt`, its cached prefix already computed; one must be free.

        Returns `None` when another slot is just computing a longer prefix of `prompt`, for which
        it pays to wait.
        """
        # The last token is always computed: its logits begin the answer.
        prefix = prompt[:-1]
        source = max(self._slots, key=lambda slot: slot.shared(prefix))
        cached = source.shared(prefix)
        if self._coming(prefix) >= cached + SHORTEST_SHARED:
            return None
        if cached < SHORTEST_SHARED:
            cached = 0
        slot = source if cached and not source.busy else self._rested()
        if cached and slot is not source:
            self.cache.copy(source.index, slot.index, cached)
        self._claim(slot, prompt, cached)
        return slot

    def free(self, slot: Slot) -> None:
        """Give back a slot; what is computed in it stays until somebody else takes it."""
        slot.truncate(slot.computed)
        slot.busy = False

    def _rested(self) -> Slot:
        """Return the free slot that was taken longest ago."""
        free = (slot for slot in self._slots if not slot.busy)
        return min(free, key=lambda slot: slot.used_at)

    def _coming(self, prefix: TokenIds) -> int:
        """Return how much of `prefix` running prompts will have computed soon."""
        filling = (s for s in self._slots if s.busy and s.pending > 1)
        return max((slot.shared(prefix, known=True) for slot in filling), default=0)

    def _claim(self, slot: Slot, prompt: TokenIds, cached: int) -> None:
        slot.truncate(0)
        slot.append(prompt)
        slot.computed = cached
        slot.busy = True
        self._taken += 1
        slot.used_at = self._taken
