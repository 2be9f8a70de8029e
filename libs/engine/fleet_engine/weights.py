"""Reading the weights of a model folder."""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from fleet_engine.errors import UnsupportedModel
from fleet_engine.shards import Shard

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
PICKLE = "pytorch_model.bin"


class Weights:
    """The named tensors of a folder: one safetensors file, a sharded set, or a pickle.

    Safetensors are mapped, so each tensor is read when it is taken, and no earlier.

    Args:
        folder: Where they are.
        single: What the file is called if it is one.
        shard: Which part of the tensors to return; they are whole if unset.
    """

    def __init__(self, folder: Path, single: str = SINGLE, shard: Shard | None = None) -> None:
        self._folder, self._shard = folder, shard
        self._pickled: dict[str, Tensor] = {}
        self._file_of: dict[str, str] = {}
        if (folder / INDEX).exists():
            self._file_of = json.loads((folder / INDEX).read_text())["weight_map"]
        elif (folder / single).exists():
            with _opened(folder / single) as file:
                self._file_of = dict.fromkeys(file.keys(), single)
        elif (folder / PICKLE).exists():
            self._pickled = torch.load(folder / PICKLE, map_location="cpu", weights_only=True)
        else:
            raise UnsupportedModel(f"{folder} holds neither {single} nor {INDEX} nor {PICKLE}")

    def __contains__(self, name: str) -> bool:
        return name in self._file_of or name in self._pickled

    @property
    def names(self) -> list[str]:
        """Return the names of all tensors."""
        return [*self._file_of, *self._pickled]

    def take(self, name: str) -> Tensor:
        """Return the tensor called `name`, on the CPU, in the type it is stored in."""
        whole = self._whole(name)
        return whole if self._shard is None else self._shard.part(name, whole)

    def _whole(self, name: str) -> Tensor:
        if name in self._pickled:
            return self._pickled[name]
        if name not in self._file_of:
            raise UnsupportedModel(f"{self._folder} has no tensor {name}")
        with _opened(self._folder / self._file_of[name]) as file:
            tensor: Tensor = file.get_tensor(name)
        return tensor


def _opened(path: Path) -> safe_open:
    try:
        return safe_open(path, framework="pt")
    except (FileNotFoundError, SafetensorError) as error:
        raise UnsupportedModel(f"cannot read {path}: {error}") from error
