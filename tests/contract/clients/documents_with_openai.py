"""Keeps files and searches them with the openai SDK, 2.x and 3.x."""

import documents
import openai
from scenarios import FACTS, raised, tell


class Documents(documents.Documents):
    """And what only this SDK can."""

    def polled(self):
        """Have the SDK wait until files are in, which it does by the store's own words."""
        with self._store() as store:
            ids = [self._upload(f"{n}.txt", f"Text number {n}.").id for n in range(3)]
            one = self._stores.files.create_and_poll(vector_store_id=store, file_id=ids[0])
            batch = self._stores.file_batches.create_and_poll(
                vector_store_id=store, file_ids=ids[1:]
            )
            return [one.status, batch.status, batch.file_counts.completed]

    def paged(self):
        """Walk over all files of a store, a page after the other."""
        with self._store() as store:
            ids = [self._upload(f"{n}.txt", f"Text number {n}.").id for n in range(3)]
            self._stores.file_batches.create_and_poll(vector_store_id=store, file_ids=ids)
            pages = self._stores.files.list(store, limit=2, order="asc")
            return [sorted(file.id for file in pages) == sorted(ids), len(pages.data)]

    def refused(self):
        """Ask for what cannot be."""
        overlap = {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 150}
        chunking = {"type": "static", "static": overlap}
        return {
            "overlap": raised(lambda: self._stores.create(chunking_strategy=chunking)),
            "file": raised(lambda: self._stores.create(file_ids=["file-nope"])),
            "model": raised(lambda: self._stores.create(extra_body={"embedding_model": "nope"})),
        }


client = openai.OpenAI(base_url=FACTS.base_url, api_key="none", max_retries=0, timeout=120)
tell(Documents(client).all())
