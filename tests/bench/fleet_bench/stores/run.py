"""`python -m fleet_bench.stores.run PLAN`: measures one side of one store, in a process of its own.

The plan is `measure.Plan` as JSON. What is found is written while it is found, as `sequence` says.
"""

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path

import msgspec
import structlog

from fleet_bench.stores import catalog
from fleet_bench.stores.corpus import Corpus
from fleet_bench.stores.measure import CALLERS, Measuring, Plan
from fleet_bench.stores.sequence import progress, write
from fleet_bench.stores.subjects import subject


async def run(plan: Plan) -> None:
    """Measure, and write down what is found."""
    store, corpus = catalog.load(plan.store), Corpus(max(plan.sizes))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with store.place(Path(folder)) as place:
            measuring = Measuring(plan, subject(plan.side, store, place), corpus, progress)
            for size in sorted(plan.sizes):
                write("filling", await measuring.fill(size, partial(store.settle, place)))
                for filtered in (False, True):
                    for callers in CALLERS:
                        sample = await measuring.search(filtered=filtered, callers=callers)
                        write("sample", sample)
            for candidates in store.candidates.get(plan.side, ()) if plan.tuned else ():
                write("sample", await measuring.tune(candidates))
            await measuring.close()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(run(msgspec.json.decode(sys.argv[1], type=Plan)))
