"""`make bench`: measures us and others in front of one fake upstream, in interleaved rounds."""

import argparse
import sys
import tempfile
from pathlib import Path

import uvloop

from fleet_bench import cpu, wire
from fleet_bench.measure import Effort, Sample, measure
from fleet_bench.process import free_port, running
from fleet_bench.report import Result, draw, show, write
from fleet_bench.system import Launch, Site, System
from fleet_bench.systems.direct import DIRECT
from fleet_bench.systems.envoy import ENVOY
from fleet_bench.systems.fleet import FLEET
from fleet_bench.systems.litellm import LITELLM
from fleet_bench.systems.ogx import OGX

SYSTEMS = {system.name: system for system in (DIRECT, ENVOY, FLEET, OGX, LITELLM)}
FULL = Effort(warmup=2, seconds=5)
QUICK = Effort(warmup=0.5, seconds=1)


def main() -> None:
    """Measure what the command line names, print the table and write the samples."""
    args = _arguments()
    effort, rounds = (QUICK, 1) if args.quick else (FULL, args.rounds)
    systems = [SYSTEMS[name] for name in args.systems]
    for system in systems:
        system.install()
    cpu.adopt_orphans()
    results = uvloop.run(_measure(systems, rounds, effort))
    show(results)
    write(results, args.output)
    if args.plot:
        draw(args.output)


async def _measure(systems: list[System], rounds: int, effort: Effort) -> list[Result]:
    """Measure each system once a round, each round beginning with the next one."""
    port = free_port()
    command = [sys.executable, "-m", "fleet_bench.upstream", "--port", str(port)]
    samples: dict[str, list[Sample]] = {system.name: [] for system in systems}
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as folder:
        async with running(Launch(command, {}, ""), port, Path(folder), wire.FLAT):
            for number in range(rounds):
                first = number % len(systems)
                for system in systems[first:] + systems[:first]:
                    print(f"round {number + 1} of {rounds}: {system.name}", flush=True)
                    samples[system.name].append(await _sample(system, port, effort))
    return [Result(system.name, system.version, samples[system.name]) for system in systems]


async def _sample(system: System, upstream: int, effort: Effort) -> Sample:
    """Start a system, measure it, and stop it."""
    with tempfile.TemporaryDirectory(prefix=f"fleet-bench-{system.name}-") as name:
        site = Site(Path(name), free_port(), upstream)
        launch = system.launch(site)
        async with running(launch, site.port, site.folder, wire.FLAT) as process:
            return await measure(process, effort)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round, to see that it runs")
    parser.add_argument("--plot", action="store_true", help="draw a PNG beside the JSON")
    parser.add_argument("--output", type=Path, default=Path("build/bench.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
