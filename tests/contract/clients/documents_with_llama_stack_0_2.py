"""Keeps documents with llama-stack-client 0.2, over the vector databases and the RAG tool of its time."""

import llama_stack_client
from scenarios import FACTS, raised, tell

DOCUMENTS = [
    {"document_id": "w", "content": "Whales are mammals.", "metadata": {"topic": "sea"}},
    {"document_id": "b", "content": "Bread is made of flour.", "metadata": {"topic": "food"}},
]
NAME = "my_docs"

client = llama_stack_client.LlamaStackClient(
    base_url=FACTS.root, api_key="none", max_retries=0, timeout=120
)
databases, tool = client.vector_dbs, client.tool_runtime.rag_tool


def rag():
    made = databases.register(vector_db_id=NAME, embedding_model="encoder")
    listed = [each.identifier for each in databases.list()]
    got = databases.retrieve(NAME)
    tool.insert(documents=DOCUMENTS, vector_db_id=NAME, chunk_size_in_tokens=512)
    found = tool.query(content="animals of the ocean", vector_db_ids=[NAME])
    databases.unregister(NAME)
    return {
        "made": [made.identifier, made.embedding_model, made.embedding_dimension],
        "listed": NAME in listed,
        "got": [got.identifier, got.type],
        "documents": found.metadata["document_ids"],
        "chunks": found.metadata["chunks"],
        "text": "".join(item.text for item in found.content),
        "after": raised(lambda: databases.retrieve(NAME)),
        "query after": raised(lambda: tool.query(content="a", vector_db_ids=[NAME])),
    }


tell({"rag": rag})
