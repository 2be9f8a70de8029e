"""Keeps files and searches them with llama-stack-client."""

import documents
from llama_stack_client import LlamaStackClient
from scenarios import FACTS, tell

CHUNK = {
    "chunk_id": "one",
    "content": "Whales are mammals.",
    "metadata": {"page": 3},
    "chunk_metadata": {"document_id": "book"},
}


class Documents(documents.Documents):
    """And what only this SDK can."""

    def chunks(self):
        """Put a chunk in as it is, without a vector, and find it."""
        with self._store() as store:
            chunk = {**CHUNK, "embedding": [], "embedding_model": "encoder"}
            io = self._client.vector_io
            io.insert(vector_store_id=store, chunks=[{**chunk, "embedding_dimension": 384}])
            found = io.query(vector_store_id=store, query="whales", params={"max_chunks": 1})
            return {
                "chunks": [[each.chunk_id, each.content, each.metadata] for each in found.chunks],
                "documents": [each.chunk_metadata.document_id for each in found.chunks],
                "lengths": [len(each.embedding) for each in found.chunks],
                "scores": found.scores,
            }


client = LlamaStackClient(base_url=FACTS.root, max_retries=0, timeout=120)
tell(Documents(client).all())
