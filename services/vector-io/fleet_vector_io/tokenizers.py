"""What counts the tokens of a chunk: the embedding model's own tokenizer, where it is on this machine."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from fleet_chunking.cl100k import Cl100k
from fleet_chunking.model_tokenizer import ModelTokenizer
from fleet_chunking.tokenizer import Tokenizer
from fleet_vector_io.models import EmbeddingModel


class Tokenizers:
    """Finds the tokenizer of a model, and keeps it.

    Args:
        folders: Folders with a `tokenizer.json` by the models' names.
        models: The folder where models of hubs are, each under its own name.
    """

    def __init__(self, folders: Mapping[str, Path], models: Path) -> None:
        self._folders = folders
        self._models = models
        self._known: dict[str, Tokenizer] = {}
        self._loading = asyncio.Lock()

    async def of(self, model: EmbeddingModel) -> Tokenizer:
        """Return the tokenizer of `model`, or one that counts much like those of other models."""
        async with self._loading:
            if model.id not in self._known:
                self._known[model.id] = await asyncio.to_thread(self._load, model)
            return self._known[model.id]

    def _load(self, model: EmbeddingModel) -> Tokenizer:
        folder = self._folders.get(model.id) or self._models / model.local_name
        if (folder / "tokenizer.json").is_file():
            return ModelTokenizer(folder)
        return Cl100k()
