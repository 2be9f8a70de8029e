"""Cutting a file that was read into chunks, by the tokens of the embedding model."""

import asyncio
import time
from collections.abc import Sequence

from fleet.vector_io.v1 import messages as m
from fleet_chunking.block import Block
from fleet_chunking.chunk import Chunk
from fleet_chunking.chunker import chunk as cut
from fleet_chunking.contextual import DEFAULT, ContextPrompt, with_context
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.config import ContextConfig
from fleet_vector_io.models import EmbeddingModel, Models
from fleet_vector_io.strategies import sizes_of
from fleet_vector_io.tokenizers import Tokenizers

# The most tokens that a model may say on a chunk.
_CONTEXT_TOKENS = 200


class Cutter:
    """Cuts, and lets a model say what each chunk is about where that is asked for.

    Args:
        tokenizers: Count tokens.
        models: Say what chunks are about.
        config: What the strategies leave open.
    """

    def __init__(self, tokenizers: Tokenizers, models: Models, config: ContextConfig) -> None:
        self._tokenizers = tokenizers
        self._models = models
        self._config = config

    async def cut(
        self,
        blocks: Sequence[Block],
        strategy: m.VectorStoreChunkingStrategy,
        model: EmbeddingModel,
        call: Call,
    ) -> list[tuple[Chunk, str]]:
        """Return the chunks of a file, and the text of each that is kept and embedded.

        Args:
            blocks: The file.
            strategy: How it is cut, checked.
            model: Whose tokens count.
            call: On whose behalf.

        Raises:
            InvalidArgument: The document is too long for contextual chunking.
        """
        tokenizer = await self._tokenizers.of(model)
        sizes = sizes_of(strategy, model.context, tokenizer.special)
        chunks = await asyncio.to_thread(cut, blocks, tokenizer, sizes)
        if strategy.contextual is None:
            return [(chunk, chunk.text) for chunk in chunks]
        document = "\n\n".join(block.text for block in blocks)
        self._check_length(chunks)
        return await self._with_context(chunks, document, strategy.contextual, call)

    def _check_length(self, chunks: Sequence[Chunk]) -> None:
        most, length = self._config.max_document_tokens, chunks[-1].end if chunks else 0
        if length > most:
            raise InvalidArgument(
                f"The document has {length} tokens; contextual chunking takes up to {most}, as each chunk is sent to"
                " the model with all of it.",
                code="file_too_large",
            )

    async def _with_context(
        self,
        chunks: Sequence[Chunk],
        document: str,
        asked: m.VectorStoreContextualChunking,
        call: Call,
    ) -> list[tuple[Chunk, str]]:
        """Return the chunks, each with a model's words on it in front."""
        prompt = ContextPrompt(asked.context_prompt or DEFAULT)
        model = asked.model_id or self._config.model or ""
        seconds = asked.timeout_seconds or self._config.default_timeout_seconds
        at_once = asyncio.Semaphore(asked.max_concurrency or self._config.default_max_concurrency)

        async def text(chunk: Chunk) -> str:
            async with at_once:
                one = Call(call.method, call.forwarded(), time.monotonic() + seconds)
                filled = prompt.filled(document, chunk.text)
                said = await self._models.say(model, filled, one, most=_CONTEXT_TOKENS)
                return with_context(said, chunk.text)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(text(chunk)) for chunk in chunks]
        return [(chunk, task.result()) for chunk, task in zip(chunks, tasks, strict=True)]
