"""What queries find among keys and values, those of the cache or those just computed."""

from torch import Tensor
from torch.nn import functional

from fleet_engine.batch import Batch
from fleet_engine.cache import KVCache


def attend(
    q: Tensor, keys_values: Tensor, batch: Batch, cache: KVCache, layer: int, *, local: bool = False
) -> Tensor:
    """Return what all queries of a step find, of their own shape.

    Args:
        q: The queries, of shape (tokens, heads · head_dim).
        keys_values: The keys, then the values, of the same tokens; they are in the cache already.
        batch: Which tokens are whose, and what they may see.
        cache: What was computed before.
        layer: Which layer of it.
        local: Whether tokens see their own chunk of the context only.
    """
    found = q.new_empty(q.shape)
    for segment in batch.segments:
        rows = segment.rows
        mask = segment.local_mask if local else segment.mask
        if segment.fresh:
            found[rows] = _fresh(q[rows], keys_values[rows], mask, cache)
        else:
            kept = cache.gather(layer, segment.tables)
            keys, values = (part.to(q.dtype) for part in kept)
            found[rows] = _cached(q[rows], keys, values, mask)
    return found


def _fresh(q: Tensor, keys_values: Tensor, mask: Tensor | None, cache: KVCache) -> Tensor:
    """Return what the first tokens of one sequence find among each other."""
    heads, dim = cache.kv_heads, cache.head_dim
    keys, values = keys_values.view(1, len(q), 2, heads, dim).transpose(1, 3).unbind(2)
    queries = q.view(1, len(q), -1, dim).transpose(1, 2)
    found = functional.scaled_dot_product_attention(
        queries, keys, values, attn_mask=mask, is_causal=mask is None, enable_gqa=True
    )
    return found.transpose(1, 2).reshape(q.shape)


def _cached(q: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
    """Return what the tokens of sequences find that have others before them."""
    sequences, kv_heads, _, dim = keys.shape
    if len(q) == sequences:
        # One token each: the query heads that share keys become the queries of one head.
        grouped = q.view(sequences, kv_heads, -1, dim)
        found = functional.scaled_dot_product_attention(grouped, keys, values, attn_mask=mask)
        return found.reshape(q.shape)
    heads = q.view(sequences, len(q) // sequences, -1, dim).transpose(1, 2)
    found = functional.scaled_dot_product_attention(
        heads, keys, values, attn_mask=mask, enable_gqa=True
    )
    return found.transpose(1, 2).reshape(q.shape)
