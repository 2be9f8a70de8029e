"""Loading a model, or this process's part of it, and room for its cache."""

from collections.abc import Callable

import torch
from torch import Tensor

from fleet_engine.cache import KVCache
from fleet_engine.capacity import capacity
from fleet_engine.config import EngineConfig, LlamaConfig
from fleet_engine.llama import Llama
from fleet_engine.runner import LocalRunner
from fleet_engine.shards import Shard
from fleet_engine.weights import Weights


def load(config: EngineConfig, model: LlamaConfig) -> LocalRunner:
    """Return the whole model, loaded."""
    with torch.inference_mode():
        return _runner(config, _llama(config, model, config.torch_device), config.torch_device)


def load_shard(
    config: EngineConfig,
    model: LlamaConfig,
    shard: Shard,
    device: torch.device,
    *,
    join_: Callable[[Tensor], None],
    blocks: int | None = None,
) -> LocalRunner:
    """Return a part of the model, loaded.

    Args:
        config: What the owner wants.
        model: The shape of the whole model.
        shard: Which part.
        device: Where.
        join_: Makes the sum over all parts, in place.
        blocks: How many blocks the cache has; as many as there is memory for if unset.
    """
    with torch.inference_mode():
        llama = _llama(config, shard.config(model), device, shard, join_)
        return _runner(config, llama, device, blocks)


def _llama(
    config: EngineConfig,
    model: LlamaConfig,
    device: torch.device,
    shard: Shard | None = None,
    join_: Callable[[Tensor], None] | None = None,
) -> Llama:
    context = config.context(model.max_position_embeddings)
    return Llama(
        model,
        Weights(config.model, shard=shard),
        context,
        config.torch_dtype,
        device,
        quantization=config.quantization,
        join_=join_,
    )


def _runner(
    config: EngineConfig, llama: Llama, device: torch.device, blocks: int | None = None
) -> LocalRunner:
    context = config.context(llama.config.max_position_embeddings)
    count = blocks or capacity(config, llama.config, context)
    return LocalRunner(llama, KVCache(llama.config, count, config.torch_dtype, device), device)
