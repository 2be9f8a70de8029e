"""Pickled weights (`pytorch_model.bin`) to safetensors, without running what is pickled."""

import json
import pickle
from pathlib import Path

from fleet_models.errors import ModelError

INDEX = "pytorch_model.bin.index.json"


def convert(folder: Path, into: Path) -> None:
    """Convert every `pytorch_model*.bin` of `folder`, and the index that names them.

    Raises:
        ModelError: A pickle holds anything but tensors.
    """
    for source in sorted(folder.glob("pytorch_model*.bin")):
        _convert_file(source, into / _renamed(source.name))
    index = folder / INDEX
    if index.exists():
        (into / INDEX).unlink()
        (into / "model.safetensors.index.json").write_text(_convert_index(index.read_text()))


def _convert_file(source: Path, target: Path) -> None:
    import torch  # noqa: PLC0415 -- takes a second to import, and few models need it
    from safetensors.torch import save_file  # noqa: PLC0415

    try:
        tensors = torch.load(source, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(f"refused: {source.name} holds more than tensors") from error
    # Tied tensors share memory, which safetensors has no way to say.
    save_file({name: tensor.clone().contiguous() for name, tensor in tensors.items()}, target)


def _convert_index(text: str) -> str:
    index = json.loads(text)
    files = index["weight_map"]
    index["weight_map"] = {tensor: _renamed(file) for tensor, file in files.items()}
    return json.dumps(index, indent=2)


def _renamed(name: str) -> str:
    """`pytorch_model-1-of-2.bin` → `model-1-of-2.safetensors`."""
    return name.removeprefix("pytorch_").removesuffix(".bin") + ".safetensors"
