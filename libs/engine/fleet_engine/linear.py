"""A matrix multiplication with fixed weights, as fast as the device has it."""

from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from fleet_engine.kernels.library import Library, library
from fleet_engine.kernels.panels import FloatPanels, Int4Panels, Int8Panels, fits
from fleet_engine.quantization import (
    GROUP,
    Int4Weight,
    Int8Weight,
    Quantization,
    quantize_int4,
    quantize_int8,
)

# The batch size that oneDNN lays the weights out for. At 8 rows the packed layout takes 0.75 of
# the time of plain weights (0.5 for a vocabulary-sized matrix), at 32 rows 0.9.
PACKED_FOR = 32


class Linear:
    """`x @ weight.T + bias`, for `weight` of shape (out, in) and `x` of shape (rows, in).

    Args:
        weight: The weights. A CPU keeps those in 16 bits that 16 bits hold exactly.
        bias: Of shape (out).
        quantization: What to round the weights to. Where rows are no multiple of 32 long, int4
            means int8.
    """

    def __init__(
        self, weight: Tensor, bias: Tensor | None = None, quantization: Quantization | None = None
    ) -> None:
        self._bias = bias
        self._matrix = _matrix(weight, quantization)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, of shape (rows, out)."""
        return self._matrix.multiply(x, self._bias, None)

    def add(self, x: Tensor, residual: Tensor) -> Tensor:
        """Return `residual` plus the product, in one pass where the device can."""
        return self._matrix.multiply(x, self._bias, residual)


class Matrix(Protocol):
    """Weights in some layout."""

    def multiply(self, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Tensor:
        """Return `x · weightsᵀ + bias + residual`, of shape (rows, out)."""


class Plain:
    """Weights as torch has them, perhaps in fewer bits than what they are multiplied with."""

    def __init__(self, weight: Tensor) -> None:
        self._weight = weight.contiguous()

    def multiply(self, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Tensor:
        """See `Matrix`."""
        product = functional.linear(x, self._weight.to(x.dtype), bias)
        return product if residual is None else product.add_(residual)


class Packed:
    """Weights of float32 in oneDNN's blocked layout, by the operation of `torch.compile`."""

    def __init__(self, weight: Tensor) -> None:
        pack = torch.ops.mkldnn._reorder_linear_weight  # noqa: SLF001, it has no public name
        self._weight: Tensor = pack(weight.contiguous(), PACKED_FOR)

    def multiply(self, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Tensor:
        """See `Matrix`."""
        multiply: Any = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001, nor has this
        if residual is None:
            product: Tensor = multiply(x, self._weight, bias, "none", [], "")
        else:
            product = multiply.binary(x, residual, self._weight, bias, "add")
        return product


class Dequantized:
    """Quantised weights, made floats again for each product: slow, but in as little memory."""

    def __init__(self, weight: Int8Weight | Int4Weight) -> None:
        self._weight = weight

    def multiply(self, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Tensor:
        """See `Matrix`."""
        product = functional.linear(x, self._weight.dequantized(x.dtype), bias)
        return product if residual is None else product.add_(residual)


def _matrix(weight: Tensor, quantization: Quantization | None) -> Matrix:
    kernels = library() if fits(weight) else None
    if quantization is not None:
        return _quantized(weight, quantization, kernels)
    if kernels is not None:
        return FloatPanels(kernels, _narrowed(weight))
    if weight.device.type == "cpu" and weight.dtype == torch.float32:
        packs: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
        return Packed(weight) if packs else Plain(weight)
    return Plain(weight)


def _quantized(weight: Tensor, quantization: Quantization, kernels: Library | None) -> Matrix:
    if quantization == "int4" and weight.shape[1] % GROUP == 0:
        int4 = quantize_int4(weight)
        return Dequantized(int4) if kernels is None else Int4Panels(kernels, int4)
    int8 = quantize_int8(weight)
    return Dequantized(int8) if kernels is None else Int8Panels(kernels, int8)


def _narrowed(weight: Tensor) -> Tensor:
    """Return `weight` in 16 bits if they hold it exactly: half the memory to read for a product."""
    for dtype in (torch.bfloat16, torch.float16):
        narrow = weight.to(dtype)
        if torch.equal(narrow.to(weight.dtype), weight):
            return narrow
    return weight
