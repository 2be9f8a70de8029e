"""Reading the weights of a model folder."""

import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from fleet_engine.errors import UnsupportedModel

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
PICKLE = "pytorch_model.bin"


class Weights:
    """The named tensors of a folder: one safetensors file, a sharded set, or a pickle.

    Safetensors are mapped, so each tensor is read when it is taken, and no earlier.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pickled: dict[str, Tensor] = {}
        self._file_of: dict[str, str] = {}
        if (folder / INDEX).exists():
            self._file_of = json.loads((folder / INDEX).read_text())["weight_map"]
        elif (folder / SINGLE).exists():
            with _opened(folder / SINGLE) as file:
                self._file_of = dict.fromkeys(file.keys(), SINGLE)
        elif (folder / PICKLE).exists():
            self._pickled = torch.load(folder / PICKLE, map_location="cpu", weights_only=True)
        else:
            raise UnsupportedModel(f"{folder} holds neither {SINGLE} nor {INDEX} nor {PICKLE}")

    def __contains__(self, name: str) -> bool:
        return name in self._file_of or name in self._pickled

    def take(self, name: str) -> Tensor:
        """Return the tensor called `name`, on the CPU, in the type it is stored in."""
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
