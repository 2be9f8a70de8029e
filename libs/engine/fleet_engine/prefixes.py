"""Which blocks of the KV cache hold which tokens, so that no prefix is computed twice.

What a token's keys and values are depends on all tokens before it, so a block is known by a chain:
the digest of its own tokens and of the digest of the block before.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from fleet_engine.cache import BLOCK_TOKENS

TokenIds = NDArray[np.int32]

DIGEST_BYTES = 16


def chained(before: bytes, tokens: TokenIds) -> bytes:
    """Return the digest of a full block, after that of the block before it.

    Args:
        before: The digest of the block before; of what the model is, for the first.
        tokens: The tokens of the block.
    """
    return blake2b(before + tokens.tobytes(), digest_size=DIGEST_BYTES).digest()


@dataclass(frozen=True)
class Found:
    """The part of a prompt that is cached."""

    blocks: list[int]
    """Full blocks, which can be shared as they are."""
    digests: list[bytes]
    """Theirs."""
    begun: int | None
    """A block that holds what comes next, and must be copied as its end differs."""
    tokens: int
    """How many tokens of the prompt are in all these blocks."""


class PrefixIndex:
    """Finds blocks by the tokens they hold.

    Args:
        count: How many blocks there are.
    """

    def __init__(self, count: int) -> None:
        self._tokens = np.zeros((count, BLOCK_TOKENS), np.int32)
        self._filled = [0] * count
        self._before = [b""] * count
        self._digest: list[bytes | None] = [None] * count
        self._full: dict[bytes, int] = {}
        self._begun: dict[tuple[bytes, int], int] = {}

    def find(self, prompt: TokenIds, root: bytes) -> Found:
        """Return the longest prefix of `prompt` that is here, its last token excepted.

        The last token is always computed: its logits begin the answer.
        """
        blocks, digests, digest = [], [], root
        wanted = prompt[:-1]
        for start in range(0, len(wanted) - BLOCK_TOKENS + 1, BLOCK_TOKENS):
            after = chained(digest, wanted[start : start + BLOCK_TOKENS])
            block = self._full.get(after)
            if block is None:
                break
            digest = after
            blocks.append(block)
            digests.append(digest)
        rest = wanted[len(blocks) * BLOCK_TOKENS :][:BLOCK_TOKENS]
        begun, same = self._begun_with(digest, rest)
        return Found(blocks, digests, begun, len(blocks) * BLOCK_TOKENS + same)

    def add(self, block: int, before: bytes, start: int, tokens: TokenIds) -> bytes | None:
        """Note that `tokens` were computed; return the block's digest if they make it full.

        Args:
            block: Where.
            before: The digest of the block before.
            start: The place of the first of them in the block; 0 begins the block anew.
            tokens: At most as many as the block has room for.
        """
        end = start + len(tokens)
        self._tokens[block, start:end] = tokens
        self._filled[block] = end
        if start == 0:
            self._before[block] = before
        # Of all blocks that begin alike the latest is the likeliest to be asked for.
        self._begun[before, int(self._tokens[block, 0])] = block
        if end < BLOCK_TOKENS:
            return None
        digest = chained(before, self._tokens[block])
        if self._full.setdefault(digest, block) == block:
            self._digest[block] = digest
        return digest

    def copied(self, source: int, target: int, tokens: int) -> None:
        """Note that `target` now begins as `source` does."""
        self._tokens[target, :tokens] = self._tokens[source, :tokens]
        self._before[target] = self._before[source]
        self._filled[target] = tokens

    def known(self, block: int) -> bool:
        """Return whether `find` may return `block`."""
        return self._digest[block] is not None or self._begun.get(self._key(block)) == block

    def forget(self, block: int) -> None:
        """Note that `block` holds nothing any more."""
        digest = self._digest[block]
        if digest is not None:
            del self._full[digest]
            self._digest[block] = None
        key = self._key(block)
        if self._begun.get(key) == block:
            del self._begun[key]
        self._filled[block] = 0

    def _key(self, block: int) -> tuple[bytes, int]:
        return self._before[block], int(self._tokens[block, 0])

    def _begun_with(self, before: bytes, rest: TokenIds) -> tuple[int | None, int]:
        """Return the block that begins as `rest` does, and how many tokens are the same."""
        block = self._begun.get((before, int(rest[0]))) if len(rest) else None
        if block is None:
            return None, 0
        length = min(len(rest), self._filled[block])
        same = self._tokens[block, :length] == rest[:length]
        return block, length if same.all() else int(same.argmin())
