"""The benchmarks of the config."""

from collections.abc import Iterable

import msgspec
import structlog

from fleet_eval.benchmarks.benchmark import Benchmark
from fleet_eval.config import BenchmarkEntry
from fleet_runtime.config import ConfigError

log = structlog.get_logger()


def configured_benchmarks(
    entries: Iterable[BenchmarkEntry], there: Iterable[str], known: Iterable[str]
) -> dict[str, Benchmark]:
    """Return the benchmarks of the config, by name. Those whose provider is left out are left out, loudly.

    Args:
        entries: As the config has them.
        there: The ids of the providers that are open, the first of which runs what names nobody.
        known: The ids of all that the config has.

    Raises:
        ConfigError: There is no such provider, or a name is there twice.
    """
    found: dict[str, Benchmark] = {}
    providers, all_of_them = list(there), set(known)
    for place, entry in enumerate(entries):
        where = f"benchmarks[{place}]"
        provider = entry.provider_id or next(iter(providers), "")
        if provider not in all_of_them:
            raise ConfigError(f"{where}.provider_id: there is no provider {provider!r}")
        if provider not in providers:
            log.warning("benchmark.left_out", benchmark=entry.benchmark_id, provider=provider)
            continue
        if entry.benchmark_id in found:
            raise ConfigError(f"{where}.benchmark_id: {entry.benchmark_id!r} is there twice")
        found[entry.benchmark_id] = Benchmark(
            entry.benchmark_id,
            provider,
            entry.provider_benchmark_id or entry.benchmark_id,
            entry.dataset_id,
            tuple(entry.scoring_functions),
            msgspec.json.encode(entry.metadata),
        )
    return found
