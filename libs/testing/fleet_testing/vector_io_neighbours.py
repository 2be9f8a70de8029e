"""The services that vector-io calls, as real gRPC servers: models that are simple sums, files that are plain texts.

A text's vector counts its words, each in one of 256 places by its digest: texts with the same words are near each
other.
"""

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import (
    FILE_PROCESSOR_SERVICE,
    FILE_SERVICE,
    GET_FILE,
    PARSE_FILE,
    PROCESS_FILE,
)
from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import (
    CREATE_CHAT_COMPLETION,
    CREATE_EMBEDDING,
    GET_MODEL,
    INFERENCE_SERVICE,
    MODEL_SERVICE,
    RERANK,
)
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.serve import serving
from fleet_runtime.upload import Upload

DIMENSION = 256
EMBEDDER, CHAT, RERANKER = "embedder", "chat", "reranker"
_WORDS = re.compile(r"\w+")


def vector_of(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return the vector of a text, of shape `(256,)`."""
    vector = np.full(DIMENSION, 1e-3, dtype=np.float32)
    for word in _WORDS.findall(text.casefold()):
        vector[hashlib.blake2b(word.encode(), digest_size=1).digest()[0]] += 1
    return vector


@dataclass
class Neighbours:
    """What the two services are asked, and what they answer.

    Attributes:
        texts: The files, by id. Their names are their ids, with `.txt`.
        broken: What is raised instead of reading a file, by id; each entry is used up by one attempt.
        held: While it is not set, files are not read to their ends.
        enough: After how many texts no more are embedded until `more` is set.
        more: See `enough`.
        spoiled_after: After how many texts embedding is refused for good.
        parsed: How often each file was read.
        sent: The name, the type and the bytes of each file that was sent along.
        embedded: How many texts were embedded.
        said: The prompts that the chat model got.
    """

    texts: dict[str, str] = field(default_factory=dict)
    broken: dict[str, list[FleetError]] = field(default_factory=dict)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    enough: int | None = None
    more: asyncio.Event = field(default_factory=asyncio.Event)
    spoiled_after: int | None = None
    parsed: dict[str, int] = field(default_factory=dict)
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)
    embedded: int = 0
    said: list[str] = field(default_factory=list)

    async def create_embedding(self, request: i.EmbeddingRequest, call: Call) -> i.EmbeddingList:
        """Embed texts."""
        del call
        texts = [request.input] if isinstance(request.input, str) else request.input
        if self.enough is not None and self.embedded >= self.enough:
            await self.more.wait()
        if self.spoiled_after is not None and self.embedded >= self.spoiled_after:
            raise InvalidArgument("No more.", code="spoiled")
        self.embedded += len(texts)
        data = [
            i.Embedding(embedding=b64encode(vector_of(str(text)).tobytes()).decode(), index=place)
            for place, text in enumerate(texts)
        ]
        usage = i.EmbeddingUsage(prompt_tokens=1, total_tokens=1)
        return i.EmbeddingList(data=data, model=request.model, usage=usage)

    async def create_chat_completion(
        self, request: i.ChatCompletionRequest, call: Call
    ) -> i.ChatCompletion:
        """Answer `About` and the last word of what is asked."""
        del call
        prompt = str(request.messages[-1].content)
        self.said.append(prompt)
        answer = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": request.model,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": "About whales."},
                }
            ],
        }
        return msgspec.convert(answer, i.ChatCompletion)

    async def rerank(self, request: i.RerankRequest, call: Call) -> i.RerankResponse:
        """Score by the part of the item's words that the query has."""
        del call
        query = set(_WORDS.findall(str(request.query).casefold()))
        data = [
            i.RerankData(index=place, relevance_score=_overlap(query, str(item)))
            for place, item in enumerate(request.items)
        ]
        return i.RerankResponse(data=sorted(data, key=lambda each: -each.relevance_score))

    async def get_model(self, request: i.GetModelRequest, call: Call) -> i.Model:
        """Say what is known of a model."""
        del call
        kinds = {EMBEDDER: "embedding", CHAT: "llm", RERANKER: "rerank"}
        if request.model_id not in kinds:
            raise NotFound("There is no such model.", code="model_not_found")
        metadata = {"embedding_dimension": DIMENSION} if request.model_id == EMBEDDER else {}
        model = {
            "identifier": request.model_id,
            "id": request.model_id,
            "object": "model",
            "provider_id": "fake",
            "provider_resource_id": request.model_id,
            "metadata": metadata,
            "created": 0,
            "owned_by": "fake",
            "model_type": kinds[request.model_id],
        }
        return msgspec.json.decode(msgspec.json.encode(model), type=i.Model)

    async def get_file(self, request: f.GetFileRequest, call: Call) -> f.File:
        """Say what is known of a file."""
        del call
        if request.file_id not in self.texts:
            raise NotFound("There is no such file.", code="file_not_found")
        return f.File(
            id=request.file_id,
            bytes=len(self.texts[request.file_id]),
            created_at=0,
            filename=f"{request.file_id}.txt",
            purpose="assistants",
            status="processed",
        )

    async def parse_file(
        self, request: f.ParseFileRequest, call: Call
    ) -> AsyncGenerator[f.ParsedBlock, None]:
        """Return the paragraphs of a file, all on page 1."""
        del call
        self.parsed[request.file_id] = self.parsed.get(request.file_id, 0) + 1
        if self.broken.get(request.file_id):
            raise self.broken[request.file_id].pop()
        return self._blocks(request.file_id)

    async def process_file(
        self, upload: Upload[f.ProcessFileRequest], call: Call
    ) -> f.ProcessedFile:
        """Return the paragraphs of a text that is sent along."""
        del call
        content = b"".join([piece async for piece in upload.content()])
        form = await upload.form()
        self.sent.append((form.filename, form.content_type, content))
        nothing = msgspec.Raw(b"{}")
        chunks = [
            f.Chunk(
                content=text,
                chunk_id=f"chunk-{place}",
                metadata=nothing,
                chunk_metadata=f.ChunkMetadata(),
            )
            for place, text in enumerate(content.decode().split("\n\n"))
        ]
        return f.ProcessedFile(chunks=chunks, metadata=nothing)

    async def _blocks(self, file_id: str) -> AsyncGenerator[f.ParsedBlock, None]:
        for text in self.texts[file_id].split("\n\n"):
            yield f.ParsedBlock(kind="text", text=text, page=1, headings=["A heading"])
        await self.held.wait()


def _overlap(query: set[str], text: str) -> float:
    words = _WORDS.findall(text.casefold())
    return sum(word in query for word in words) / max(1, len(words))


@asynccontextmanager
async def running(neighbours: Neighbours) -> AsyncGenerator[str, None]:
    """Serve both, and yield the value of `FLEET_ADDRESSES` by which they are found."""
    neighbours.held.set()
    services = [
        BoundService(
            INFERENCE_SERVICE,
            (
                Binding(CREATE_EMBEDDING, neighbours.create_embedding),
                Binding(CREATE_CHAT_COMPLETION, neighbours.create_chat_completion),
                Binding(RERANK, neighbours.rerank),
            ),
        ),
        BoundService(MODEL_SERVICE, (Binding(GET_MODEL, neighbours.get_model),)),
        BoundService(FILE_SERVICE, (Binding(GET_FILE, neighbours.get_file),)),
        BoundService(
            FILE_PROCESSOR_SERVICE,
            (
                Binding(PARSE_FILE, neighbours.parse_file),
                Binding(PROCESS_FILE, neighbours.process_file),
            ),
        ),
    ]
    async with serving(services) as address:
        yield f"inference={address},files={address}"
