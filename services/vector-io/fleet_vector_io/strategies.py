"""How files are cut into chunks, as callers say it and as it is kept."""

from typing import Any

import msgspec

from fleet.vector_io.v1 import messages as m
from fleet_chunking.contextual import DEFAULT, ContextPrompt, PromptError
from fleet_chunking.sizes import SizeError, Sizes
from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.config import ContextConfig

CONTEXTUAL_SIZE, CONTEXTUAL_OVERLAP = 700, 350
_AUTO = m.VectorStoreChunkingStrategy(type="auto")


def checked(
    strategy: m.VectorStoreChunkingStrategy | None, config: ContextConfig
) -> m.VectorStoreChunkingStrategy:
    """Return a strategy with all that it leaves open filled in.

    Raises:
        InvalidArgument: Its sizes or its prompt are of no use.
    """
    if strategy is None or strategy.type == "auto":
        return _AUTO
    try:
        if strategy.type == "static":
            return _static(strategy.static or m.VectorStoreStaticChunking())
        return _contextual(strategy.contextual or m.VectorStoreContextualChunking(), config)
    except SizeError as error:
        param = f"chunking_strategy.{strategy.type}.chunk_overlap_tokens"
        raise InvalidArgument(f"{error}.", code="invalid_chunk_size", param=param) from None
    except PromptError as error:
        param = "chunking_strategy.contextual.context_prompt"
        raise InvalidArgument(f"{error}.", code="invalid_prompt", param=param) from None


def _static(asked: m.VectorStoreStaticChunking) -> m.VectorStoreChunkingStrategy:
    sizes = Sizes.static(asked.max_chunk_size_tokens, asked.chunk_overlap_tokens)
    static = m.VectorStoreStaticChunking(
        max_chunk_size_tokens=sizes.size, chunk_overlap_tokens=sizes.overlap
    )
    return m.VectorStoreChunkingStrategy(type="static", static=static)


def _contextual(
    asked: m.VectorStoreContextualChunking, config: ContextConfig
) -> m.VectorStoreChunkingStrategy:
    size = asked.max_chunk_size_tokens or CONTEXTUAL_SIZE
    usual = min(CONTEXTUAL_OVERLAP, size // 2)
    overlap = usual if asked.chunk_overlap_tokens is None else asked.chunk_overlap_tokens
    Sizes.static(size, overlap)
    model = asked.model_id or config.model
    if model is None:
        raise InvalidArgument(
            "Contextual chunking needs a model; name one as 'model_id', or configure 'contextual.model'.",
            code="missing_model",
            param="chunking_strategy.contextual.model_id",
        )
    ContextPrompt(asked.context_prompt or DEFAULT)
    contextual = m.VectorStoreContextualChunking(
        model_id=model,
        context_prompt=asked.context_prompt,
        max_chunk_size_tokens=size,
        chunk_overlap_tokens=overlap,
        timeout_seconds=asked.timeout_seconds,
        max_concurrency=asked.max_concurrency,
    )
    return m.VectorStoreChunkingStrategy(type="contextual", contextual=contextual)


def sizes_of(strategy: m.VectorStoreChunkingStrategy, context: int | None, special: int) -> Sizes:
    """Return the sizes of a checked strategy; those of `auto` fit into what the embedding model reads at once."""
    if strategy.contextual is not None:
        asked: Any = strategy.contextual
    elif strategy.static is not None:
        asked = strategy.static
    else:
        return Sizes.auto(context, special)
    return Sizes.static(asked.max_chunk_size_tokens, asked.chunk_overlap_tokens)


def kept(strategy: m.VectorStoreChunkingStrategy) -> str:
    """Return a checked strategy as JSON."""
    return msgspec.json.encode(strategy).decode()


def read(text: str) -> m.VectorStoreChunkingStrategy:
    """Return the strategy that `kept` wrote."""
    return msgspec.json.decode(text, type=m.VectorStoreChunkingStrategy)
