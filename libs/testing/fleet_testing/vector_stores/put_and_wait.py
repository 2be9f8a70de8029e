"""Puts chunks into a store, says so, and waits to be killed.

python -m fleet_testing.vector_stores.put_and_wait inline::faiss '{"db_path": "…"}' vs_1
"""

import asyncio
import json
import sys

from fleet_runtime.config import validate
from fleet_runtime.providers import find
from fleet_testing.vector_stores.samples import DIMENSION, numbered
from fleet_vector_io.provider import Collection, Selection

PUT = 300
"""How many chunks are put in, `c0` and so on."""
DELETED = "c0"
"""Which one of them is deleted again."""


async def main(name: str, config: str, collection_id: str) -> None:
    """Put, delete, say `done`, and wait."""
    kind = find("fleet.vector_io", name)
    store = kind(validate(kind.Config, json.loads(config)))
    collection = Collection(collection_id, DIMENSION)
    await store.create(collection)
    await store.put(collection, numbered(PUT))
    await store.delete(collection, Selection(ids=[DELETED]))
    sys.stdout.write("done\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
