"""A model with its KV cache: what the scheduler drives, in one process or in several."""

from typing import Protocol

import torch
from torch import Tensor

from fleet_engine.batch import Span, batched
from fleet_engine.cache import KVCache
from fleet_engine.llama import Llama


class Runner(Protocol):
    """Computes steps."""

    @property
    def blocks(self) -> int:
        """Return how many blocks the cache has."""
        ...

    def copy(self, source: int, target: int, tokens: int) -> None:
        """Copy the first `tokens` of one block of the cache to another."""
        ...

    def logits(self, spans: list[Span]) -> Tensor:
        """Compute `arranged` spans; return the logits wanted, (spans that want, vocabulary)."""
        ...

    def close(self) -> None:
        """Let go of what is not this process's own."""
        ...


class LocalRunner:
    """A model of this process, or its part of a model.

    Args:
        llama: The model.
        cache: Its cache.
        device: Where both are.
    """

    def __init__(self, llama: Llama, cache: KVCache, device: torch.device) -> None:
        self._llama, self._cache, self._device = llama, cache, device

    @property
    def blocks(self) -> int:
        """Return how many blocks the cache has."""
        return self._cache.blocks

    def copy(self, source: int, target: int, tokens: int) -> None:
        """Copy the first `tokens` of one block of the cache to another."""
        self._cache.copy(source, target, tokens)

    def logits(self, spans: list[Span]) -> Tensor:
        """Compute `arranged` spans; return the logits wanted, (spans that want, vocabulary)."""
        llama = self._llama
        batch = batched(spans, llama.dtype, self._device, llama.config.chunk)
        return llama.logits(batch, self._cache)

    def close(self) -> None:
        """Do nothing: all goes with this object."""
