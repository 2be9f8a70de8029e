"""The compiled kernels as functions of tensors.

All tensors are contiguous and on the CPU; activations are float32. `native/*.h` describe the layouts
of weights.
"""

import ctypes
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from fleet_engine.kernels.build import built

# As `with_format` in kernels.cpp numbers them.
FORMATS = {torch.float32: 0, torch.bfloat16: 1, torch.float16: 2}
# Widths are read in so many floats at once.
LANES = 8

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_PRODUCT = [*[_POINTER] * 4, *[_INT] * 4]
_SIGNATURES: dict[str, list[Any]] = {
    "multiply_floats": [_POINTER, _INT, *_PRODUCT],
    "multiply_int8": [_POINTER, _POINTER, _INT, *_PRODUCT],
    "multiply_int4": [_POINTER, _POINTER, *_PRODUCT],
    "rms_norm": [*[_POINTER] * 3, _INT, _INT, ctypes.c_float],
    "swiglu": [_POINTER, _POINTER, *[_INT] * 3],
    "rotate_store": [*[_POINTER] * 4, *[_INT] * 5],
    "attend": [*[_POINTER] * 5, *[_INT] * 9],
}


class Heads(NamedTuple):
    """The shape of attention."""

    queries: int
    keys: int
    """The number of key-value heads."""
    dim: int
    """Of each head."""


class Library:
    """The kernels of a shared library.

    Args:
        path: Where it is, from `built`.
    """

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        self._functions: dict[str, Any] = {}
        for name, arguments in _SIGNATURES.items():
            function = library[f"fleet_{name}"]
            function.argtypes, function.restype = arguments, None
            self._functions[name] = function

    def multiply_floats(
        self, weights: Tensor, x: Tensor, bias: Tensor | None, residual: Tensor | None
    ) -> Tensor:
        """Return `x · weightsᵀ + bias + residual` for packed `weights` of (panels, in, 16)."""
        format_ = FORMATS[weights.dtype]
        product, arguments = _product(x, bias, residual, len(weights))
        self._functions["multiply_floats"](weights.data_ptr(), format_, *arguments)
        return product

    def multiply_int8(
        self,
        weights: Tensor,
        scales: Tensor,
        limit: int,
        x: Tensor,
        *,
        bias: Tensor | None,
        residual: Tensor | None,
    ) -> Tensor:
        """Return the same for 8-bit `weights`, (panels, in / 2, 16, 2), with a scale an output.

        Args:
            weights: The packed weights.
            scales: Of shape (out).
            limit: The largest integer that an input may become.
            x: The inputs.
            bias: Of shape (out).
            residual: Of the shape of the product.
        """
        product, arguments = _product(x, bias, residual, len(weights))
        pointers = weights.data_ptr(), scales.data_ptr()
        self._functions["multiply_int8"](*pointers, limit, *arguments)
        return product

    def multiply_int4(
        self,
        codes: Tensor,
        ranges: Tensor,
        x: Tensor,
        bias: Tensor | None,
        residual: Tensor | None,
    ) -> Tensor:
        """Return the same for 4-bit `codes`, (panels, in / 4, 8, 4), and their float16 `ranges`."""
        product, arguments = _product(x, bias, residual, len(codes))
        self._functions["multiply_int4"](codes.data_ptr(), ranges.data_ptr(), *arguments)
        return product

    def rms_norm(self, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
        """Return the rows of `x`, normalised and weighted."""
        y = torch.empty_like(x)
        pointers = x.data_ptr(), weight.data_ptr(), y.data_ptr()
        self._functions["rms_norm"](*pointers, *x.shape, epsilon)
        return y

    def swiglu(self, gates_ups: Tensor) -> Tensor:
        """Return `silu(gates) · ups` for the halves of each row."""
        rows, width = gates_ups.shape
        y = gates_ups.new_empty(rows, width // 2)
        threads = torch.get_num_threads()
        self._functions["swiglu"](gates_ups.data_ptr(), y.data_ptr(), rows, width // 2, threads)
        return y

    def rotate_store(
        self, qkv: Tensor, turns: Tensor, lines: Tensor, cache: Tensor, heads: Heads
    ) -> None:
        """Rotate queries and keys in place; store keys and values in the cache.

        Args:
            qkv: Of shape (tokens, (queries + 2 · keys) · dim).
            turns: The rotation of each token, complex, of shape (tokens, ..., dim / 2).
            lines: Which line of the cache each token has, 64-bit integers of shape (tokens).
            cache: The lines of a layer, of shape (lines, 2 · keys · dim).
            heads: The shape of attention.
        """
        pointers = qkv.data_ptr(), turns.data_ptr(), lines.data_ptr(), cache.data_ptr()
        self._functions["rotate_store"](*pointers, FORMATS[cache.dtype], len(qkv), *heads)

    def attend(
        self,
        qkv: Tensor,
        found: Tensor,
        tables: Tensor,
        positions: Tensor,
        *,
        cache: Tensor,
        heads: Heads,
    ) -> None:
        """Write to `found` what the queries find, each at its own position and before.

        Args:
            qkv: As of `rotate_store`; equally many neighbouring tokens for each table.
            found: Of shape (tokens, queries · dim).
            tables: The blocks of each sequence, 32-bit integers of shape (sequences, blocks).
            positions: 64-bit integers of shape (tokens).
            cache: A layer, of shape (blocks, tokens of a block, 2, keys, dim).
            heads: The shape of attention.
        """
        self._functions["attend"](
            qkv.data_ptr(),
            found.data_ptr(),
            tables.data_ptr(),
            positions.data_ptr(),
            cache.data_ptr(),
            FORMATS[cache.dtype],
            len(qkv),
            *heads,
            len(qkv) // len(tables),
            tables.shape[1],
            cache.shape[1],
            torch.get_num_threads(),
        )


@cache
def library() -> Library | None:
    """Return the kernels, compiled on first use, or `None` where they cannot be."""
    path = built()
    return None if path is None else Library(path)


def _product(
    x: Tensor, bias: Tensor | None, residual: Tensor | None, panels: int
) -> tuple[Tensor, tuple[int | None, ...]]:
    """Return room for a product, and what the kernels are told about it."""
    rows, inputs = x.shape
    outputs = panels * 16
    y = x.new_empty(rows, outputs)
    return y, (
        x.data_ptr(),
        y.data_ptr(),
        None if bias is None else bias.data_ptr(),
        None if residual is None else residual.data_ptr(),
        rows,
        inputs,
        outputs,
        torch.get_num_threads(),
    )
