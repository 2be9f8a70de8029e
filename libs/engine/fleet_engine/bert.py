"""The BERT architecture (arXiv:1810.04805), without its training heads.

Texts are not padded: all tokens go through the matrix multiplications in one line, and texts of
the same length attend together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from fleet_engine.config import read_object
from fleet_engine.errors import UnsupportedModel
from fleet_engine.linear import Linear
from fleet_engine.weights import Weights


@dataclass(frozen=True)
class Text:
    """A text as the model reads it."""

    tokens: list[int]
    types: list[int]
    """0 for a first text, 1 for the second of a pair."""

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class Norm:
    """A layer normalisation."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, x: Tensor) -> Tensor:
        """Return `x` with the mean 0 and the variance 1 in each row, then scaled and shifted."""
        return functional.layer_norm(x, self.weight.shape, self.weight, self.bias, self.epsilon)


@dataclass(frozen=True)
class Layer:
    """The weights of one transformer block."""

    qkv: Linear
    out: Linear
    attention_norm: Norm
    up: Linear
    down: Linear
    mlp_norm: Norm


class Bert:
    """Computes the last hidden states of texts.

    Args:
        folder: A Hugging Face model folder.
        device: Where to compute, as torch names it; in float32.

    Raises:
        UnsupportedModel: The folder holds no BERT, or one with unusual parts.
    """

    def __init__(self, folder: Path, device: torch.device) -> None:
        self.config = read_object(folder / "config.json")
        _check_supported(self.config)
        self._weights = Weights(folder)
        self._prefix = "bert." if "bert.embeddings.word_embeddings.weight" in self._weights else ""
        self._device = device
        self._heads: int = self.config["num_attention_heads"]
        self._words, self._places, self._types = (
            self.tensor(f"embeddings.{kind}_embeddings.weight")
            for kind in ("word", "position", "token_type")
        )
        self._norm = self._norm_at("embeddings.LayerNorm")
        self._layers = [self._layer(i) for i in range(self.config["num_hidden_layers"])]

    @property
    def positions(self) -> int:
        """Return the length of the longest text."""
        return self._places.shape[0]

    def __call__(self, texts: Sequence[Text]) -> Iterator[Tensor]:
        """Yield hidden states of shape (texts of one length, tokens, hidden size).

        Args:
            texts: In the order of their lengths, which is that of the results.
        """
        groups = [(length, len(list(group))) for length, group in groupby(map(len, texts))]
        x = self._embed(texts)
        for layer in self._layers:
            attended = layer.out.add(self._attend(layer.qkv(x), groups), x)
            x = layer.attention_norm(attended)
            x = layer.mlp_norm(layer.down.add(functional.gelu(layer.up(x)), x))
        rows = torch.split(x, [length * count for length, count in groups])
        for (length, count), part in zip(groups, rows, strict=True):
            yield part.view(count, length, -1)

    def tensor(self, name: str, *, head: bool = False) -> Tensor:
        """Return a tensor of the body, or of a `head` on top of it."""
        tensor = self._weights.take(name if head else self._prefix + name)
        return tensor.to(self._device, torch.float32)

    def linear(self, *names: str, head: bool = False) -> Linear:
        """Return the linear modules called `names` as one."""
        weights = [self.tensor(f"{name}.weight", head=head) for name in names]
        biases = [self.tensor(f"{name}.bias", head=head) for name in names]
        return Linear(torch.cat(weights), torch.cat(biases))

    def _embed(self, texts: Sequence[Text]) -> Tensor:
        tokens = torch.tensor([token for text in texts for token in text.tokens])
        types = torch.tensor([type_ for text in texts for type_ in text.types])
        places = torch.cat([torch.arange(len(text)) for text in texts])
        tokens, types, places = (ids.to(self._device) for ids in (tokens, types, places))
        return self._norm(self._words[tokens] + self._places[places] + self._types[types])

    def _attend(self, qkv: Tensor, groups: list[tuple[int, int]]) -> Tensor:
        found = []
        for (length, count), rows in zip(
            groups, torch.split(qkv, [length * count for length, count in groups]), strict=True
        ):
            heads = rows.view(count, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            q, k, v = heads.unbind()
            out = functional.scaled_dot_product_attention(q, k, v)
            found.append(out.transpose(1, 2).reshape(count * length, -1))
        return torch.cat(found)

    def _layer(self, index: int) -> Layer:
        at = f"encoder.layer.{index}"
        attention = f"{at}.attention"
        return Layer(
            qkv=self.linear(*(f"{attention}.self.{name}" for name in ("query", "key", "value"))),
            out=self.linear(f"{attention}.output.dense"),
            attention_norm=self._norm_at(f"{attention}.output.LayerNorm"),
            up=self.linear(f"{at}.intermediate.dense"),
            down=self.linear(f"{at}.output.dense"),
            mlp_norm=self._norm_at(f"{at}.output.LayerNorm"),
        )

    def _norm_at(self, name: str) -> Norm:
        weight, bias = self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")
        return Norm(weight, bias, self.config["layer_norm_eps"])


def _check_supported(config: dict[str, Any]) -> None:
    plain = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
    for key, value in plain.items():
        if config.get(key, value) != value:
            raise UnsupportedModel(f"{key} = {config[key]} is not supported, only {value}")
