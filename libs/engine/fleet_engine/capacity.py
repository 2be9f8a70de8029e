"""How many blocks the KV cache has."""

import torch

from fleet_engine.cache import BLOCK_TOKENS, block_bytes
from fleet_engine.config import EngineConfig, LlamaConfig

# As vLLM's CPU backend has it by default.
CPU_BYTES = 4 * 2**30
# What is left is for the activations of a step.
DEVICE_PART = 0.9


def capacity(config: EngineConfig, model: LlamaConfig, context: int) -> int:
    """Return the number of blocks, enough for one sequence of `context` tokens at the least.

    Args:
        config: What the owner wants.
        model: The shape of the model, or of this process's part of it.
        context: The longest that a sequence may be.
    """
    least = -(-context // BLOCK_TOKENS)
    if config.kv_tokens is not None:
        return max(least, config.kv_tokens // BLOCK_TOKENS)
    affordable = _bytes(config.torch_device) // block_bytes(model, config.torch_dtype)
    return max(least, min(config.max_sequences * least, affordable))


def _bytes(device: torch.device) -> int:
    """Return the memory that the cache may take; weights are loaded already."""
    if device.type != "cuda":
        return CPU_BYTES
    free, total = torch.cuda.mem_get_info(device)
    return max(0, int(free - (1 - DEVICE_PART) * total))
