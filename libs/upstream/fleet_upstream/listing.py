"""What a model server offers."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import msgspec

ModelType: TypeAlias = Literal["llm", "embedding", "rerank"]

# No listing says what a model is for, but names do.
_NAMES: tuple[tuple[str, ModelType], ...] = (
    ("rerank", "rerank"),
    ("embed", "embedding"),
    ("minilm", "embedding"),
    ("bge-", "embedding"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A model, as its server lists it."""

    id: str
    type: ModelType
    metadata: dict[str, Any] = field(default_factory=dict)


class Entry(msgspec.Struct):
    """A model in the answer to `GET /models`. Servers call the length of the context by different names."""

    id: str
    max_model_len: int | None = None
    context_length: int | None = None
    context_window: int | None = None

    def listed(self) -> Listed:
        """Return what the entry says of its model."""
        context = self.max_model_len or self.context_length or self.context_window
        return Listed(
            self.id, guessed_type(self.id), {"context_length": context} if context else {}
        )


class Listing(msgspec.Struct):
    """The answer to `GET /models`."""

    data: list[Entry]


def guessed_type(name: str) -> ModelType:
    """Return what a model of this name is most likely for."""
    name = name.lower()
    return next((kind for part, kind in _NAMES if part in name), "llm")
