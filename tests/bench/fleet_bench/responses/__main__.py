"""`make bench-responses`: whole systems that make responses with a tool, on one scripted model, one alive at a time."""

import argparse
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from fleet_bench import cpu
from fleet_bench.responses.alone import alone
from fleet_bench.responses.fleet import FLEET
from fleet_bench.responses.measuring import Crowd, Effort, Sample, crowd, measure
from fleet_bench.responses.ogx import OGX
from fleet_bench.responses.report import draw, show, write
from fleet_bench.responses.scenario import NAMES, Scenario, scenarios
from fleet_bench.responses.sides import Side, World, started, world

SIDES = {side.name: side for side in (FLEET, OGX)}
QUICK = Effort(seconds=2.0, alone=8, crowd=20)


@dataclass
class Samples:
    """What was measured."""

    responses: list[Sample] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        sides: The systems.
        scenarios: The names of the scenarios.
        effort: How much to look at.
        rounds: How often each system is started and measured.
    """

    sides: list[Side]
    scenarios: list[str]
    effort: Effort
    rounds: int


async def _measure(plan: Plan, samples: Samples) -> None:
    """Measure each system once a round, each round beginning with the next one."""
    async with world() as behind:
        for number in range(plan.rounds):
            first = number % len(plan.sides)
            for side in plan.sides[first:] + plan.sides[:first]:
                await _sample(side, behind, plan, samples)


async def _sample(side: Side, behind: World, plan: Plan, samples: Samples) -> None:
    """Start a system, measure it, and stop it."""
    _say(f"{side.name} starts")
    async with started(side, behind) as (system, model):
        their_own = await alone(behind)
        for each in _wanted(model, behind, plan):
            _say(f"{side.name}: {each.name}")
            alone_ms = their_own.of(each.steps)
            sample = await measure(system, side.name, each, plan.effort, alone_ms)
            samples.responses.append(sample)
        if plan.effort.crowd:
            _say(f"{side.name}: {plan.effort.crowd} at once")
            with_tools = scenarios(model, behind)[0]
            found = await crowd(system, side.name, with_tools, plan.effort.crowd)
            samples.crowds.append(found)


def _wanted(model: str, behind: World, plan: Plan) -> list[Scenario]:
    return [each for each in scenarios(model, behind) if each.name in plan.scenarios]


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def main() -> None:
    """Measure what the command line names, print the tables, write the samples and draw them."""
    args = _arguments()
    sides = [SIDES[name] for name in args.systems]
    effort = Effort(args.seconds, args.alone, args.crowd)
    plan = Plan(sides, args.scenarios, effort, args.rounds)
    if args.quick:
        plan = Plan(sides, args.scenarios, QUICK, rounds=1)
    for side in sides:
        side.install()
    cpu.adopt_orphans()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else systems would outlive this
    samples = Samples()
    try:
        uvloop.run(_measure(plan, samples))
    finally:
        write(samples.responses, samples.crowds, args.output)
    show(samples.responses, samples.crowds)
    draw(args.output)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-responses", description=__doc__)
    parser.add_argument("--systems", nargs="+", choices=SIDES, default=list(SIDES))
    parser.add_argument("--scenarios", nargs="*", choices=NAMES, default=list(NAMES))
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measure of the cost")
    parser.add_argument("--alone", type=int, default=100, help="responses that are timed")
    parser.add_argument("--crowd", type=int, default=200, help="streams that begin at once")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--quick", action="store_true", help="a little of each, to see that it runs"
    )
    parser.add_argument("--output", type=Path, default=Path("build/bench-responses.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
