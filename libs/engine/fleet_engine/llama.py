"""The Llama architecture (arXiv:2302.13971, with the grouped queries of arXiv:2305.13245)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from fleet_engine.attention import attend
from fleet_engine.batch import Batch
from fleet_engine.cache import KVCache
from fleet_engine.config import LlamaConfig
from fleet_engine.linear import Linear
from fleet_engine.llama4 import Experts
from fleet_engine.operations import computing_dtype, paged_attention, rms_norm, swiglu
from fleet_engine.quantization import Quantization
from fleet_engine.rope import rotatable, rotate_, rotations
from fleet_engine.weights import Weights


@dataclass(frozen=True)
class Layer:
    """The weights of one transformer block."""

    attention_norm: Tensor
    qkv: Linear
    out: Linear
    mlp_norm: Tensor
    gate_up: Linear
    """Of the one inner part, or of the one that all tokens share beside the experts."""
    down: Linear
    experts: Experts | None


class Places(NamedTuple):
    """What the positions of a step's tokens mean to the model."""

    rotations: Tensor
    """Of shape (tokens, 1, head_dim / 2)."""
    temperatures: Tensor | None
    """What queries are multiplied by in layers that do not rotate, of shape (tokens, 1)."""


class Llama:
    """Computes logits from tokens and the KV cache.

    Args:
        config: The shape of the model.
        weights: Its tensors, named as Hugging Face names them.
        context: The largest number of positions.
        dtype: What the weights are kept in.
        device: Where to compute, in `dtype`, or in float32 on a CPU.
        quantization: What the weights of matrices are rounded to.
        join_: Makes the sum over the processes that have parts of the model, in place; unset if it
            is whole. `config` and `weights` are then of a part.
    """

    def __init__(
        self,
        config: LlamaConfig,
        weights: Weights,
        context: int,
        dtype: torch.dtype,
        device: torch.device,
        *,
        quantization: Quantization | None = None,
        join_: Callable[[Tensor], None] | None = None,
    ) -> None:
        self._join_ = join_
        self.config, self.dtype = config, computing_dtype(dtype, device)
        self._kept, self._device, self._quantization = dtype, device, quantization
        embedding = weights.take(f"{config.prefix}model.embed_tokens.weight").to(device)
        # Looked up, never multiplied, so it stays in the smaller type of the file.
        self._embedding = embedding
        self._rotations = rotations(config, context).to(device)
        self._layers = [self._layer(weights, i) for i in range(config.num_hidden_layers)]
        self._norm = self._take(weights, f"{config.prefix}model.norm.weight")
        own = f"{config.prefix}lm_head.weight"
        tied = config.tie_word_embeddings or own not in weights
        head = embedding.to(dtype).to(self.dtype) if tied else self._take(weights, own)
        # The head decides between tokens: at 4 bits it would lose more than it saves.
        self._head = Linear(head, quantization="int8" if quantization else None)
        self._paged = paged_attention(config, device)

    def logits(self, batch: Batch, cache: KVCache) -> Tensor:
        """Return float32 logits of shape (wanted tokens, vocabulary), and fill the cache."""
        x = functional.embedding(batch.tokens, self._embedding).to(self.dtype)
        rotation = self._rotations[batch.positions].unsqueeze(1)
        llama4 = self.config.llama4
        places = Places(rotation, llama4.temperatures(batch.positions) if llama4 else None)
        for i in range(len(self._layers)):
            x = self._attention(x, i, batch, places, cache)
            x = self._mlp(x, i, batch)
        if batch.last is not None:
            x = x[batch.last]
        if not len(x):
            return x.new_empty(0, self.config.vocab_size)
        return self._head(self._normed(x, self._norm)).float()

    def _attention(
        self, x: Tensor, index: int, batch: Batch, places: Places, cache: KVCache
    ) -> Tensor:
        layer, dim = self._layers[index], self.config.head_dim
        queries = self.config.num_attention_heads * dim
        keys = self.config.num_key_value_heads * dim
        normed = self._normed(x, layer.attention_norm)
        qkv = batch.adapt_(layer.qkv(normed), normed, index, "qkv")
        if self._paged is not None:
            found = self._paged(qkv, index, batch, places.rotations, cache)
            return batch.adapt_(self._added(layer.out, found, x), found, index, "out")
        rotates = self.config.rotates(index)
        if rotates:
            self._rotate_(qkv[:, : queries + keys].view(len(x), -1, dim), places.rotations)
        elif places.temperatures is not None:
            qkv[:, :queries].mul_(places.temperatures)
        cache.write(index, batch.lines, qkv[:, queries:])
        found = attend(qkv[:, :queries], qkv[:, queries:], batch, cache, index, local=rotates)
        return batch.adapt_(self._added(layer.out, found, x), found, index, "out")

    def _mlp(self, x: Tensor, index: int, batch: Batch) -> Tensor:
        layer = self._layers[index]
        normed = self._normed(x, layer.mlp_norm)
        inner = swiglu(batch.adapt_(layer.gate_up(normed), normed, index, "gate_up"))
        if layer.experts is None:
            total = self._added(layer.down, inner, x)
        else:
            asked = layer.experts.answers(normed)
            total = self._added(layer.down, inner, x, asked)
        return batch.adapt_(total, inner, index, "down")

    def _added(
        self, matrix: Linear, x: Tensor, residual: Tensor, more: Tensor | None = None
    ) -> Tensor:
        """Return `residual` plus the product, and `more`, of which each process has its part."""
        if self._join_ is None:
            total = matrix.add(x, residual)
            return total if more is None else total.add_(more)
        total = matrix(x) if more is None else matrix.add(x, more)
        self._join_(total)
        return total.add_(residual)

    def _rotate_(self, heads: Tensor, rotation: Tensor) -> None:
        """Rotate queries and keys, of shape (tokens, heads, head_dim), in place."""
        rotate_(heads, rotation)
        if self.config.llama4 is not None and self.config.llama4.use_qk_norm:
            heads.copy_(functional.rms_norm(heads, heads.shape[-1:], eps=self.config.rms_norm_eps))

    def _normed(self, x: Tensor, weight: Tensor) -> Tensor:
        return rms_norm(x, weight, self.config.rms_norm_eps)

    def _layer(self, weights: Weights, index: int) -> Layer:
        config = self.config
        stem = f"{config.prefix}model.layers.{index}"

        def take(name: str) -> Tensor:
            return self._take(weights, f"{stem}.{name}.weight")

        has_experts = config.llama4 is not None and config.llama4.has_experts(index)
        mlp = "feed_forward" if config.llama4 else "mlp"
        shared = f"{mlp}.shared_expert" if has_experts else mlp
        q, k, v = (take(f"self_attn.{name}_proj") for name in "qkv")
        linear = partial(Linear, quantization=self._quantization)
        return Layer(
            attention_norm=take("input_layernorm"),
            qkv=linear(torch.cat([rotatable(q, config), rotatable(k, config), v])),
            out=linear(take("self_attn.o_proj")),
            mlp_norm=take("post_attention_layernorm"),
            gate_up=linear(torch.cat([take(f"{shared}.gate_proj"), take(f"{shared}.up_proj")])),
            down=linear(take(f"{shared}.down_proj")),
            experts=self._experts(weights, f"{stem}.{mlp}") if has_experts else None,
        )

    def _experts(self, weights: Weights, stem: str) -> Experts:
        llama4 = self.config.llama4
        return Experts(
            self._take(weights, f"{stem}.router.weight"),
            self._take(weights, f"{stem}.experts.gate_up_proj"),
            self._take(weights, f"{stem}.experts.down_proj"),
            llama4.num_experts_per_tok if llama4 else 0,
            self._quantization,
        )

    def _take(self, weights: Weights, name: str) -> Tensor:
        return weights.take(name).to(self._device, self._kept).to(self.dtype)
