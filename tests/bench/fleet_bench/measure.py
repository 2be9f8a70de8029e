"""The measures of one system, in one round."""

from dataclasses import dataclass
from typing import NamedTuple

from fleet_bench import cpu, wire
from fleet_bench.load import Check, chat, check_stream, check_whole, drive
from fleet_bench.process import Running

MIB = 2**20


@dataclass(frozen=True)
class Effort:
    """How long to look at each measure."""

    warmup: float
    """Seconds of load, before each measure, that do not count."""
    seconds: float


@dataclass(frozen=True)
class Sample:
    """What one system did in one round. CPU is that of all its processes, and of nothing else."""

    start_s: float
    """From its start to its first good answer."""
    idle_pss_mib: float
    idle_rss_mib: float
    p50_ms: float
    """How long one caller waits for a whole answer."""
    p99_ms: float
    requests_per_cpu_s: float
    flat_chunks_per_cpu_s: float
    paced_chunks_per_cpu_s: float
    pace_kept: float
    """Chunks a second in a stream that the upstream paces at `wire.PACE`."""
    loaded_pss_mib: float
    loaded_rss_mib: float


class Drive(NamedTuple):
    """What a load took, by the clock and by the CPU, in seconds."""

    latencies: list[float]
    cpu: float

    @property
    def per_cpu_second(self) -> float:
        """How many requests were answered for a second of CPU."""
        return len(self.latencies) / self.cpu


async def measure(system: Running, effort: Effort) -> Sample:
    """Return all measures of a system that has just answered its first request."""
    idle = cpu.memory(system.pids())
    whole = chat(system.prefix + wire.FLAT, stream=False)
    flat = chat(system.prefix + wire.FLAT, stream=True)
    paced = chat(system.prefix + wire.PACED, stream=True)
    alone = await _drive(system, whole, check_whole, 1, effort)
    unary = await _drive(system, whole, check_whole, 32, effort)
    flat_out = await _drive(system, flat, check_stream, 8, effort)
    at_pace = await _drive(system, paced, check_stream, 64, effort)
    loaded = cpu.memory(system.pids())
    return Sample(
        start_s=system.start,
        idle_pss_mib=idle.pss / MIB,
        idle_rss_mib=idle.rss / MIB,
        p50_ms=percentile(alone.latencies, 50) * 1e3,
        p99_ms=percentile(alone.latencies, 99) * 1e3,
        requests_per_cpu_s=unary.per_cpu_second,
        flat_chunks_per_cpu_s=flat_out.per_cpu_second * wire.CHUNKS,
        paced_chunks_per_cpu_s=at_pace.per_cpu_second * wire.CHUNKS,
        pace_kept=wire.CHUNKS / percentile(at_pace.latencies, 50),
        loaded_pss_mib=loaded.pss / MIB,
        loaded_rss_mib=loaded.rss / MIB,
    )


def percentile(values: list[float], rank: float) -> float:
    """Return the smallest value that at least `rank` percent of the values do not exceed."""
    ordered = sorted(values)
    place = -(-len(ordered) * rank // 100)  # rounded up
    return ordered[max(int(place), 1) - 1]


async def _drive(
    system: Running, request: bytes, check: Check, concurrency: int, effort: Effort
) -> Drive:
    """Warm up, then load the system and read its CPU clocks right before and after."""
    await drive(system.port, request, check, concurrency, effort.warmup)
    before = cpu.cpu_times(system.pids())
    latencies = await drive(system.port, request, check, concurrency, effort.seconds)
    return Drive(latencies, cpu.spent(before, cpu.cpu_times(system.pids())))
