"""What is asked of Chroma."""

from typing import Any, Literal, Protocol, TypeAlias

Verb: TypeAlias = Literal["upsert", "get", "query", "delete"]

CONFIGURATION = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
"""How collections search: twice as thoroughly as by default, so that nearly all of the nearest are found."""

AT_WORK = "Nothing found on disk"
"""What Chroma fails with, in a search, while another search has it make the first index of a collection."""

NOT_READY = "engine_not_ready"
"""The code of the error that this is here."""


class ChromaEngine(Protocol):
    """Chroma, by its library or over HTTP, which have the same words for all that is done with records."""

    async def aclose(self) -> None:
        """Let go of it."""
        ...

    async def create(self, name: str) -> None:
        """Make a collection, unless it is there."""
        ...

    async def drop(self, name: str) -> None:
        """Forget a collection, if it is there."""
        ...

    async def count(self, name: str) -> int:
        """Return how many records a collection has."""
        ...

    async def ask(self, name: str, verb: Verb, **content: Any) -> dict[str, Any]:
        """Do something with the records of a collection, and return the answer.

        Raises:
            NotFound: There is no such collection.
            Unavailable: Its index is being made, if the code is `NOT_READY`.
        """
        ...
