"""Which replica gets a request."""

import random
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Literal, Protocol, TypeAlias

from fleet_inference.routing.prefix import Prefix
from fleet_inference.routing.replica import Replica
from fleet_inference.routing.ring import Ring, bound

Replicas: TypeAlias = Mapping[str, Replica]
"""Some replicas, by their addresses."""

Choice: TypeAlias = tuple[Replica, str]
"""A replica, and the reason for it."""

PolicyName: TypeAlias = Literal["prefix", "least_loaded", "round_robin"]


class Policy(Protocol):
    """A way to choose."""

    def choose(self, known: Replicas, able: Replicas, prefix: Prefix) -> Choice:
        """Return one of the replicas that are `able`, which are some of those that are `known`."""
        ...


class ByPrefix:
    """Gives a prefix to the replica that has cached it, as long as that is not crowded.

    Args:
        factor: How much more than the average a replica may have before a prefix leaves it.
        free: So many requests a replica may have in any case: a batch of them costs little more than one.
    """

    def __init__(self, factor: float, free: int) -> None:
        self._factor, self._free = factor, free
        self._ring = Ring()

    def choose(self, known: Replicas, able: Replicas, prefix: Prefix) -> Choice:
        """Return the shared prefix's own replica, else the conversation's, else who comes next for that."""
        keys = prefix() if len(able) > 1 else None
        if keys is None:
            return least_loaded(list(able.values())), "load"
        if self._ring.names != known.keys():
            self._ring = Ring(known)
        total = sum(replica.load for replica in able.values())
        most = max(self._free, bound(total, len(able), self._factor))
        shared, own = keys
        owner = next(able[name] for name in self._ring.walk(shared) if name in able)
        if _takes(owner, most):
            return owner, "prefix"
        for name in self._ring.walk(own):
            if name in able and _takes(able[name], most):
                return able[name], "spilled"
        return least_loaded(list(able.values())), "load"


def _takes(replica: Replica, most: int) -> bool:
    """Return whether `replica` may have one more, where `most` may be had."""
    return replica.load < most and not replica.full


class ByLoad:
    """Gives each request to who has the least."""

    def choose(self, known: Replicas, able: Replicas, prefix: Prefix) -> Choice:
        """Return the least loaded."""
        del known, prefix
        return least_loaded(list(able.values())), "load"


class ByTurns:
    """Gives each its turn."""

    def __init__(self) -> None:
        self._turns = count()

    def choose(self, known: Replicas, able: Replicas, prefix: Prefix) -> Choice:
        """Return the next one."""
        del known, prefix
        replicas = list(able.values())
        return replicas[next(self._turns) % len(replicas)], "turn"


def least_loaded(replicas: Sequence[Replica]) -> Replica:
    """Return the replica with the least load; any of those, so that routers that know the same do not act the same."""
    if len(replicas) == 1:
        return replicas[0]
    least = min(replica.load for replica in replicas)
    return random.choice([r for r in replicas if r.load == least])  # noqa: S311 - no secret


def policy_of(name: PolicyName, factor: float, free: int) -> Policy:
    """Return the policy that the config names."""
    if name == "prefix":
        return ByPrefix(factor, free)
    return ByLoad() if name == "least_loaded" else ByTurns()
