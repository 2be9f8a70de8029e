"""What Infinispan answers to queries.

Format: https://infinispan.org/docs/stable/titles/rest/rest.html
"""

from typing import Any

import msgspec

from fleet_vector_io.infinispan.entities import Entity
from fleet_vector_io.provider import Hit


class Scored(msgspec.Struct):
    """An entity, and how well it fits."""

    entity: Entity = msgspec.field(name="*")
    score: float = msgspec.field(name="score()")

    def hit(self, score: float) -> Hit:
        """Return the chunk with a score."""
        return Hit(self.entity.chunk(with_vector=False), score)


class _Result(msgspec.Struct):
    hit: dict[str, Any]


class Found(msgspec.Struct):
    """The answer to a query."""

    hits: list[_Result]
