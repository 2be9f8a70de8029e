"""Rotary position embedding, computed on pairs of neighbours as complex numbers.

Hugging Face folders pair the two halves of a head instead; `rotatable` reorders the rows of the
query and key weights once, so that rotating is one multiplication in place. Dot products of
queries and keys do not change by an order that both share.
"""

import math

import torch
from torch import Tensor

from fleet_engine.config import LlamaConfig, RopeConfig


def rotations(config: LlamaConfig, positions: int) -> Tensor:
    """Return e^(i·position·frequency), complex, of shape (positions, head_dim / 2)."""
    angles = torch.outer(
        torch.arange(positions).float(), _frequencies(config.rope, config.head_dim)
    )
    return torch.polar(torch.ones_like(angles), angles)


def rotatable(weight: Tensor, config: LlamaConfig) -> Tensor:
    """Reorder the rows of a (heads · head_dim, in) weight from paired halves to neighbours.

    Those of Llama 4 are neighbours already.
    """
    if config.llama4 is not None:
        return weight
    halves = weight.view(-1, 2, config.head_dim // 2, weight.shape[1])
    return halves.transpose(1, 2).reshape(weight.shape)


def rotate_(heads: Tensor, by: Tensor) -> None:
    """Rotate `heads`, of shape (tokens, heads, head_dim), in place.

    Args:
        heads: Queries or keys.
        by: The `rotations` of each token, of shape (tokens, 1, head_dim / 2).
    """
    pairs = heads.view(*heads.shape[:-1], -1, 2)
    if heads.dtype == torch.float32:
        torch.view_as_complex(pairs).mul_(by)
    else:
        pairs.copy_(torch.view_as_real(torch.view_as_complex(pairs.float()).mul_(by)))


def _frequencies(rope: RopeConfig, head_dim: int) -> Tensor:
    """Return the angle per position of each pair, in radians, of shape (head_dim / 2)."""
    exponents = torch.arange(0, head_dim, 2).float() / head_dim
    plain = 1.0 / (rope.rope_theta**exponents)
    if rope.rope_type == "linear":
        return plain / rope.factor
    if rope.rope_type == "llama3":
        return _llama3(plain, rope)
    return plain


def _llama3(plain: Tensor, rope: RopeConfig) -> Tensor:
    """Slow down the low frequencies and blend the middle ones, as Llama 3.1's reference does."""
    wavelength = 2 * math.pi / plain
    spread = rope.high_freq_factor - rope.low_freq_factor
    turns = rope.original_max_position_embeddings / wavelength
    blend = ((turns - rope.low_freq_factor) / spread).clamp(0, 1)
    return (1 - blend) * plain / rope.factor + blend * plain
