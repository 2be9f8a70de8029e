"""Who holds which block of the KV cache."""

from collections import OrderedDict


class BlockPool:
    """Counts the holders of each block, and says which block to take next.

    A block that nobody holds any more rests with what it holds, and may be held again. New blocks
    come from those that hold nothing, then from those that have rested longest.

    Args:
        count: How many blocks there are.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._holders = [0] * count
        self._blank = [*range(count - 1, -1, -1)]
        self._resting: OrderedDict[int, None] = OrderedDict()

    @property
    def free(self) -> int:
        """Return how many blocks nobody holds."""
        return len(self._blank) + len(self._resting)

    def held(self, block: int) -> bool:
        """Return whether anybody holds `block`."""
        return self._holders[block] > 0

    def take(self) -> int:
        """Return a block with one holder; what it held is to be forgotten. One must be free."""
        block = self._blank.pop() if self._blank else self._resting.popitem(last=False)[0]
        self._holders[block] = 1
        return block

    def hold(self, block: int) -> None:
        """Add a holder of a block that is held, or rests."""
        self._resting.pop(block, None)
        self._holders[block] += 1

    def release(self, block: int, *, worth_keeping: bool) -> None:
        """Take a holder away; let the block rest after the last one if it is `worth_keeping`."""
        self._holders[block] -= 1
        if self._holders[block]:
            return
        if worth_keeping:
            self._resting[block] = None
        else:
            self._blank.append(block)
