"""`python -m fleet_bench.stores`: each local vector store by itself.

Speed and quality of searches among vectors in clusters, through our provider and by the engine's own client; and
quality on a small set that was judged by hand.
"""

import argparse
from pathlib import Path

from fleet_bench.stores.catalog import NAMES
from fleet_bench.stores.children import Children
from fleet_bench.stores.findings import Findings
from fleet_bench.stores.load import Effort
from fleet_bench.stores.measure import Plan
from fleet_bench.stores.report import show
from fleet_bench.stores.results import EXACT
from fleet_bench.stores.store import SIDES, Side

_SIZES = (10_000, 30_000, 100_000)
_QUICK_SIZES = (500, 1_500)
_QUESTIONS = 400
_LEAST = 40
_MOST_TIMES = 8
"""How many times longer than it should a measure may last, so that slow stores give some answers."""


def main() -> None:
    """Measure what the command line names, print tables, and write everything down."""
    args = _arguments()
    findings = Findings.read(args.output) if args.add else Findings()
    with Children(findings) as children:
        for store in args.stores:
            for side in args.sides:
                findings.forget(store, side)
                children.measure(_plan(store, side, args))
                findings.write(args.output)  # a run of hours may be broken off
        if not args.no_judged:
            findings.forget_judged([EXACT, *args.stores])
            children.judge(args.stores, args.output.with_name("bench-stores-topics.npz"))
    show(findings)
    findings.write(args.output)
    print(f"all numbers: {args.output}")
    findings.draw(args.output)


def _plan(store: str, side: Side, args: argparse.Namespace) -> Plan:
    """Return what is measured of one side of a store."""
    seconds = args.seconds
    warmup = Effort(seconds / 4, 2, seconds)
    effort = Effort(seconds, _LEAST, seconds * _MOST_TIMES)
    tuned = not args.quick
    return Plan(store, side, args.sizes, warmup, effort, _QUESTIONS, tuned)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-stores", description=__doc__)
    parser.add_argument("--stores", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=SIDES)
    parser.add_argument("--sizes", nargs="+", type=int, help="how many vectors")
    parser.add_argument("--seconds", type=float, help="for each measure")
    parser.add_argument("--quick", action="store_true", help="a short run, to see that it works")
    parser.add_argument("--no-judged", action="store_true", help="leave the judged set out")
    parser.add_argument("--add", action="store_true", help="to what the output has of other stores")
    parser.add_argument("--output", type=Path, default=Path("build/bench-stores.json"))
    args = parser.parse_args()
    args.sizes = args.sizes or list(_QUICK_SIZES if args.quick else _SIZES)
    args.seconds = args.seconds or (0.25 if args.quick else 3.0)
    return args


if __name__ == "__main__":
    main()
