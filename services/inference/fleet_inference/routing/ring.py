"""Consistent hashing with bounded loads: who serves a key, so that few keys move when servers come and go.

Sources: Karger et al., "Consistent Hashing and Random Trees", 1997; Mirrokni, Thorup, Zadimoghaddam, "Consistent
Hashing with Bounded Loads", 2016, https://arxiv.org/abs/1608.01350
"""

import math
from bisect import bisect
from collections.abc import Iterable, Iterator
from hashlib import blake2b

# Of each name on the ring. The shares of names differ by some 1/sqrt(POINTS).
POINTS = 160


class Ring:
    """Names around a circle, each at many points; the same names make the same ring everywhere.

    Args:
        names: Of the servers, each once.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = frozenset(names)
        points = sorted((_point(name, n), name) for name in self.names for n in range(POINTS))
        self._points = [point for point, _ in points]
        self._owners = [name for _, name in points]

    def walk(self, key: int) -> Iterator[str]:
        """Yield all names, each once, in the order in which `key`, of 64 bits, asks them."""
        start = bisect(self._points, key)
        seen: set[str] = set()
        for name in (*self._owners[start:], *self._owners[:start]) if self._owners else ():
            if name not in seen:
                seen.add(name)
                yield name


def bound(total: int, servers: int, factor: float) -> int:
    """Return the most requests that one of `servers` may have, itself included, when one more comes.

    Args:
        total: The requests that all of them have.
        servers: How many there are.
        factor: How much more than the average is allowed: 1.25 is a quarter. Over 1.
    """
    return math.ceil(factor * (total + 1) / servers)


def _point(name: str, number: int) -> int:
    return int.from_bytes(blake2b(f"{name}#{number}".encode(), digest_size=8).digest())
