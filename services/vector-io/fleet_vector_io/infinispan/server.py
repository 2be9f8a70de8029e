"""Infinispan's REST API: who asks is proved when it wants to know."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fleet_vector_io.infinispan.digest import Proof
from fleet_vector_io.rest_engine import Reply, RestEngine, refusal

DONE = (200, 204)
"""The statuses of what was done."""
MISSING = 404
"""The status of what is not there."""

_UNAUTHORIZED = 401


class Server:
    """One Infinispan.

    Args:
        engine: The way to it.
        proof: Who asks.
    """

    def __init__(self, engine: RestEngine, proof: Proof) -> None:
        self._engine, self._proof = engine, proof

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engine.aclose()

    async def ask(
        self,
        verb: str,
        path: str,
        content: Any = None,
        *,
        accept: Sequence[int] = DONE,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        """Ask, and once more if it wants to know who does. Otherwise as `RestEngine.ask`."""
        path = f"rest/v2/{path}"
        for _ in range(2):
            proved = {**headers, **self._proof.headers(verb, f"/{path}")}
            statuses = (*accept, _UNAUTHORIZED)
            reply = await self._engine.ask(verb, path, content, headers=proved, accept=statuses)
            if reply.status != _UNAUTHORIZED:
                return reply
            if not self._proof.challenged(reply.headers):
                break
        raise refusal(reply)
