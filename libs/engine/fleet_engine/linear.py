"""A matrix multiplication with fixed weights, as fast as the device has it."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

# The batch size that oneDNN lays the weights out for. At 8 rows the packed layout takes 0.75 of
# the time of plain weights (0.5 for a vocabulary-sized matrix), at 32 rows 0.9.
PACKED_FOR = 32


class Linear:
    """`x @ weight.T + bias`, for `weight` of shape (out, in) and `x` of shape (rows, in).

    On a CPU in float32 the weights are kept in oneDNN's blocked layout, and only so.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        self._bias = bias
        self._packed = _packable(weight)
        self._weight = _pack(weight) if self._packed else weight.contiguous()

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, of shape (rows, out)."""
        if self._packed:
            product: Tensor = _packed_op()(x, self._weight, self._bias, "none", [], "")
            return product
        return functional.linear(x, self._weight, self._bias)

    def add(self, x: Tensor, residual: Tensor) -> Tensor:
        """Return `residual` plus the product, in one pass where the device can."""
        if self._packed:
            total: Tensor = _packed_op().binary(x, residual, self._weight, self._bias, "add")
            return total
        return functional.linear(x, self._weight, self._bias).add_(residual)


def _packable(weight: Tensor) -> bool:
    on_cpu = weight.device.type == "cpu" and weight.dtype == torch.float32
    return on_cpu and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]


def _pack(weight: Tensor) -> Tensor:
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), PACKED_FOR)  # noqa: SLF001
    return packed


def _packed_op() -> Any:
    """Return the operation that `torch.compile` uses for packed weights; it has no public name."""
    return torch.ops.mkldnn._linear_pointwise  # noqa: SLF001
