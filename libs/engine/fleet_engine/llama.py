"""The Llama architecture (arXiv:2302.13971, with the grouped queries of arXiv:2305.13245)."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from fleet_engine.batch import Batch, Segment
from fleet_engine.cache import KVCache
from fleet_engine.config import LlamaConfig
from fleet_engine.linear import Linear
from fleet_engine.rope import interleave, rotate_, rotations
from fleet_engine.weights import Weights


@dataclass(frozen=True)
class Layer:
    """The weights of one transformer block."""

    attention_norm: Tensor
    qkv: Linear
    out: Linear
    mlp_norm: Tensor
    gate_up: Linear
    down: Linear


class Llama:
    """Computes logits from tokens and the KV cache.

    Args:
        config: The shape of the model.
        weights: Its tensors, named as Hugging Face names them.
        context: The largest number of positions.
        dtype: What to compute in.
        device: Where.
    """

    def __init__(
        self,
        config: LlamaConfig,
        weights: Weights,
        context: int,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        self.config = config
        self._dtype, self._device = dtype, device
        embedding = weights.take("model.embed_tokens.weight").to(device)
        # Looked up, never multiplied, so it stays in the smaller type of the file.
        self._embedding = embedding
        self._rotations = rotations(config, context).to(device)
        self._layers = [self._layer(weights, i) for i in range(config.num_hidden_layers)]
        self._norm = self._take(weights, "model.norm.weight")
        tied = config.tie_word_embeddings or "lm_head.weight" not in weights
        head = embedding.to(dtype) if tied else self._take(weights, "lm_head.weight")
        self._head = Linear(head)

    def logits(self, batch: Batch, cache: KVCache) -> Tensor:
        """Return float32 logits of shape (wanted tokens, vocabulary), and fill the cache."""
        x = functional.embedding(batch.tokens, self._embedding).to(self._dtype)
        rotation = self._rotations[batch.positions].unsqueeze(1)
        for i, layer in enumerate(self._layers):
            x = self._attention(x, i, batch, rotation, cache)
            x = self._mlp(x, layer)
        if batch.last is not None:
            x = x[batch.last]
        if not len(x):
            return x.new_empty(0, self.config.vocab_size)
        return self._head(self._normed(x, self._norm)).float()

    def _attention(
        self, x: Tensor, index: int, batch: Batch, rotation: Tensor, cache: KVCache
    ) -> Tensor:
        layer, dim = self._layers[index], self.config.head_dim
        queries = self.config.num_attention_heads * dim
        keys = self.config.num_key_value_heads * dim
        qkv = layer.qkv(self._normed(x, layer.attention_norm))
        rotate_(qkv[:, : queries + keys].view(len(x), -1, dim), rotation)
        cache.write(index, batch.lines, qkv[:, queries:])
        q, (k, v) = qkv[:, :queries], cache.layers[index]
        parts = [attend(q[segment.rows], k, v, segment) for segment in batch.segments]
        return layer.out.add(parts[0] if len(parts) == 1 else torch.cat(parts), x)

    def _mlp(self, x: Tensor, layer: Layer) -> Tensor:
        gate, up = layer.gate_up(self._normed(x, layer.mlp_norm)).chunk(2, -1)
        return layer.down.add(functional.silu(gate).mul_(up), x)

    def _normed(self, x: Tensor, weight: Tensor) -> Tensor:
        return functional.rms_norm(x, weight.shape, weight, self.config.rms_norm_eps)

    def _layer(self, weights: Weights, index: int) -> Layer:
        def take(name: str) -> Tensor:
            return self._take(weights, f"model.layers.{index}.{name}.weight")

        dim = self.config.head_dim
        q, k, v = (take(f"self_attn.{name}_proj") for name in "qkv")
        return Layer(
            attention_norm=take("input_layernorm"),
            qkv=Linear(torch.cat([interleave(q, dim), interleave(k, dim), v])),
            out=Linear(take("self_attn.o_proj")),
            mlp_norm=take("post_attention_layernorm"),
            gate_up=Linear(torch.cat([take("mlp.gate_proj"), take("mlp.up_proj")])),
            down=Linear(take("mlp.down_proj")),
        )

    def _take(self, weights: Weights, name: str) -> Tensor:
        return weights.take(name).to(self._device, self._dtype)


def attend(q: Tensor, k: Tensor, v: Tensor, segment: Segment) -> Tensor:
    """Return what the queries of a segment find, of their own shape (tokens, heads · head_dim).

    Args:
        q: The queries of the segment's tokens.
        k: The cached keys of a layer, of shape (slots, kv_heads, positions, head_dim).
        v: The values, likewise.
        segment: Which slots, and what is hidden.
    """
    kv_heads, dim = k.shape[1], k.shape[3]
    k = k[segment.slots, :, : segment.keys]
    v = v[segment.slots, :, : segment.keys]
    sequences = k.shape[0]
    if len(q) == sequences:
        # One token each: the query heads that share keys become the queries of one head.
        grouped = q.view(sequences, kv_heads, -1, dim)
        found = functional.scaled_dot_product_attention(grouped, k, v, attn_mask=segment.mask)
        return found.reshape(len(q), -1)
    heads = q.view(sequences, len(q) // sequences, -1, dim).transpose(1, 2)
    found = functional.scaled_dot_product_attention(
        heads, k, v, attn_mask=segment.mask, is_causal=segment.causal, enable_gqa=True
    )
    return found.transpose(1, 2).reshape(len(q), -1)
