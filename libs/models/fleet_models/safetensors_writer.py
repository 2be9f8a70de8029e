"""Writing safetensors one tensor at a time, so that memory stays flat.

The format: a little-endian 64-bit length, a JSON header of that length, then the bytes of
all tensors without gaps (https://github.com/huggingface/safetensors#format).
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fleet_models.progress import Progress

ALIGNMENT = 8
"""Readers map the file into memory, so that the first tensor starts at a multiple of this."""


class Bf16Tensor(NamedTuple):
    """A tensor to be written as bfloat16: row-major, its values read when their turn comes."""

    name: str
    shape: tuple[int, ...]
    read: Callable[[], NDArray[np.float32]]

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return 2 * int(np.prod(self.shape))


def write(path: Path, tensors: Sequence[Bf16Tensor], progress: Progress) -> None:
    """Write `tensors` to `path`, in their order."""
    header = _header(tensors)
    total = len(header) + sum(tensor.size for tensor in tensors)
    with path.open("wb") as file:
        file.write(header)
        for tensor in tensors:
            file.write(to_bf16(tensor.read()).tobytes())
            progress(path.name, file.tell(), total)


def _header(tensors: Sequence[Bf16Tensor]) -> bytes:
    entries: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for tensor in tensors:
        span = [offset, offset + tensor.size]
        entries[tensor.name] = {"dtype": "BF16", "shape": tensor.shape, "data_offsets": span}
        offset += tensor.size
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return len(text).to_bytes(8, "little") + text


def to_bf16(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Return the bfloat16 bit patterns of finite `values`, rounded to nearest, ties to even."""
    bits = values.astype("<f4", copy=False).view("<u4")
    rounded = bits + 0x7FFF + ((bits >> 16) & 1)
    halves: NDArray[np.uint16] = (rounded >> 16).astype("<u2")
    return halves
