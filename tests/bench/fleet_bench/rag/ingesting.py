"""The measures of putting files in: what a chunk costs, and how long it takes until all can be found."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fleet_bench.accounts import accounts, spent
from fleet_bench.api import Api
from fleet_bench.load import BadAnswerError
from fleet_bench.process import Running
from fleet_bench.rag.documents import Document
from fleet_bench.rag.sides import Setup

UPLOADERS = 4
_STRATEGY = {
    "type": "static",
    "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 50},
}
_POLL, _POLL_PART = 0.1, 0.1
_PATIENCE = 900.0


@dataclass(frozen=True)
class IngestionSample:
    """What it took to put files in. CPU is that of all the system's processes, and of nothing else."""

    system: str
    engine: str
    encoder: str
    files: int
    chunks: int
    seconds: float
    """From the first upload until the batch was completed."""
    cpu_s: dict[str, float]
    """By the system's parts."""

    @property
    def chunks_per_s(self) -> float:
        """How many chunks a second came in."""
        return self.chunks / self.seconds

    @property
    def chunks_per_cpu_s(self) -> float:
        """How many chunks came in for a second of CPU."""
        return self.chunks / sum(self.cpu_s.values())


async def ingest(
    system: Running, name: str, setup: Setup, model: str, documents: Sequence[Document]
) -> IngestionSample:
    """Upload files, put them into a new store by one batch, and wait for it; then see that all is there."""
    api = await Api.at(system.port)
    try:
        made = await api.post("/v1/vector_stores", {"name": "files", "embedding_model": model})
        path = f"/v1/vector_stores/{made['id']}"
        before, begun = accounts(system.pids()), time.perf_counter()
        ids = await _uploaded(system.port, documents)
        await _batch(api, path, ids)
        took, used = time.perf_counter() - begun, spent(before, accounts(system.pids()))
        chunks = sum([await _chunks(api, path, *pair) for pair in zip(ids, documents, strict=True)])
    finally:
        api.close()
    return IngestionSample(name, *setup, len(documents), chunks, took, used)


async def _uploaded(port: int, documents: Sequence[Document]) -> list[str]:
    """Upload files, some at once; return their ids."""
    waiting = iter(enumerate(documents))
    ids = [""] * len(documents)

    async def upload() -> None:
        api = await Api.at(port)
        try:
            for place, document in waiting:
                ids[place] = await api.upload(
                    document.filename, document.content_type, document.data
                )
        finally:
            api.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(UPLOADERS):
            group.create_task(upload())
    return ids


async def _batch(api: Api, path: str, ids: Sequence[str]) -> None:
    """Put files into a store, and wait until they are in.

    Raises:
        BadAnswerError: One could not be put in.
        TimeoutError: It takes too long.
    """
    asked = {"file_ids": ids, "chunking_strategy": _STRATEGY}
    begun = time.perf_counter()
    batch = await api.post(f"{path}/file_batches", asked)
    async with asyncio.timeout(_PATIENCE):
        while batch["status"] == "in_progress":
            # More seldom the longer it takes: asking costs the system something too.
            await asyncio.sleep(max(_POLL, _POLL_PART * (time.perf_counter() - begun)))
            batch = await api.get(f"{path}/file_batches/{batch['id']}")
    if batch["status"] != "completed" or batch["file_counts"]["completed"] != len(ids):
        raise BadAnswerError(f"the batch ended as {batch}")


async def _chunks(api: Api, path: str, file_id: str, document: Document) -> int:
    """Return how many chunks a file became.

    Raises:
        BadAnswerError: Its end is not in the last of them.
    """
    content: dict[str, Any] = await api.get(f"{path}/files/{file_id}/content")
    texts = [part["text"] for part in content["data"]]
    if not any(document.ending in " ".join(text.split()) for text in texts):
        raise BadAnswerError(
            f"the end of {document.filename} is in none of its {len(texts)} chunks"
        )
    return len(texts)
