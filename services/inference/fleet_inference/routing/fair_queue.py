"""An order for those who wait: by priority, then by turns among tenants, then first come, first served."""

from collections import OrderedDict
from typing import Generic, TypeVar

WaiterT = TypeVar("WaiterT")

# A dict keeps its order and forgets in constant time, which a caller who leaves the middle of a queue needs.
_Line = dict[WaiterT, None]


class FairQueue(Generic[WaiterT]):
    """Those who wait. All operations take constant time.

    Within a priority each tenant gets one turn a round, however many of its requests wait: the fair queuing of Nagle
    (RFC 970), with a request as the unit. A tenant that comes anew goes to the end of the round.

    Args:
        priorities: How many there are; 0 is the highest.
    """

    def __init__(self, priorities: int) -> None:
        self._rounds: tuple[OrderedDict[str, _Line[WaiterT]], ...] = tuple(
            OrderedDict() for _ in range(priorities)
        )
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def push(self, waiter: WaiterT, priority: int, tenant: str) -> None:
        """Put `waiter`, who is hashable and comes once, at the end of its tenant's line."""
        self._rounds[priority].setdefault(tenant, {})[waiter] = None
        self._size += 1

    def pop(self) -> WaiterT:
        """Take out whose turn it is. Raises `IndexError` if nobody waits."""
        for tenants in self._rounds:
            if tenants:
                tenant, line = next(iter(tenants.items()))
                waiter = next(iter(line))
                self._take(waiter, tenant, tenants)
                if line:
                    tenants.move_to_end(tenant)
                return waiter
        raise IndexError("nobody waits")

    def discard(self, waiter: WaiterT, priority: int, tenant: str) -> None:
        """Take out one who leaves, if it waits there."""
        tenants = self._rounds[priority]
        if waiter in tenants.get(tenant, ()):
            self._take(waiter, tenant, tenants)

    def _take(
        self, waiter: WaiterT, tenant: str, tenants: OrderedDict[str, _Line[WaiterT]]
    ) -> None:
        line = tenants[tenant]
        del line[waiter]
        self._size -= 1
        if not line:
            del tenants[tenant]
