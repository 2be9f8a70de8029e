"""`inline::transformers`: reranking by neural models, on the transformers library, in this process.

Models: cross-encoders (https://sbert.net/docs/cross_encoder/pretrained_models.html) and Qwen3-Reranker
(https://huggingface.co/Qwen/Qwen3-Reranker-0.6B).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_engine.config import read_object
from fleet_engine.errors import UnsupportedModel
from fleet_inference.local.batcher import Batcher
from fleet_inference.local.failures import engine_errors
from fleet_inference.local.folder import model_folder
from fleet_inference.local.pair_classifier import PairClassifier
from fleet_inference.local.reranker import Reading, Reranker, Source
from fleet_inference.local.texts import rerank_texts
from fleet_inference.local.yes_no_model import YesNoModel
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer


class Transformers:
    """Runs one model: a cross-encoder, or a language model that says yes or no. Loading it takes seconds."""

    class Config(BaseConfig):
        """Which model, and how."""

        model: str = Field(examples=["Qwen/Qwen3-Reranker-0.6B"])
        """The model's id, as `llama model list` has it, or the path of a Hugging Face folder."""
        instruction: str = (
            "Given a web search query, retrieve relevant passages that answer the query"
        )
        """What documents are wanted for; language models are told so, in this language or another."""
        dtype: Literal["float32", "bfloat16", "float16"] = "float32"
        """What the weights are kept in. On CPUs without native support only `float32` is fast."""
        device: str = "cpu"
        """As torch names it: `cpu`, `cuda`, `cuda:1`."""
        truncation: Literal["end", "start", "none"] = "end"
        """Which side of too long a document is cut off; with `none` it is refused."""
        max_length: int = Field(default=8192, ge=1)
        """The most tokens of a query and a document together. The model's own limit, if that is lower."""
        batch: int = Field(default=64, ge=1)
        """The most documents of one pass, over all requests."""
        max_waiting: int = Field(default=8192, ge=1)
        """How many documents may wait for their turn; more are refused with 429."""

    def __init__(self, config: Config) -> None:
        self._id, self._batch = config.model, config.batch
        self._reranker = _opened(model_folder(config.model), config)
        # One request a run: what is wrong with one must not reach another.
        self._reader: Batcher[tuple[str, list[str]], Sequence[Reading]] = Batcher(
            self._read, most=1, most_waiting=config.max_waiting
        )
        self._scorer: Batcher[Reading, float] = Batcher(
            self._reranker.score, most=config.batch, most_waiting=config.max_waiting
        )

    async def aclose(self) -> None:
        await self._reader.aclose()
        await self._scorer.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        raise Unimplemented("This model only reranks.", code="not_supported")

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        raise Unimplemented("This model only reranks.", code="not_supported")

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        raise Unimplemented("This model only reranks.", code="not_supported")

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        query, items = rerank_texts(request)
        with engine_errors("items"):
            (readings,) = await self._reader.run([(query, items)])
            scores = await self._scores(readings)
        best = sorted(range(len(items)), key=lambda place: -scores[place])
        return m.RerankResponse(
            data=[
                m.RerankData(index=place, relevance_score=scores[place])
                for place in best[: request.max_num_results]
            ]
        )

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        return [ProviderModel(self._id, "rerank", {"context_length": self._reranker.max_length})]

    def _read(self, requests: Sequence[tuple[str, list[str]]]) -> list[Sequence[Reading]]:
        return [self._reranker.read(query, items) for query, items in requests]

    async def _scores(self, readings: Sequence[Reading]) -> list[float]:
        """Return the scores, a batch at a time: others come between, and a caller who leaves stops the rest."""
        scores: list[float] = []
        for start in range(0, len(readings), self._batch):
            scores += await self._scorer.run(readings[start : start + self._batch])
        return scores


def _opened(folder: Path, config: Transformers.Config) -> Reranker:
    """Load the model in `folder`, by what its `config.json` says that it is.

    Raises:
        UnsupportedModel: It is neither of the two kinds.
    """
    kinds = read_object(folder / "config.json").get("architectures") or []
    source = Source(folder, config.device, config.dtype, config.truncation, config.max_length)
    if any(kind.endswith("ForSequenceClassification") for kind in kinds):
        return PairClassifier(source)
    if any(kind.endswith("ForCausalLM") for kind in kinds):
        return YesNoModel(source, config.instruction)
    raise UnsupportedModel(
        f"the model in {folder} is no reranker but {', '.join(kinds) or 'unnamed'}; take a model for sequence "
        "classification with one label, or a Qwen3-Reranker"
    )
