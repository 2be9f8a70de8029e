"""Running sequences, and the blocks of the KV cache that they hold."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fleet_engine.blocks import BlockPool
from fleet_engine.cache import BLOCK_TOKENS
from fleet_engine.prefixes import Found, PrefixIndex, TokenIds

# A prefix that is shorter is cheaper to compute again than to wait for.
SHORTEST_AWAITED = 16


@dataclass(eq=False)
class Sequence:
    """The tokens of one generation, of which the first `computed` have their keys and values."""

    tokens: TokenIds
    """As many as it may come to; the first `known` are set."""
    table: NDArray[np.int32]
    """Its blocks, in order; the first `blocks` are set."""
    root: bytes
    """What the model is that computes it, for the chain of digests."""
    known: int = 0
    computed: int = 0
    blocks: int = 0
    digests: list[bytes] = field(default_factory=list)
    """Of the full blocks."""

    @property
    def pending(self) -> int:
        """Return how many tokens are still to be computed: one while answering."""
        return self.known - self.computed

    def append(self, token: int) -> None:
        """Add a token that is still to be computed."""
        self.tokens[self.known] = token
        self.known += 1

    def same(self, prompt: TokenIds) -> int:
        """Return how many leading tokens of `prompt` are the same here."""
        length = min(len(prompt), self.known)
        same = self.tokens[:length] == prompt[:length]
        return length if same.all() else int(same.argmin())


class Blocks(Protocol):
    """The blocks of a cache."""

    @property
    def blocks(self) -> int:
        """Return how many there are."""
        ...

    def copy(self, source: int, target: int, tokens: int) -> None:
        """Copy the first `tokens` of one block to another."""
        ...


class Sequences:
    """Gives blocks to sequences. What was computed in them stays findable until they are needed.

    Args:
        cache: The blocks themselves.
    """

    def __init__(self, cache: Blocks) -> None:
        self._cache = cache
        self._pool = BlockPool(cache.blocks)
        self._index = PrefixIndex(cache.blocks)
        self._running: dict[Sequence, None] = {}

    @property
    def used(self) -> float:
        """Return the part of the cache that running sequences hold, from 0 to 1."""
        return 1 - self._pool.free / self._pool.count

    def awaits(self, prompt: TokenIds, root: bytes) -> bool:
        """Return whether a running sequence will soon have computed a longer prefix of `prompt`."""
        prefix = prompt[:-1]
        filling = (s for s in self._running if s.pending > 1 and s.root == root)
        coming = max((sequence.same(prefix) for sequence in filling), default=0)
        if coming < SHORTEST_AWAITED:
            return False
        return coming >= self._index.find(prompt, root).tokens + SHORTEST_AWAITED

    def admit(self, prompt: TokenIds, root: bytes, limit: int) -> Sequence | None:
        """Return a sequence that begins with `prompt`, its cached prefix already computed.

        Returns `None` if there are not enough blocks for it, and one more for each that runs.

        Args:
            prompt: What is known of it.
            root: What the model is.
            limit: The most tokens that it comes to.
        """
        found = self._index.find(prompt, root)
        held = [*found.blocks] if found.begun is None else [*found.blocks, found.begun]
        resting = sum(not self._pool.held(block) for block in held)
        wanted = _blocks(len(prompt)) - len(found.blocks) + resting
        if wanted + len(self._running) > self._pool.free:
            if self._running:
                return None
            # Alone it always fits, but a block to copy from may be one too many.
            found = _without_begun(found)
        sequence = Sequence(np.zeros(limit, np.int32), np.zeros(_blocks(limit), np.int32), root)
        self._share(sequence, found)
        sequence.tokens[: len(prompt)] = prompt
        sequence.known, sequence.computed = len(prompt), found.tokens
        self._running[sequence] = None
        self._grow(sequence, _blocks(sequence.known))
        return sequence

    def extend(self, sequence: Sequence) -> bool:
        """Make room for the tokens that are known; return whether there were enough blocks."""
        missing = _blocks(sequence.known) - sequence.blocks
        if missing > self._pool.free:
            return False
        self._grow(sequence, sequence.blocks + missing)
        return True

    def advance(self, sequence: Sequence, end: int) -> None:
        """Note that the tokens before `end` have their keys and values now."""
        at = sequence.computed
        while at < end:
            number, start = divmod(at, BLOCK_TOKENS)
            stop = min(end, at - start + BLOCK_TOKENS)
            before = sequence.digests[-1] if number else sequence.root
            block = int(sequence.table[number])
            digest = self._index.add(block, before, start, sequence.tokens[at:stop])
            if digest is not None:
                sequence.digests.append(digest)
            at = stop
        sequence.computed = end

    def free(self, sequence: Sequence) -> None:
        """Give all blocks back, so that the end of the sequence is taken before its beginning."""
        del self._running[sequence]
        for block in reversed(sequence.table[: sequence.blocks].tolist()):
            self._pool.release(block, worth_keeping=self._index.known(block))
        sequence.blocks = 0

    def _share(self, sequence: Sequence, found: Found) -> None:
        """Begin a sequence with the blocks that were found."""
        for number, block in enumerate(found.blocks):
            self._pool.hold(block)
            sequence.table[number] = block
        sequence.blocks = len(found.blocks)
        sequence.digests = found.digests
        if found.begun is None:
            return
        same = found.tokens - len(found.blocks) * BLOCK_TOKENS
        self._pool.hold(found.begun)
        self._grow(sequence, sequence.blocks + 1)
        copy = int(sequence.table[sequence.blocks - 1])
        self._cache.copy(found.begun, copy, same)
        self._index.copied(found.begun, copy, same)
        self._pool.release(found.begun, worth_keeping=True)

    def _grow(self, sequence: Sequence, blocks: int) -> None:
        """Take new blocks until the sequence has so many."""
        for number in range(sequence.blocks, blocks):
            block = self._pool.take()
            self._index.forget(block)
            sequence.table[number] = block
        sequence.blocks = max(sequence.blocks, blocks)


def _blocks(tokens: int) -> int:
    """Return how many blocks hold so many tokens."""
    return -(-tokens // BLOCK_TOKENS)


def _without_begun(found: Found) -> Found:
    return Found(found.blocks, found.digests, None, len(found.blocks) * BLOCK_TOKENS)
