"""Scenarios of files and vector stores, for all SDKs whose methods have OpenAI's names."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from scenarios import raised

WHALES = "Whales are mammals. They live in the sea."
BREAD = "Bread is made of flour and water."
QUERY = "animals of the ocean"
PATIENCE = 60.0


class Documents:
    """Each public method is a scenario, played with `client`."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._stores = client.vector_stores

    def all(self) -> dict[str, Callable[[], Any]]:
        """Return the scenarios by name."""
        names = [name for name in dir(self) if not name.startswith("_") and name != "all"]
        return {name: getattr(self, name) for name in names}

    def files(self):
        """Keep a file, read it and delete it."""
        files = self._client.files
        made = self._upload("whales.txt", WHALES)
        content = files.content(made.id)
        return {
            "made": [made.object, made.filename, made.purpose, made.bytes],
            "got": files.retrieve(made.id).id == made.id,
            "listed": made.id in [file.id for file in files.list(limit=100).data],
            "content": content if isinstance(content, str) else content.read().decode(),
            "deleted": files.delete(made.id).deleted,
            "after": raised(lambda: files.retrieve(made.id)),
            "no such purpose": raised(lambda: self._upload("a.txt", "a", purpose="nope")),
        }

    def stores(self):
        """Make a store, change it and delete it."""
        stores = self._stores
        made = stores.create(name="first", metadata={"topic": "sea"})
        updated = stores.update(made.id, name="second", metadata={"topic": "food"})
        return {
            "made": [made.object, made.name, made.status, made.metadata["topic"]],
            "updated": [updated.name, updated.metadata["topic"]],
            "got": stores.retrieve(made.id).name,
            "listed": made.id in [store.id for store in stores.list(limit=100).data],
            "deleted": stores.delete(made.id).deleted,
            "after": raised(lambda: stores.retrieve(made.id)),
            "search after": raised(lambda: stores.search(made.id, query=QUERY)),
        }

    def attached(self):
        """Put a file in, look at it, change its attributes and take it out."""
        with self._store() as store:
            file = self._upload("whales.txt", WHALES)
            made = self._attach(store, file.id, {"kind": "sea"})
            of_store = self._stores.files
            got = of_store.retrieve(vector_store_id=store, file_id=file.id)
            updated = of_store.update(
                vector_store_id=store, file_id=file.id, attributes={"kind": "whale"}
            )
            content = of_store.content(vector_store_id=store, file_id=file.id)
            listed = of_store.list(vector_store_id=store, filter="completed")
            found = self._found(store)
            deleted = of_store.delete(vector_store_id=store, file_id=file.id)
            return {
                "made": [made.id == file.id, made.status, made.last_error, _plain(made.attributes)],
                "got": [got.id == file.id, got.status, got.usage_bytes > len(WHALES)],
                "updated": _plain(updated.attributes),
                "content": [[piece.type, piece.text] for piece in content.data],
                "listed": [each.id == file.id for each in listed.data],
                "found": [[each.file_id == file.id, _plain(each.attributes)] for each in found],
                "deleted": deleted.deleted,
                "found after": len(self._found(store)),
                "after": raised(lambda: of_store.retrieve(vector_store_id=store, file_id=file.id)),
            }

    def nothing_to_attach(self):
        """Attach a file that is not there."""
        with self._store() as store:
            return raised(lambda: self._attach(store, "file-nope", {}))

    def search(self):
        """Search by meaning, with filters, and with what ranks."""
        with self._filled() as store:
            either = [
                {"type": "eq", "key": "kind", "value": "sea"},
                {"type": "gte", "key": "year", "value": 2000},
            ]
            ranked = {"ranker": "rrf", "score_threshold": 0.99}
            everything = self._found(store)
            return {
                "names": [hit.filename for hit in everything],
                "scores": [hit.score for hit in everything],
                "texts": [hit.content[0].text for hit in everything],
                "limited": len(self._found(store, max_num_results=1)),
                "sea": self._names(store, filters=either[0]),
                "new": self._names(store, filters=either[1]),
                "both": self._names(store, filters={"type": "and", "filters": either}),
                "either": self._names(store, filters={"type": "or", "filters": either}),
                "threshold": self._names(store, ranking_options=ranked),
                "bad filter": raised(lambda: self._found(store, filters={"type": "like"})),
            }

    def batch(self):
        """Put files in together, and look at them."""
        with self._store() as store:
            ids = [self._upload(f"{n}.txt", f"Text number {n}.").id for n in range(3)]
            batches = self._stores.file_batches
            made = batches.create(vector_store_id=store, file_ids=ids)
            place = {"vector_store_id": store, "batch_id": made.id}
            done = self._polled(lambda: batches.retrieve(**place))
            listed = batches.list_files(**place)
            return {
                "made": [made.object, made.file_counts.total],
                "done": [done.status, done.file_counts.completed, done.file_counts.failed],
                "listed": sorted(file.id for file in listed.data) == sorted(ids),
                "cancelled when done": batches.cancel(**place).status,
                "after": raised(lambda: batches.retrieve(vector_store_id=store, batch_id="nope")),
            }

    def cancelled_batch(self):
        """Cancel a batch at once: what was in is in, and the rest is not."""
        with self._store() as store:
            ids = [self._upload(f"{n}.txt", f"Text number {n}.").id for n in range(12)]
            batches = self._stores.file_batches
            made = batches.create(vector_store_id=store, file_ids=ids)
            ended = batches.cancel(vector_store_id=store, batch_id=made.id)
            counts = ended.file_counts
            return [ended.status, counts.in_progress, counts.cancelled + counts.completed]

    @contextmanager
    def _store(self, **more: Any) -> Iterator[str]:
        store = self._stores.create(name="documents", **more).id
        yield store
        self._stores.delete(store)

    @contextmanager
    def _filled(self) -> Iterator[str]:
        """Yield a store with a file of each kind."""
        with self._store() as store:
            for name, text, year in (("whales", WHALES, 1999), ("bread", BREAD, 2024)):
                kind = "food" if name == "bread" else "sea"
                file = self._upload(f"{name}.txt", text)
                self._attach(store, file.id, {"kind": kind, "year": year})
            yield store

    def _upload(self, name: str, text: str, purpose: str = "assistants") -> Any:
        return self._client.files.create(file=(name, text.encode()), purpose=purpose)

    def _attach(self, store: str, file: str, attributes: dict[str, Any]) -> Any:
        return self._stores.files.create(vector_store_id=store, file_id=file, attributes=attributes)

    def _found(self, store: str, **more: Any) -> list[Any]:
        return list(self._stores.search(store, query=QUERY, **more).data)

    def _names(self, store: str, **more: Any) -> list[str]:
        return sorted(hit.filename for hit in self._found(store, **more))

    def _polled(self, get: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE
        while (batch := get()).status == "in_progress" and time.monotonic() < deadline:
            time.sleep(0.1)
        return batch


def _plain(attributes: Any) -> Any:
    """Return attributes as JSON has them; ogx-client wraps their values."""
    return {key: getattr(value, "actual_instance", value) for key, value in attributes.items()}
