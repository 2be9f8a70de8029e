"""`make bench-rag`: whole systems that keep documents and find them, on the same engines, one alive at a time."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import get_args

import uvloop

from fleet_bench import cpu
from fleet_bench.accounts import settled
from fleet_bench.answering import answering, gets
from fleet_bench.process import Running, free_port
from fleet_bench.rag.corpus import Corpus
from fleet_bench.rag.documents import documents
from fleet_bench.rag.fleet import FLEET
from fleet_bench.rag.ingesting import IngestionSample, ingest
from fleet_bench.rag.ogx import OGX
from fleet_bench.rag.report import draw, show, write
from fleet_bench.rag.searching import Searches, SearchSample, fill
from fleet_bench.rag.sides import Encoder, Engine, Setup, Side, started
from fleet_bench.system import Launch, Site

SIDES = {side.name: side for side in (FLEET, OGX)}
QUERIES = 100
_WARM_UP = 3


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        sizes: How many chunks stores hold that are searched.
        files: How many files are put in.
        seconds: How long each measure of searches takes.
        rounds: How often each is taken.
    """

    sizes: list[int]
    files: list[int]
    seconds: float
    rounds: int


@dataclass
class Samples:
    """What was measured."""

    searches: list[SearchSample] = field(default_factory=list)
    ingestions: list[IngestionSample] = field(default_factory=list)


class Bench:
    """Measures systems that are started one after the other.

    Args:
        plan: What to measure.
        samples: Where to keep it.
    """

    def __init__(self, plan: Plan, samples: Samples) -> None:
        self._plan = plan
        self._samples = samples

    async def search(self, sides: list[Side], engine: Engine, upstream: int) -> None:
        """Measure searches in stores of each size; `upstream` is the port of the server of embeddings."""
        for size in self._plan.sizes:
            corpus = Corpus(size, QUERIES)
            for side in sides:
                _say(f"{side.name}, {engine}: searches among {size:,} chunks")
                await self._search(side, engine, upstream, corpus)

    async def _search(self, side: Side, engine: Engine, upstream: int, corpus: Corpus) -> None:
        async with _running(side, Setup(engine, "fake"), upstream) as (system, model):
            store = await fill(system, side, corpus, model)
            await settled(system.pids)
            searches = Searches(system, corpus, store)
            for _ in range(self._plan.rounds):
                sample = await searches.sample(side.name, engine, self._plan.seconds)
                self._samples.searches.append(sample)

    async def ingest(self, sides: list[Side], setup: Setup, upstream: int) -> None:
        """Measure putting in files, by each system from a fresh start."""
        for side in sides:
            _say(f"{side.name}, {setup.engine}, {setup.encoder}: files")
            async with _running(side, setup, upstream) as (system, model):
                await ingest(system, side.name, setup, model, documents(_WARM_UP))
                await settled(system.pids)
                for count, _ in product(self._plan.files, range(self._plan.rounds)):
                    sample = await ingest(system, side.name, setup, model, documents(count))
                    self._samples.ingestions.append(sample)


@asynccontextmanager
async def _running(
    side: Side, setup: Setup, upstream: int
) -> AsyncGenerator[tuple[Running, str], None]:
    """Run a system; yield it, and its name for the embedding model."""
    # A short path: those of sockets have a limit of 107 bytes.
    with tempfile.TemporaryDirectory(prefix=f"bench-{side.name}-") as folder:
        site = Site(Path(folder), free_port(), upstream)
        launch = side.launch(site, setup)
        async with started(launch, site) as system:
            yield system, launch.prefix


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def main() -> None:
    """Measure what the command line names, print the tables, write the samples and draw them."""
    args = _arguments()
    plan = Plan(args.sizes, args.files, args.seconds, args.rounds)
    if args.quick:
        plan = Plan([1000], [12], seconds=2.0, rounds=1)
    sides = [SIDES[name] for name in args.systems]
    for side in sides:
        side.install()
    cpu.adopt_orphans()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else systems would outlive this
    samples, encoders = Samples(), args.encoders if plan.files else []
    try:
        uvloop.run(_measure(Bench(plan, samples), sides, args.engines, encoders))
    finally:
        write(samples.searches, samples.ingestions, args.output)
    show(samples.searches, samples.ingestions)
    draw(args.output)


async def _measure(
    bench: Bench, sides: list[Side], engines: list[Engine], encoders: list[Encoder]
) -> None:
    async with _embedder() as upstream:
        for engine in engines:
            await bench.search(sides, engine, upstream)
            for encoder in encoders:
                able = [side for side in sides if encoder in side.encoders]
                await bench.ingest(able, Setup(engine, encoder), upstream)


@asynccontextmanager
async def _embedder() -> AsyncGenerator[int, None]:
    """Start the server of embeddings; yield its port."""
    port = free_port()
    command = [sys.executable, "-m", "fleet_bench.rag.embedder", "--port", str(port)]
    with tempfile.TemporaryDirectory(prefix="bench-embedder-") as folder:
        async with answering(Launch(command, {}, ""), port, Path(folder), gets("/v1/models")):
            yield port


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-rag", description=__doc__)
    engines, encoders = get_args(Engine), get_args(Encoder)
    parser.add_argument("--systems", nargs="+", choices=SIDES, default=list(SIDES))
    parser.add_argument("--engines", nargs="+", choices=engines, default=engines)
    parser.add_argument("--encoders", nargs="+", choices=encoders, default=encoders)
    sizes, files = [1_000, 10_000, 100_000], [12, 48, 96]
    parser.add_argument(
        "--sizes", nargs="*", type=int, default=sizes, help="chunks that stores hold"
    )
    parser.add_argument("--files", nargs="*", type=int, default=files, help="files to put in")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measure of searches")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--quick", action="store_true", help="a little of each, to see that it runs"
    )
    parser.add_argument("--output", type=Path, default=Path("build/bench-rag.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
