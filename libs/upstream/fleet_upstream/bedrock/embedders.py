"""Embedding models on Bedrock: each vendor's have a format of their own.

Format: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html,
https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html,
https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import Unimplemented
from fleet_upstream.native.fields import wrong

# What Cohere's models take at once.
_MOST_TEXTS = 96


class Embedder(Protocol):
    """How a family of models is asked for vectors, and answers."""

    def bodies(
        self, texts: Sequence[str], request: m.EmbeddingRequest, extra: Mapping[str, msgspec.Raw]
    ) -> Iterator[dict[str, Any]]:
        """Yield the requests that `texts` take, in their order; `extra` are fields of the vendor's own."""
        ...

    def vectors(self, answer: bytes) -> list[list[float]]:
        """Return the vectors in an answer. Raises `msgspec.DecodeError` if it has none."""
        ...


def embedder(model: str) -> Embedder:
    """Return how `model` is asked, by its name.

    Raises:
        Unimplemented: It is of no family that is known here.
    """
    for part, family in _FAMILIES:
        if part in model:
            return family
    raise Unimplemented(
        "On Bedrock, only Amazon's Titan and Nova and Cohere's models are asked for vectors; use"
        " one of them, or another provider."
    )


class _TitanAnswer(msgspec.Struct):
    embedding: list[float]


class Titan:
    """Amazon's Titan models: a request for each text; the second version can shorten vectors."""

    def __init__(self, *, sized: bool) -> None:
        self._sized = sized

    def bodies(
        self, texts: Sequence[str], request: m.EmbeddingRequest, extra: Mapping[str, msgspec.Raw]
    ) -> Iterator[dict[str, Any]]:
        """Yield a request for each text."""
        size = _size(request, "dimensions", sized=self._sized)
        for text in texts:
            yield {**extra, "inputText": text, **size}

    def vectors(self, answer: bytes) -> list[list[float]]:
        """Return the one vector."""
        return [msgspec.json.decode(answer, type=_TitanAnswer).embedding]


class TitanMultimodal:
    """Amazon's Titan model for texts and pictures: a request for each text."""

    def bodies(
        self, texts: Sequence[str], request: m.EmbeddingRequest, extra: Mapping[str, msgspec.Raw]
    ) -> Iterator[dict[str, Any]]:
        """Yield a request for each text."""
        size = _size(request, "outputEmbeddingLength", sized=True)
        for text in texts:
            yield {**extra, "inputText": text, **({"embeddingConfig": size} if size else {})}

    def vectors(self, answer: bytes) -> list[list[float]]:
        """Return the one vector."""
        return [msgspec.json.decode(answer, type=_TitanAnswer).embedding]


class _NovaVector(msgspec.Struct):
    embedding: list[float]


class _NovaAnswer(msgspec.Struct):
    embeddings: list[_NovaVector]


class Nova:
    """Amazon's Nova models: a request for each text, to be found again unless `embeddingPurpose` says another.

    Too long a text is refused rather than cut, unless the caller's `truncationMode` is `START` or `END`.
    """

    def bodies(
        self, texts: Sequence[str], request: m.EmbeddingRequest, extra: Mapping[str, msgspec.Raw]
    ) -> Iterator[dict[str, Any]]:
        """Yield a request for each text."""
        fields: dict[str, Any] = {"embeddingPurpose": "GENERIC_INDEX", **extra}
        mode = fields.pop("truncationMode", "NONE")
        fields |= _size(request, "embeddingDimension", sized=True)
        for text in texts:
            asked = fields | {"text": {"truncationMode": mode, "value": text}}
            yield {
                "schemaVersion": "nova-multimodal-embed-v1",
                "taskType": "SINGLE_EMBEDDING",
                "singleEmbeddingParams": asked,
            }

    def vectors(self, answer: bytes) -> list[list[float]]:
        """Return the one vector."""
        found = msgspec.json.decode(answer, type=_NovaAnswer).embeddings
        return [one.embedding for one in found]


class _ByType(msgspec.Struct):
    float: list[list[float]]


class _CohereAnswer(msgspec.Struct):
    embeddings: list[list[float]] | _ByType


class Cohere:
    """Cohere's models: many texts at once, as documents unless the caller's `input_type` says another."""

    def __init__(self, *, sized: bool) -> None:
        self._sized = sized

    def bodies(
        self, texts: Sequence[str], request: m.EmbeddingRequest, extra: Mapping[str, msgspec.Raw]
    ) -> Iterator[dict[str, Any]]:
        """Yield a request for as many texts as one takes."""
        size = _size(request, "output_dimension", sized=self._sized)
        for start in range(0, len(texts), _MOST_TEXTS):
            some = texts[start : start + _MOST_TEXTS]
            yield {"input_type": "search_document", **extra, "texts": some, **size}

    def vectors(self, answer: bytes) -> list[list[float]]:
        """Return the vectors, which come bare or by their type."""
        found = msgspec.json.decode(answer, type=_CohereAnswer).embeddings
        return found.float if isinstance(found, _ByType) else found


# By a part of the model's name, as it may have a region before it, or be an ARN.
_FAMILIES: tuple[tuple[str, Embedder], ...] = (
    ("titan-embed-text-v2", Titan(sized=True)),
    ("titan-embed-text", Titan(sized=False)),
    ("titan-embed-g1-text", Titan(sized=False)),
    ("titan-embed-image", TitanMultimodal()),
    ("nova-2-multimodal-embeddings", Nova()),
    ("cohere.embed-v4", Cohere(sized=True)),
    ("cohere.embed", Cohere(sized=False)),
)


def _size(request: m.EmbeddingRequest, name: str, *, sized: bool) -> dict[str, int]:
    """Return the field that sets the length of the vectors."""
    if request.dimensions is None:
        return {}
    if not sized:
        raise wrong("dimensions", "is nothing that this model has; leave it out")
    return {name: request.dimensions}
