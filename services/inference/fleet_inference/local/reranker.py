"""What scores documents against a query, on models of the transformers library."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers.utils import logging

from fleet_engine.encoder import Truncation
from fleet_engine.errors import UnsupportedModel

# The most tokens of one pass, padding included: enough to keep the processor busy, little enough for its caches.
PASS_TOKENS = 2048


@dataclass(frozen=True, slots=True)
class Reading:
    """A query and a document, as the model reads them."""

    tokens: list[int]
    types: list[int] | None = None
    """0 for the query's tokens, 1 for the document's, if the model tells them apart so."""


class Reranker(Protocol):
    """A model that scores pairs. `read` and `score` may each run in a thread of its own."""

    max_length: int
    """The most tokens of a query and a document together, with what the model wants around them."""

    def read(self, query: str, documents: Sequence[str]) -> Sequence[Reading]:
        """Make each document readable for the model, beside the query.

        Raises:
            fleet_engine.errors.InputTooLong: A pair is too long, and is not to be cut.
        """
        ...

    def score(self, readings: Sequence[Reading]) -> list[float]:
        """Return how well each document answers its query: larger is better, the scale is the model's."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """Which model to load, and how."""

    folder: Path
    """A Hugging Face folder."""
    device: str
    """Where to compute, as torch names it."""
    dtype: str
    """What to keep the weights in, as torch names it."""
    truncation: Truncation
    """Which side of too long a text is cut off."""
    max_length: int
    """The most tokens of a pair, if the model can read as many."""

    def load(self, kind: Any) -> Any:
        """Return the model as `kind`, an `Auto…` class, has it: from this folder only, and without running its code.

        Raises:
            UnsupportedModel: The folder has not all of its weights; the library would draw lots for the rest.
        """
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model, found = kind.from_pretrained(
            self.folder,
            dtype=getattr(torch, self.dtype),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            output_loading_info=True,
        )
        if found["missing_keys"]:
            raise UnsupportedModel(
                f"{self.folder} lacks {', '.join(sorted(found['missing_keys']))}"
            )
        return model.to(self.device).eval()

    def limit(self, tokenizer: Any, positions: int | None) -> int:
        """Return the longest input, within what the tokenizer's files say and what the model has `positions` for."""
        told: int = tokenizer.model_max_length
        return min(self.max_length, told, positions or told)


def passes(readings: Sequence[Reading]) -> Iterator[list[int]]:
    """Yield the places of `readings`, in groups of about the same length that go through the model together."""
    group: list[int] = []
    for place in sorted(range(len(readings)), key=lambda place: -len(readings[place].tokens)):
        longest = len(readings[group[0]].tokens) if group else 0
        if group and longest * (len(group) + 1) > PASS_TOKENS:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def padded(rows: Sequence[list[int]], filler: int, side: str = "right") -> Tensor:
    """Return `rows` as one tensor of shape (rows, longest), filled up on one side."""
    return pad_sequence(
        [torch.tensor(row) for row in rows],
        batch_first=True,
        padding_value=filler,
        padding_side=side,
    )
