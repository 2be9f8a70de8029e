"""How a GGUF file says that positions are scaled, as `rope_scaling` of a `config.json` says it."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleet_models.errors import ModelError

# All models of Llama 3 that scale positions do it with these.
LOW, HIGH, ORIGINAL = 1.0, 4.0, 8192
TOLERANCE = 1e-3


def rope_scaling(
    fields: dict[str, Any], divisors: NDArray[np.float32] | None, theta: float, head_dim: int
) -> dict[str, Any] | None:
    """Return the `rope_scaling` of a model.

    Args:
        fields: The metadata of the file.
        divisors: The tensor `rope_freqs.weight`, of shape (head_dim / 2): what llama.cpp divides
            each frequency by.
        theta: The base of the frequencies.
        head_dim: The width of a head.

    Raises:
        ModelError: They are scaled in a way that Llama models are not.
    """
    if divisors is not None:
        return _llama3(divisors, theta, head_dim)
    kind = fields.get("llama.rope.scaling.type", "none")
    if kind == "none":
        return None
    if kind == "linear":
        return {"rope_type": "linear", "factor": float(fields["llama.rope.scaling.factor"])}
    raise ModelError(f"cannot convert a GGUF file that scales positions by {kind!r}")


def _llama3(divisors: NDArray[np.float32], theta: float, head_dim: int) -> dict[str, Any]:
    """Find the factor that gives these divisors: the lowest frequency is divided by all of it."""
    factor = float(np.round(divisors.max(), 3))
    expected = expected_divisors(factor, theta, head_dim)
    same = expected.shape == divisors.shape and np.allclose(expected, divisors, rtol=TOLERANCE)
    if not same:
        raise ModelError("cannot convert a GGUF file whose frequencies are not those of Llama 3")
    return {
        "rope_type": "llama3",
        "factor": factor,
        "low_freq_factor": LOW,
        "high_freq_factor": HIGH,
        "original_max_position_embeddings": ORIGINAL,
    }


def expected_divisors(factor: float, theta: float, head_dim: int) -> NDArray[np.float32]:
    """Return what Llama 3.1's reference divides the frequencies by, of shape (head_dim / 2)."""
    frequencies = theta ** -(np.arange(0, head_dim, 2) / head_dim)
    turns = ORIGINAL * frequencies / (2 * math.pi)
    blend = np.clip((turns - LOW) / (HIGH - LOW), 0, 1)
    return (1 / ((1 - blend) / factor + blend)).astype(np.float32)
