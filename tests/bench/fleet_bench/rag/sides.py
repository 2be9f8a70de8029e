"""The systems that are compared, and how each is started with an engine and an embedding model."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Literal, NamedTuple, TypeAlias

from fleet_bench.accounts import settled
from fleet_bench.answering import answering, gets
from fleet_bench.process import Running
from fleet_bench.system import Launch, Site

Engine: TypeAlias = Literal["sqlite-vec", "faiss"]
Encoder: TypeAlias = Literal["fake", "minilm"]
"""Who embeds: the fake server, or all-MiniLM-L6-v2 in a process of the system's own."""

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
_READY = ("/v1/models", "/v1/files?limit=1", "/v1/vector_stores?limit=1")


class Setup(NamedTuple):
    """What a system is started with."""

    engine: Engine
    encoder: Encoder


class Side(NamedTuple):
    """A system that keeps documents and finds them."""

    name: str
    version: str
    install: Callable[[], None]
    """Makes ready what `launch` needs; costs nothing once it is there."""
    launch: Callable[[Site, Setup], Launch]
    """Writes its config; the prefix of what it returns is the name of the embedding model."""
    encoders: tuple[Encoder, ...]
    """Who can embed for it."""
    load_at_once: int
    """How many chunks it takes at once, when it is filled before a search."""


@asynccontextmanager
async def started(launch: Launch, site: Site) -> AsyncGenerator[Running, None]:
    """Start a system, wait until it answers and is at rest, and stop all its processes in the end."""
    async with answering(launch, site.port, site.folder, gets(*_READY)) as system:
        await settled(system.pids)
        yield system
