"""All benchmarks: those of the config, and those that callers registered."""

from collections.abc import Mapping

from fleet_eval.benchmarks.benchmark import Benchmark
from fleet_eval.benchmarks.provider import EvalProvider
from fleet_runtime.call import Call
from fleet_runtime.errors import Conflict, InvalidArgument, NotFound
from fleet_runtime.providers import Opened
from fleet_runtime.store.registered import Registered, first_and_registered, register


class Benchmarks:
    """Knows the benchmarks, and who runs them.

    Args:
        configured: The config's, in its order.
        kept: Those that callers registered.
        providers: Who runs benchmarks, by id.
    """

    def __init__(
        self,
        configured: Mapping[str, Benchmark],
        kept: Registered[Benchmark],
        providers: Mapping[str, Opened[EvalProvider]],
    ) -> None:
        self._configured = configured
        self._kept = kept
        self._providers = providers

    async def all(self) -> list[Benchmark]:
        """Return all benchmarks: the config's first, then the others, oldest first."""
        return list(first_and_registered(self._configured, await self._kept.all()).values())

    async def get(self, name: str) -> Benchmark:
        """Return a benchmark.

        Raises:
            NotFound: There is none of that name.
        """
        found = self._configured.get(name) or await self._kept.get(name)
        if found is None:
            raise _unknown(name)
        return found

    def provider(self, provider_id: str) -> EvalProvider:
        """Return who runs benchmarks under an id.

        Raises:
            NotFound: They are not there.
        """
        opened = self._providers.get(provider_id)
        if opened is None:  # left out for want of a key, or taken from the config since
            raise NotFound(
                f"The provider '{provider_id}' of the benchmark is not there.",
                code="provider_not_found",
            )
        return opened.provider

    def provider_for(self, wanted: str | None) -> str:
        """Return the id of who runs a new benchmark: `wanted`, or the first.

        Raises:
            InvalidArgument: There is no such provider.
        """
        if wanted is None and self._providers:
            return next(iter(self._providers))
        if wanted is None or wanted not in self._providers:
            raise InvalidArgument(
                f"'provider_id' must be one of: {', '.join(self._providers) or 'none is there'}.",
                code="unknown_provider",
                param="provider_id",
            )
        return wanted

    async def add(self, benchmark: Benchmark, call: Call) -> None:
        """Register a benchmark.

        Raises:
            Conflict: The name stands for another benchmark.
            FleetError: As its provider refuses it.
        """
        there = self._configured.get(benchmark.id) or await self._kept.get(benchmark.id)
        if there is not None:
            if there != benchmark:
                raise _taken(benchmark.id)
            return
        await self.provider(benchmark.provider).register(benchmark.name, benchmark.metadata, call)
        await register(self._kept, benchmark.id, benchmark, _taken)

    async def remove(self, name: str, call: Call) -> None:
        """Take a registered benchmark away.

        Raises:
            InvalidArgument: The config has it.
            NotFound: There is none of that name.
        """
        if name in self._configured:
            raise InvalidArgument(
                f"Benchmark '{name}' is of the service's config; remove it there.",
                code="benchmark_configured",
                param="benchmark_id",
            )
        benchmark = await self.get(name)
        if benchmark.provider in self._providers:
            await self.provider(benchmark.provider).unregister(benchmark.name, call)
        if not await self._kept.remove(name):
            raise _unknown(name)


def _unknown(name: str) -> NotFound:
    return NotFound(
        f"Benchmark '{name}' not found. Use 'client.alpha.benchmarks.list()' to list available Benchmarks.",
        code="benchmark_not_found",
        param="benchmark_id",
    )


def _taken(name: str) -> Conflict:
    return Conflict(
        f"'{name}' is another benchmark; remove that first, or take another name.",
        code="benchmark_exists",
        param="benchmark_id",
    )
