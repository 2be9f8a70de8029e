"""Weights in the layouts of the kernels: panels of 16 outputs, input by input."""

from typing import Protocol

import torch
from torch import Tensor

from fleet_engine.kernels.library import LANES, Library
from fleet_engine.quantization import Int4Weight, Int8Weight

PANEL = 16
INT32_MOST = 2**31 - 1
INT16_MOST = 2**15 - 1


class Panels(Protocol):
    """A packed matrix."""

    def multiply(self, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Tensor:
        """Return `x · weightsᵀ + bias + residual`, of shape (rows, out), in float32.

        Args:
            x: Contiguous float32, of shape (rows, in).
            bias: Float32, of shape (out).
            residual: Contiguous float32, of the shape of the result.
        """


def fits(weight: Tensor) -> bool:
    """Return whether a matrix can be packed at all: by its place and its shape, (out, in)."""
    return weight.device.type == "cpu" and not weight.shape[0] % PANEL | weight.shape[1] % LANES


class FloatPanels:
    """Weights of float32, bfloat16 or float16.

    Args:
        library: The kernels.
        weight: Of shape (out, in).
    """

    def __init__(self, library: Library, weight: Tensor) -> None:
        self._library = library
        panels = weight.view(-1, PANEL, weight.shape[1]).transpose(1, 2)
        if weight.dtype == torch.bfloat16:
            # Outputs i and i + 8 side by side: one 32-bit lane, which two instructions take apart.
            panels = panels.reshape(*panels.shape[:2], 2, -1).transpose(2, 3).flatten(2)
        self._weights = panels.contiguous()

    def multiply(self, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Tensor:
        """See `Panels`."""
        return self._library.multiply_floats(self._weights, x.contiguous(), bias, residual)


class Int8Panels:
    """Weights of 8 bits. Inputs are rounded to some 15 bits, and sums are exact.

    Args:
        library: The kernels.
        weight: Of shape (out, in).
    """

    def __init__(self, library: Library, weight: Int8Weight) -> None:
        self._library, self._scales = library, weight.scales
        values = weight.values.view(-1, PANEL, weight.values.shape[1] // 2, 2)
        self._weights = values.transpose(1, 2).contiguous()
        # No sum is larger than that of a row's magnitudes, times the largest input.
        largest = int(weight.values.int().abs().sum(1).max())
        self._limit = min(INT16_MOST, INT32_MOST // max(1, largest))

    def multiply(self, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Tensor:
        """See `Panels`."""
        return self._library.multiply_int8(
            self._weights,
            self._scales,
            self._limit,
            x.contiguous(),
            bias=bias,
            residual=residual,
        )


class Int4Panels:
    """Weights of 4 bits. Inputs are rounded to 8 bits in groups of 32, and a group's sums are exact.

    Args:
        library: The kernels.
        weight: Of shape (out, in).
    """

    def __init__(self, library: Library, weight: Int4Weight) -> None:
        self._library = library
        # (panel, outputs 0 to 7 or 8 to 15, output, four inputs, input)
        codes = weight.unpacked().flatten(1)
        halves = codes.view(-1, 2, PANEL // 2, codes.shape[1] // 4, 4)
        low, high = halves.transpose(2, 3).unbind(1)
        self._codes = (low | high << 4).contiguous()
        ranges = torch.stack([weight.scales, weight.minima])
        panels = ranges.view(2, -1, PANEL, ranges.shape[2])
        self._ranges = panels.permute(1, 3, 0, 2).contiguous()

    def multiply(self, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Tensor:
        """See `Panels`."""
        return self._library.multiply_int4(
            self._codes, self._ranges, x.contiguous(), bias, residual
        )
