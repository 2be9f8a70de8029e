"""Texts to vectors, and pairs of texts to scores, by models of the BERT architecture."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
import tokenizers
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from fleet_engine.bert import Bert, Text
from fleet_engine.config import read_object
from fleet_engine.errors import InputTooLong, UnsupportedModel

# The most tokens in one pass: enough to keep the processor busy, little enough for its caches.
BATCH_TOKENS = 2048

Truncation = Literal["end", "start", "none"]

# How token vectors, of shape (texts, tokens, dimension), become one, by the names that
# sentence-transformers gives the modes in `1_Pooling/config.json`.
POOLING: dict[str, Callable[[Tensor], Tensor]] = {
    "pooling_mode_mean_tokens": lambda states: states.mean(1),
    "pooling_mode_cls_token": lambda states: states[:, 0],
    "pooling_mode_max_tokens": lambda states: states.amax(1),
}


class Embeddings(msgspec.Struct, frozen=True):
    """What texts were turned into."""

    vectors: NDArray[np.float32]
    """Of shape (texts, dimension)."""
    tokens: list[int]
    """How many tokens of each text the model read, its special ones included."""


class Encoder:
    """A sentence encoder, as a sentence-transformers folder describes it. Safe to use in threads.

    Args:
        folder: Holds `modules.json`, and the model in the folder that it names.
        device: Where to compute, as torch names it.

    Raises:
        UnsupportedModel: The folder has other modules than a BERT, a pooling and a normalisation.
    """

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        modules = {kind: folder / path for kind, path in _modules(folder)}
        body = modules["Transformer"]
        self._pool = _pooling(modules.get("Pooling"))
        self._normalise = "Normalize" in modules
        with torch.inference_mode():
            self._bert = Bert(body, torch.device(device))
        self.max_length = _max_length(body, self._bert.positions)
        self.dimension: int = self._bert.config["hidden_size"]
        self._reader = _Reader(body, self.max_length)

    @torch.inference_mode()
    def encode(self, texts: Sequence[str], truncation: Truncation = "end") -> Embeddings:
        """Return a vector for each text.

        Args:
            texts: Any number, of any length.
            truncation: Which side of a text longer than `max_length` tokens is cut off; with
                `none` such a text is an error.

        Raises:
            InputTooLong: A text is too long, and is not to be cut.
        """
        read = self._reader.read(texts, truncation)
        vectors = _by_length(self._bert, read, self._pool, self.dimension)
        if self._normalise:
            vectors = functional.normalize(vectors, dim=-1)
        return Embeddings(vectors.cpu().numpy(), [len(text) for text in read])


class CrossEncoder:
    """Scores how well a document answers a query: a BERT that classifies the pair.

    Args:
        folder: A Hugging Face folder of a BertForSequenceClassification with one label.
        device: Where to compute, as torch names it.

    Raises:
        UnsupportedModel: The folder holds another model.
    """

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        with torch.inference_mode():
            self._bert = Bert(folder, torch.device(device))
            self._pooler = self._bert.linear("pooler.dense")
            self._classifier = self._bert.linear("classifier", head=True)
            labels = self._bert.tensor("classifier.bias", head=True)
        if len(labels) != 1:
            raise UnsupportedModel(f"a cross-encoder has one label, this model {len(labels)}")
        self._reader = _Reader(folder, _max_length(folder, self._bert.positions))

    @torch.inference_mode()
    def score(
        self, query: str, documents: Sequence[str], truncation: Truncation = "end"
    ) -> NDArray[np.float32]:
        """Return a score from 0 to 1 for each document, as of `Encoder.encode` otherwise."""
        read = self._reader.read([(query, document) for document in documents], truncation)
        scores: NDArray[np.float32] = _by_length(self._bert, read, self._classify, 1).cpu().numpy()
        return scores[:, 0]

    def _classify(self, states: Tensor) -> Tensor:
        return self._classifier(self._pooler(states[:, 0].contiguous()).tanh()).sigmoid()


class _Reader:
    """Makes texts readable for the model, and none longer than it can read."""

    def __init__(self, folder: Path, max_length: int) -> None:
        self._max_length = max_length
        self._tokenizers: dict[Truncation, tokenizers.Tokenizer] = {}
        for truncation in ("end", "start", "none"):
            tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            tokenizer.no_padding()
            tokenizer.no_truncation()
            if truncation != "none":
                direction = "right" if truncation == "end" else "left"
                tokenizer.enable_truncation(max_length, direction=direction)
            self._tokenizers[truncation] = tokenizer

    def read(
        self, texts: Sequence[str] | Sequence[tuple[str, str]], truncation: Truncation
    ) -> list[Text]:
        """Return texts, or pairs of such, as tokens."""
        read = self._tokenizers[truncation].encode_batch(list(texts))
        longest = max((len(encoding.ids) for encoding in read), default=0)
        if longest > self._max_length:
            raise InputTooLong(longest, self._max_length)
        return [Text(encoding.ids, encoding.type_ids) for encoding in read]


def _by_length(
    bert: Bert, texts: Sequence[Text], reduce: Callable[[Tensor], Tensor], size: int
) -> Tensor:
    """Return what `reduce` makes of each text, of shape (texts, size), in the texts' order."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    results = torch.empty(len(texts), size)
    for batch in _batches(order, texts):
        reduced = [reduce(states) for states in bert([texts[at] for at in batch])]
        results[batch] = torch.cat(reduced).cpu()
    return results


def _batches(order: Sequence[int], texts: Sequence[Text]) -> Iterator[list[int]]:
    """Cut `order` into batches of at most `BATCH_TOKENS`, of one text at least."""
    batch: list[int] = []
    tokens = 0
    for at in order:
        if batch and tokens + len(texts[at]) > BATCH_TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(at)
        tokens += len(texts[at])
    if batch:
        yield batch


def _modules(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the last name of each module's type, with its folder."""
    path = folder / "modules.json"
    if not path.exists():
        raise UnsupportedModel(f"{folder} is no sentence-transformers folder: no modules.json")
    for module in json.loads(path.read_text()):
        kind = module["type"].rpartition(".")[2]
        if kind not in {"Transformer", "Pooling", "Normalize"}:
            raise UnsupportedModel(f"the module {module['type']} is not supported")
        yield kind, module["path"]


def _pooling(folder: Path | None) -> Callable[[Tensor], Tensor]:
    """Return how the folder's `config.json` says to pool."""
    config: dict[str, Any] = read_object(folder / "config.json") if folder else {}
    modes = [key for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
    if len(modes) != 1 or modes[0] not in POOLING:
        raise UnsupportedModel(f"pooling by {modes or 'nothing'} is not supported")
    return POOLING[modes[0]]


def _max_length(folder: Path, positions: int) -> int:
    """Return the most tokens of a text: what sentence-transformers reads, or else the model."""
    path = folder / "sentence_bert_config.json"
    configured = read_object(path).get("max_seq_length") if path.exists() else None
    return min(configured or positions, positions)
