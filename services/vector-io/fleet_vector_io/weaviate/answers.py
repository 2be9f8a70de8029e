"""What Weaviate answers, but to questions in GraphQL.

Format: https://docs.weaviate.io/weaviate/api/rest
"""

from typing import Any

import msgspec

from fleet_runtime.errors import UpstreamFailed


class _Property(msgspec.Struct):
    name: str


class Class(msgspec.Struct):
    """The answer to `GET /v1/schema/{class}`."""

    properties: list[_Property]


class _Result(msgspec.Struct):
    status: str = "SUCCESS"
    errors: Any = None


class Item(msgspec.Struct):
    """What became of an object of a batch."""

    result: _Result

    def check(self) -> None:
        """Raise `UpstreamFailed` unless it is in."""
        if self.result.status != "SUCCESS":
            reason = msgspec.json.encode(self.result.errors).decode()
            raise UpstreamFailed(f"Weaviate refused a chunk: {reason}", status=502)


class _Results(msgspec.Struct):
    matches: int
    limit: int
    failed: int = 0


class Deleted(msgspec.Struct):
    """The answer to the deletion of a batch, which ends at `limit` objects."""

    results: _Results
