"""Weights in 8 or 4 bits. Activations stay what they are, so a model keeps its answers nearly whole."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Quantization = Literal["int8", "int4"]

INT8_MOST = 127
INT4_MOST = 15
GROUP = 32


@dataclass(frozen=True)
class Int8Weight:
    """A matrix in 8 bits: `values · scales`, a scale for each output."""

    values: Tensor
    """Signed bytes of shape (out, in)."""
    scales: Tensor
    """Of float32, of shape (out)."""

    def dequantized(self, dtype: torch.dtype = torch.float32) -> Tensor:
        """Return the matrix in `dtype`, made in one pass: what a product without kernels waits for is memory."""
        made = self.values.new_empty(self.values.shape, dtype=dtype)
        return torch.mul(self.values, self.scales.unsqueeze(1), out=made)


@dataclass(frozen=True)
class Int4Weight:
    """A matrix in 4 bits: `codes · scales + minima`, of which 32 inputs of an output have one each.

    That is what ggml calls Q4_1, so weights that came from it are met again.
    """

    codes: Tensor
    """From 0 to 15, in bytes of shape (out, groups, 16): those of inputs i and i + 16 in one."""
    scales: Tensor
    """Of float16, of shape (out, groups)."""
    minima: Tensor
    """Likewise."""

    def dequantized(self, dtype: torch.dtype = torch.float32) -> Tensor:
        """Return the matrix in `dtype`."""
        codes = self.unpacked()
        made = codes.new_empty(codes.shape, dtype=dtype)
        torch.mul(codes, self.scales.float().unsqueeze(2), out=made)
        return made.add_(self.minima.float().unsqueeze(2)).flatten(1)

    def unpacked(self) -> Tensor:
        """Return the codes in a byte each, of shape (out, groups, 32)."""
        return torch.cat([self.codes & INT4_MOST, self.codes >> 4], 2)


def quantize_int8(weight: Tensor) -> Int8Weight:
    """Round a matrix of shape (out, in) to the nearest 8-bit values."""
    weight = weight.float()
    scales = weight.abs().amax(1) / INT8_MOST
    values = (weight / _divisor(scales).unsqueeze(1)).round().to(torch.int8)
    return Int8Weight(values, scales)


def quantize_int4(weight: Tensor) -> Int4Weight:
    """Round a matrix of shape (out, in), in a multiple of 32, to the nearest 4-bit values."""
    groups = weight.float().reshape(len(weight), -1, GROUP)
    least, most = groups.aminmax(dim=2)
    minima = least.half()
    scales = ((most - minima.float()) / INT4_MOST).half()
    offsets = groups - minima.float().unsqueeze(2)
    codes = (offsets / _divisor(scales.float()).unsqueeze(2)).round().clamp_(0, INT4_MOST)
    low, high = codes.to(torch.uint8).chunk(2, 2)
    return Int4Weight(low | high << 4, scales, minima)


def _divisor(scales: Tensor) -> Tensor:
    """Return scales that can be divided by: where all weights are the same, anything will do."""
    return scales.where(scales > 0, 1)
