"""What a person sees when a fleet is ready."""

import json
import urllib.error
import urllib.request
from typing import Any

TIMEOUT = 5.0

LATER = "[bold]llama stack[/] status [dim]·[/] logs -f [dim]·[/] stop"


def greeting(url: str | None, *, detached: bool) -> str:
    """Say where the fleet is, and what to paste to see it answer. `url` is the gateway's."""
    after = LATER if detached else "[dim]Ctrl-C stops it[/]"
    if url is None:
        return f"\nThe fleet is ready; nothing of it is exposed.\n\n{after}\n"
    return f"\nThe fleet is ready at [bold]{url}/v1[/]\n\n{_example(url)}\n\n{after}\n"


def _example(url: str) -> str:
    """Return a command that works when it is pasted."""
    model = _chat_model(url)
    if model is None:
        return f"  curl {url}/v1/models"
    # Small models ramble unless they take the likeliest words.
    question = {"role": "user", "content": "What is the capital of France?"}
    body = {"model": model, "messages": [question], "temperature": 0}
    return (
        f"  curl {url}/v1/chat/completions \\\n"
        "    -H 'content-type: application/json' \\\n"
        f"    -d '{json.dumps(body)}'"
    ).replace("[", r"\[")


def _chat_model(url: str) -> str | None:
    """Ask the fleet for a model that chats."""
    try:
        with urllib.request.urlopen(f"{url}/v1/models", timeout=TIMEOUT) as answer:  # noqa: S310
            models = json.load(answer)["data"]
    except (OSError, ValueError, KeyError):
        return None
    return next((str(model["id"]) for model in models if _chats(model)), None)


def _chats(model: dict[str, Any]) -> bool:
    metadata = model.get("custom_metadata") or {}
    return bool(metadata.get("model_type", "llm") == "llm")
