"""Runs batches with openai's SDK or with llama-stack-client, which has the same methods."""

import json
import time
from importlib import import_module

from scenarios import FACTS, PATIENCE, raised, tell

SDKS = {"openai": ("OpenAI", "base_url"), "llama_stack_client": ("LlamaStackClient", "root")}
CHAT = "/v1/chat/completions"
ENDED = ("completed", "failed", "expired", "cancelled")


def chat(custom_id, text, model=FACTS.chat, **more):
    """Return a line that says `text`."""
    body = {"model": model, "messages": [{"role": "user", "content": text}], **more}
    return {"custom_id": custom_id, "method": "POST", "url": CHAT, "body": body}


def begin(*lines, endpoint=CHAT, **fields):
    """Upload lines, and return a batch of them."""
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    file = client.files.create(file=("lines.jsonl", data), purpose="batch")
    return client.batches.create(
        input_file_id=file.id, endpoint=endpoint, completion_window="24h", **fields
    )


def ended(batch):
    """Return a batch when it has ended."""
    end = time.monotonic() + PATIENCE
    while batch.status not in ENDED:
        if time.monotonic() > end:
            raise TimeoutError(batch.status)
        time.sleep(0.1)
        batch = client.batches.retrieve(batch.id)
    return batch


def written(file_id):
    """Return the lines of a file."""
    if file_id is None:
        return []
    with client.files.with_streaming_response.content(file_id) as answer:
        return [json.loads(line) for line in answer.read().decode().splitlines()]


def answered():
    """Have two lines answered and one refused, and look at both files."""
    lines = (
        chat("a", "Hello there"),
        chat("b", "No.", tool_choice="auto"),
        chat("c", "Good night"),
    )
    begun = begin(*lines, metadata={"team": "owls"})
    batch = ended(begun)
    listed = [each.id for each in client.batches.list(limit=1)]
    return {
        "begun": begun.status,
        "status": batch.status,
        "counts": [
            batch.request_counts.total,
            batch.request_counts.completed,
            batch.request_counts.failed,
        ],
        "metadata": batch.metadata,
        "window": batch.expires_at - batch.created_at,
        "output": written(batch.output_file_id),
        "errors": written(batch.error_file_id),
        "is_listed": begun.id in listed,
    }


def other_endpoints():
    """Have vectors made, and a response."""
    embed = {"model": FACTS.embedding, "input": "Hello there"}
    ask = {"model": FACTS.chat, "input": "Hello there"}
    seen = []
    for url, body in (("/v1/embeddings", embed), ("/v1/responses", ask)):
        line = {"custom_id": "a", "method": "POST", "url": url, "body": body}
        batch = ended(begin(line, endpoint=url))
        seen += [
            [batch.status, each["response"]["body"]["object"]]
            for each in written(batch.output_file_id)
        ]
    return seen


def bad_lines():
    """Have lines refused before any is asked."""
    batch = ended(begin(chat("a", "Hi"), chat("a", "Hi"), chat("c", "Hi", "nobody")))
    return [batch.status, [[each.line, each.code, each.param] for each in batch.errors.data]]


def cancelled():
    """Cancel a batch whose model does not answer, and one that has ended."""
    begun = begin(chat("a", "Hi", "silent"))
    cancelling = client.batches.cancel(begun.id)
    done = ended(begin(chat("a", "Hi")))
    return {
        "status": cancelling.status,
        "after": raised(lambda: client.batches.cancel(done.id)),
        "nobody": raised(lambda: client.batches.retrieve("batch_x")),
    }


def sent_again():
    """Send the same request twice."""
    keys = {"extra_body": {"idempotency_key": f"key-{time.time()}"}}
    file = client.files.create(
        file=("a.jsonl", json.dumps(chat("a", "Hi")).encode()), purpose="batch"
    )
    fields = {"input_file_id": file.id, "endpoint": CHAT, "completion_window": "24h"}
    first, second = (client.batches.create(**fields, **keys) for _ in range(2))
    other = raised(lambda: client.batches.create(**fields, metadata={"a": "b"}, **keys))
    return {"same": first.id == second.id, "other": other}


name, place = SDKS[FACTS.sdk]
address = {"base_url": getattr(FACTS, place)}
client = getattr(import_module(FACTS.sdk), name)(**address, api_key="none", max_retries=0)
tell(
    {
        scenario.__name__: scenario
        for scenario in (answered, other_endpoints, bad_lines, cancelled, sent_again)
    }
)
