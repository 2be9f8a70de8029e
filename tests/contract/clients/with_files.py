"""Keeps files with openai's SDK or with llama-stack-client, which has the same methods."""

from importlib import import_module

from scenarios import FACTS, raised, tell

SDKS = {"openai": ("OpenAI", "base_url"), "llama_stack_client": ("LlamaStackClient", "root")}
EXPIRES = {"anchor": "created_at", "seconds": 3600}


def files():
    """Keep files, page through them, read one back, and delete it."""
    made = [
        client.files.create(
            file=(f"{n}.jsonl", b"{}\n" * n), purpose="batch", expires_after=EXPIRES
        )
        for n in range(1, 4)
    ]
    last = made[-1].id
    listed = [file.id for file in client.files.list(purpose="batch", limit=2)]  # all pages
    got = client.files.retrieve(last)
    with client.files.with_streaming_response.content(last) as answer:
        content = answer.read().decode()
    deleted = client.files.delete(last)
    return {
        "id": got.id,
        "said": [got.filename, got.purpose, got.bytes, got.object],
        "lifetime": got.expires_at - got.created_at,
        "made": [file.id for file in made],
        "listed": listed[: len(made)],
        "content": content,
        "deleted": [deleted.id, deleted.deleted, deleted.object],
        "after": raised(lambda: client.files.retrieve(last)),
        "no_purpose": raised(lambda: client.files.create(file=("a", b"x"), purpose="nonsense")),
    }


name, place = SDKS[FACTS.sdk]
address = {"base_url": getattr(FACTS, place)}
client = getattr(import_module(FACTS.sdk), name)(**address, api_key="none", max_retries=0)
tell({"files": files})
