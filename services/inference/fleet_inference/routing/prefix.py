"""What prompts have in common, told from their text alone: whoever shares a prefix should share a replica's KV cache.

Engines cache a prompt in blocks of tokens, each named by the hash of all before it; a router has no tokenizer, and
takes blocks of characters, as the prefix scorer of the Gateway API inference extension does:
https://gateway-api-inference-extension.sigs.k8s.io/guides/epp-configuration/prefix-aware/

There are two keys, and no memory: routers agree because they compute the same.

- The shared one is of the first blocks of the system prompt, or where that is short, of the whole beginning. So those
  who share instructions share a replica, and each replica caches its part of all instructions.
- The own one is of the whole beginning: all up to the first question, which stays as the conversation grows. So a
  conversation that has to leave the crowded replica of its instructions stays together all the same.
"""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import TypeAlias

from fleet.inference.v1 import messages as m

Keys: TypeAlias = tuple[int, int]
"""The shared key and the own one, of 64 bits each."""

Prefix: TypeAlias = Callable[[], Keys | None]
"""Returns the keys of a prompt, when somebody needs them; none if it has none."""

# In characters: some 64 tokens. What is shorter than one block is not worth caching.
BLOCK = 256
# In characters: where instructions differ at all, they do so by then.
SHARED = 4 * BLOCK
# In characters: where conversations differ at all, they do so by then.
OWN = 32 * BLOCK

_INSTRUCTIONS = ("system", "developer")


def chat_keys(request: m.ChatCompletionRequest) -> Keys | None:
    """Return the keys of a conversation; none if it begins with less than a block."""
    instructions, beginning = "", ""
    for message in request.messages:
        if message.role not in _INSTRUCTIONS:
            beginning = instructions + _text(message)
            break
        instructions += _text(message)
    beginning = beginning or instructions
    return _keys(request.model, instructions, beginning)


def completion_keys(request: m.CompletionRequest) -> Keys | None:
    """Return the keys of a text to be continued, the first of several; none if it is shorter than a block."""
    prompt = request.prompt
    first = prompt if isinstance(prompt, str) or not prompt else prompt[0]
    if isinstance(first, str):
        return _keys(request.model, "", first[:OWN])
    tokens = first if isinstance(first, list) else prompt[:OWN]
    return _keys(request.model, "", ",".join(map(str, tokens[:OWN])))


def _keys(model: str, instructions: str, beginning: str) -> Keys | None:
    shared = instructions if len(instructions) >= BLOCK else beginning
    if len(shared) < BLOCK:
        return None
    return _hash(model, _blocks(shared, SHARED)), _hash(model, _blocks(beginning, OWN))


def _blocks(text: str, most: int) -> str:
    """Return the whole blocks of `text`, up to `most` characters."""
    return text[: min(len(text) // BLOCK * BLOCK, most)]


def _hash(model: str, text: str) -> int:
    # Python's own differs from process to process.
    digest = blake2b(f"{model}\0{text}".encode(errors="surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest())


def _text(message: m.ChatMessage) -> str:
    """Return what `message` says, up to what counts."""
    return "".join(_pieces(message))[:OWN]


def _pieces(message: m.ChatMessage) -> Iterator[str]:
    if isinstance(message.content, str):
        yield message.content
    elif message.content:
        for part in message.content:
            # An image is cached like a text, by what it is.
            yield part.text or (part.image_url.url[:OWN] if part.image_url else "")
