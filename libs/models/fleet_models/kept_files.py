"""Which files of a repository, package or folder make up a model."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeVar

from fleet_models.errors import ModelError

SUFFIXES = {".json", ".txt", ".model", ".jinja", ".md"}
NAMES = {"LICENSE", "NOTICE"}

AnyPath = TypeVar("AnyPath", bound=PurePath)


def weights(files: Sequence[AnyPath]) -> list[AnyPath]:
    """Return the files with weights: safetensors rather than pickles rather than one GGUF.

    Pickles are Hugging Face's rather than Meta's.

    Raises:
        ModelError: There are none, or several GGUF files, each of which is a whole model.
    """
    for pattern in ("*.safetensors", "pytorch_model*.bin", "consolidated*.pth", "*.gguf"):
        found = [file for file in files if file.match(pattern) and not _hidden(file)]
        if len(found) > 1 and pattern == "*.gguf":
            raise ModelError(f"found {len(found)} GGUF files where one is needed")
        if found:
            return found
    raise ModelError(
        "found no model: neither safetensors, nor pytorch_model.bin, nor "
        "consolidated.*.pth, nor GGUF"
    )


def kept(files: Sequence[AnyPath]) -> list[AnyPath]:
    """Return the files that a model consists of, its weights included; never code."""
    texts = [f for f in files if (f.suffix in SUFFIXES or f.name in NAMES) and not _hidden(f)]
    return texts + weights(files)


def _hidden(file: PurePath) -> bool:
    return any(part.startswith(".") for part in file.parts)
