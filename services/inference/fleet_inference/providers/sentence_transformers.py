"""Embeddings and reranking on models of the BERT architecture, in this process."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_engine.encoder import CrossEncoder, Encoder
from fleet_inference.local.batcher import Batcher
from fleet_inference.local.failures import engine_errors
from fleet_inference.local.folder import model_folder
from fleet_inference.local.texts import embedding_texts, rerank_texts
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_runtime.operation import Answer

Row = tuple[NDArray[np.float32], int]


class SentenceTransformers:
    """Runs one model: a sentence encoder, which also reranks by cosine similarity, or a cross-encoder."""

    class Config(BaseConfig):
        """Which model, and how."""

        model: str = Field(examples=["sentence-transformers/all-MiniLM-L6-v2"])
        """The model's id, as `llama model list` has it, or the path of a sentence-transformers folder."""
        device: str = "cpu"
        """As torch names it: `cpu`, `cuda`, `cuda:1`."""
        truncation: Literal["end", "start", "none"] = "end"
        """Which side of too long a text is cut off; with `none` it is refused."""
        batch: int = Field(default=256, ge=1)
        """The most texts of one pass, over all requests."""
        max_waiting: int = Field(default=8192, ge=1)
        """How many texts may wait for their turn; more are refused with 429."""

    def __init__(self, config: Config) -> None:
        self._config = config
        folder = model_folder(config.model)
        self._id = config.model
        self._encoder = Encoder(folder, config.device) if _is_encoder(folder) else None
        self._cross = None if self._encoder else CrossEncoder(folder, config.device)
        self._embedder: Batcher[str, Row] = Batcher(
            self._encode, most=config.batch, most_waiting=config.max_waiting
        )
        self._scorer: Batcher[tuple[str, str], float] = Batcher(
            self._score, most=config.batch, most_waiting=config.max_waiting
        )

    async def aclose(self) -> None:
        await self._embedder.aclose()
        await self._scorer.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        raise Unimplemented("This model makes no text.", code="not_supported")

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        raise Unimplemented("This model makes no text.", code="not_supported")

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        texts = embedding_texts(request)
        size = self._size(request.dimensions)
        with engine_errors("input"):
            rows = await self._embedder.run(texts)
        vectors = np.stack([vector for vector, _ in rows])
        if size < vectors.shape[1]:
            # As Matryoshka embeddings are shortened (arXiv:2205.13147); models not trained for it lose quality.
            vectors = _unit(vectors[:, :size])
        tokens = sum(tokens for _, tokens in rows)
        return m.EmbeddingList(
            data=[
                m.Embedding(embedding=_form(vector, request.encoding_format), index=place)
                for place, vector in enumerate(vectors)
            ],
            model=request.model,
            usage=m.EmbeddingUsage(prompt_tokens=tokens, total_tokens=tokens),
        )

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        query, items = rerank_texts(request)
        with engine_errors("items"):
            scores = await (
                self._similarities(query, items)
                if self._encoder
                else self._scorer.run([(query, item) for item in items])
            )
        best = sorted(range(len(items)), key=lambda place: -scores[place])
        return m.RerankResponse(
            data=[
                m.RerankData(index=place, relevance_score=float(scores[place]))
                for place in best[: request.max_num_results]
            ]
        )

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        if self._encoder is None:
            return [ProviderModel(self._id, "rerank")]
        metadata = {
            "embedding_dimension": self._encoder.dimension,
            "context_length": self._encoder.max_length,
        }
        return [ProviderModel(self._id, "embedding", metadata)]

    def _size(self, dimensions: int | None) -> int:
        """Return the length of the vectors that are wanted."""
        if self._encoder is None:
            raise Unimplemented("This model makes no embeddings.", code="not_supported")
        own = self._encoder.dimension
        if dimensions is not None and dimensions > own:
            raise InvalidArgument(
                f"This model's embeddings have {own} dimensions; 'dimensions' may not be more.",
                code="invalid_value",
                param="dimensions",
            )
        return dimensions or own

    async def _similarities(self, query: str, items: list[str]) -> NDArray[np.float32]:
        """Return the cosine similarity of each item to the query, of shape (items,)."""
        rows = await self._embedder.run([query, *items])
        vectors = _unit(np.stack([vector for vector, _ in rows]))
        similarities: NDArray[np.float32] = vectors[1:] @ vectors[0]
        return similarities

    def _encode(self, texts: Sequence[str]) -> Sequence[Row]:
        if self._encoder is None:
            raise TypeError("a cross-encoder does not encode")
        embeddings = self._encoder.encode(texts, self._config.truncation)
        return list(zip(embeddings.vectors, embeddings.tokens, strict=True))

    def _score(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        if self._cross is None:
            raise TypeError("an encoder does not score pairs")
        scores: list[float] = []
        for query, item in pairs:
            scores += self._cross.score(query, [item], self._config.truncation).tolist()
        return scores


def _is_encoder(folder: Path) -> bool:
    return (folder / "modules.json").exists()


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the vectors, of shape (texts, dimension), at length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit


def _form(vector: NDArray[np.float32], form: str | None) -> list[float] | str:
    if form == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode()
    numbers: list[float] = vector.tolist()
    return numbers
