"""Llama models as ExecuTorch exports them: a program with a KV cache for one sequence.

What such a file holds: https://docs.pytorch.org/executorch/stable/llm/run-with-c-plus-plus.html. Its method `forward`
takes tokens of shape (1, tokens) and their places, all or only the first, and returns the logits of all or of the last.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from fleet_engine.config import read_object
from fleet_engine.errors import EngineBroken, UnsupportedModel
from fleet_runtime.config import ConfigError

FORWARD = "forward"


class PteDecoder:
    """A `.pte` file, loaded. Implements `Decoder`.

    Args:
        file: The file.

    Raises:
        ConfigError: ExecuTorch is not installed.
        UnsupportedModel: It is no language model with a KV cache, or does not say how it ends its answers.
    """

    def __init__(self, file: Path) -> None:
        runtime = _runtime()
        try:
            self._program = runtime.Runtime.get().load_program(file)
        except RuntimeError as error:
            raise UnsupportedModel(f"{file} is no ExecuTorch program: {error}") from error
        if FORWARD not in self._program.method_names:
            raise UnsupportedModel(f"{file} has no method '{FORWARD}'")
        shapes = self._program.metadata(FORWARD)
        if shapes.num_inputs() != 2:  # noqa: PLR2004 - tokens and places
            raise UnsupportedModel(f"{file} has no KV cache; export it with `use_kv_cache`")
        self.chunk: int = shapes.input_tensor_meta(0).sizes()[-1]
        self._all_places = shapes.input_tensor_meta(1).sizes()[0] > 1
        self.vocabulary: int = shapes.output_tensor_meta(0).sizes()[-1]
        if self.chunk > 1 and not self._told("enable_dynamic_shape"):
            raise UnsupportedModel(
                f"{file} takes {self.chunk} tokens at once and no fewer; export it with `enable_dynamic_shape`"
            )
        self.context = self._context(file)
        self.eos_ids = frozenset(self._told("get_eos_ids", "get_eos_id")) or _eos_ids(file.parent)
        self._forward = self._program.load_method(FORWARD)

    def logits(self, tokens: Sequence[int], start: int) -> Tensor:
        """Read tokens, as `Decoder` says.

        Raises:
            EngineBroken: The program failed.
        """
        places = range(start, start + len(tokens)) if self._all_places else [start]
        try:
            (logits,) = self._forward.execute((torch.tensor([tokens]), torch.tensor([*places])))
        except RuntimeError as error:
            raise EngineBroken(f"the ExecuTorch program failed: {error}") from error
        last: Tensor = logits.reshape(-1, self.vocabulary)[-1:].float()
        return last

    def _context(self, file: Path) -> int:
        told = self._told("get_max_context_len") or self._told("get_max_seq_len")
        if not told:
            raise UnsupportedModel(f"{file} has no method 'get_max_context_len'; export it anew")
        return int(told[0])

    def _told(self, *names: str) -> Sequence[Any]:
        """Return what the first of the file's methods of these names returns; nothing without one, or if that is 0."""
        for name in names:
            if name in self._program.method_names:
                return [value for value in self._program.load_method(name).execute([]) if value]
        return []


def _runtime() -> Any:
    """Import ExecuTorch, which takes seconds and is not there for everybody."""
    try:
        return import_module("executorch.runtime")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"ExecuTorch is not installed ({error.name} is absent); `pip install 'llama-fleet[executorch]'` does it"
        ) from error


def _eos_ids(folder: Path) -> frozenset[int]:
    """Return the ids that end an answer, from the files that Hugging Face keeps beside a model.

    Raises:
        UnsupportedModel: There are none.
    """
    for file in (folder / "generation_config.json", folder / "config.json"):
        ids = read_object(file).get("eos_token_id") if file.exists() else None
        if ids is not None:
            return frozenset([ids] if isinstance(ids, int) else ids)
    raise UnsupportedModel(
        f"nothing in {folder} says which tokens end an answer; export with the method 'get_eos_ids', or put the "
        "model's generation_config.json there"
    )
