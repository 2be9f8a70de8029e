"""A fake of NVIDIA NeMo's Entity Store and Data Store, as one server.

Formats: https://docs.nvidia.com/nemo/microservices/latest/api/entity-store.html and https://huggingface.co/docs/hub/api
"""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import rest_server, said

_TREE = "/v1/hf/api/datasets/"
_RESOLVE = "/v1/hf/datasets/"
_ENTITIES = "/v1/datasets"


@dataclass
class NemoStores:
    """The stores.

    Attributes:
        files: What is in each repository's version `main`: bytes by path, by the repository's name.
        elsewhere: The files whose bytes another server has: its addresses by path.
        key: The key that it lets in. Anybody is if it is `None`.
        entities: The datasets that the Entity Store knows, by namespace and name.
        seen: Every request, in order.
    """

    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    key: str | None = None
    entities: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def answer(self, seen: Seen) -> Canned:
        """Answer a request."""
        self.seen.append(seen)
        if self.key and seen.headers.get("authorization") != f"Bearer {self.key}":
            return said({"detail": "no such key"}, 401)
        if seen.path.startswith(_TREE):
            return self._tree(seen.path.removeprefix(_TREE))
        if seen.path.startswith(_RESOLVE):
            return self._file(seen.path.removeprefix(_RESOLVE))
        if seen.path.startswith(_ENTITIES):
            return self._entity(seen)
        return said({"detail": "no such path"}, 404)

    def _tree(self, path: str) -> Canned:
        repository, _, revision = path.partition("/tree/")
        if repository not in self.files or revision != "main":
            return said({"error": "Repository not found"}, 404)
        there = self.files[repository]
        return said([{"type": "file", "path": each, "size": len(there[each])} for each in there])

    def _file(self, path: str) -> Canned:
        repository, _, rest = path.partition("/resolve/main/")
        if rest in self.elsewhere:
            return Canned(b"", 302, {"location": self.elsewhere[rest]})
        found = self.files.get(repository, {}).get(rest)
        if found is None:
            return said({"error": "Entry not found"}, 404)
        return Canned(found, headers={"content-type": "application/octet-stream"})

    def _entity(self, seen: Seen) -> Canned:
        if seen.method == "POST":
            told = json.loads(seen.body)
            name = f"{told['namespace']}/{told['name']}"
            if name in self.entities:
                return said({"detail": "already exists"}, 409)
            self.entities[name] = told
            return said(told)
        found = self.entities.pop(seen.path.removeprefix(f"{_ENTITIES}/"), None)
        return said({"message": "deleted"}) if found else said({"detail": "not found"}, 404)


@asynccontextmanager
async def nemo_stores(stores: NemoStores) -> AsyncGenerator[str, None]:
    """Serve the stores, and yield their address."""
    async with rest_server(stores.answer) as address:
        yield address
