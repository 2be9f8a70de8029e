"""Where a model is served, and in what order places are tried."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fleet_inference.provider import InferenceProvider, ProviderModel


@dataclass(frozen=True, slots=True)
class Target:
    """One place where a model is served, and its name there."""

    provider_id: str
    provider: InferenceProvider
    model: ProviderModel
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Route:
    """All places where a model is served.

    Attributes:
        name: The name that the caller uses.
        tiers: Targets between which weights decide, then the fallbacks in their order. None is empty.
    """

    name: str
    tiers: tuple[tuple[Target, ...], ...]

    @property
    def first(self) -> Target:
        """The place that speaks for the model where one must."""
        return self.tiers[0][0]

    @property
    def alone(self) -> bool:
        """Whether there is but one place."""
        return len(self.tiers) == 1 and len(self.tiers[0]) == 1


def chosen(targets: Sequence[Target], chance: Callable[[], float] = random.random) -> Target:
    """Return one of `targets`, each as often as its weight says; `chance` returns a number in [0, 1)."""
    if len(targets) == 1:
        return targets[0]
    left = chance() * sum(target.weight for target in targets)
    for target in targets:
        left -= target.weight
        if left < 0:
            return target
    return targets[-1]  # what rounding left over
