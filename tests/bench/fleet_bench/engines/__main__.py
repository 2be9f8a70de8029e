"""`make bench-engines`: measures our engine and others on the same weights, one at a time."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from fleet_bench.venv import ROOT, Venv

# Threads that spin while they wait burn CPU that the measure would count.
QUIET = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}
VLLM_IN_PROCESS = {
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_NO_USAGE_STATS": "1",
}
MODEL = Path.home() / ".llama" / "models" / "HuggingFaceTB" / "SmolLM2-135M-Instruct"
OURS = {"fleet fp32": "", "fleet int8": "int8", "fleet int4": "int4"}
"""The rows of our engine, and what its weights are rounded to."""
SCRIPTS = "fleet_bench.engines"


class Engine(NamedTuple):
    """One engine, and how its script is run."""

    name: str
    venv: Venv | None
    """Where it is installed; `None` is the environment of the benchmark itself."""
    script: list[str]
    """What Python is told to run; it takes the options of `task`."""
    environment: Mapping[str, str] = {}


LLAMACPP = Venv("llamacpp", "3.11")
ENGINES = {
    engine.name: engine
    for engine in (
        *(
            Engine(name, None, ["-m", f"{SCRIPTS}.fleet"], {"FLEET_BENCH_QUANTIZATION": bits})
            for name, bits in OURS.items()
        ),
        Engine("vllm", Venv("vllm", "3.11"), ["-m", f"{SCRIPTS}.vllm_cpu"], VLLM_IN_PROCESS),
        Engine("transformers", Venv("transformers", "3.11"), ["-m", f"{SCRIPTS}.hf_transformers"]),
        *(
            Engine(
                f"llama.cpp {precision}",
                LLAMACPP,
                ["-m", f"{SCRIPTS}.llamacpp"],
                {"FLEET_BENCH_PRECISION": precision},
            )
            for precision in ("f32", "f16", "q8_0")
        ),
    )
}

Numbers = dict[str, dict[str, float]]
"""By measure, then the median by engine."""


def main() -> None:
    """Measure what the command line names, print a table a measure, and write the numbers."""
    args = _arguments()
    engines = [ENGINES[name] for name in args.engines]
    for engine in engines:
        if engine.venv is not None:
            engine.venv.install()
    results = {
        concurrency: _compare(engines, concurrency, args) for concurrency in args.concurrency
    }
    surprise = {name: _perplexity(name, args) for name in args.engines if name in OURS}
    for measure in next(iter(results.values())):
        _show(measure, results)
    for name, perplexity in surprise.items():
        print(f"{name}: perplexity {perplexity:.3f}")
    args.output.parent.mkdir(parents=True, exist_ok=True)
    written = {"perplexity": surprise, "by_concurrency": results}
    args.output.write_text(json.dumps(written, indent=2) + "\n")


def _compare(engines: list[Engine], concurrency: int, args: argparse.Namespace) -> Numbers:
    """Measure each engine in turn, as many rounds as asked for; return the medians."""
    samples: dict[str, list[dict[str, float]]] = {engine.name: [] for engine in engines}
    for round_ in range(args.rounds):
        for engine in engines:
            numbers = _run(engine, concurrency, args)
            samples[engine.name].append(numbers)
            shown = ", ".join(f"{name} {number:.1f}" for name, number in numbers.items())
            print(f"{concurrency} at once, round {round_ + 1}: {engine.name}: {shown}", flush=True)
    measures = next(iter(samples.values()))[0]
    return {
        measure: {name: median(s[measure] for s in taken) for name, taken in samples.items()}
        for measure in measures
    }


def _perplexity(name: str, args: argparse.Namespace) -> float:
    """Return how well one of our rows predicts text; see `perplexity.py`."""
    print(f"perplexity: {name}", flush=True)
    engine = ENGINES[name]._replace(script=["-m", f"{SCRIPTS}.perplexity"])
    return _run(engine, 1, args)["perplexity"]


def _run(engine: Engine, concurrency: int, args: argparse.Namespace) -> dict[str, float]:
    """Run an engine's script in its environment; return what it printed.

    Raises:
        RuntimeError: It failed; the message has the end of what it wrote.
    """
    python = engine.venv.binary("python") if engine.venv else sys.executable
    options = {
        "--model": args.model,
        "--concurrency": concurrency,
        "--tokens": args.tokens,
        "--threads": args.threads,
    }
    command = [python, *engine.script, *(str(word) for pair in options.items() for word in pair)]
    path = {"PYTHONPATH": str(ROOT / "tests" / "bench")} if engine.venv else {}
    threads = {"OMP_NUM_THREADS": str(args.threads)}
    environment = {**os.environ, **QUIET, **threads, **path, **engine.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{engine.name} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    numbers: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return numbers


def _show(measure: str, results: dict[int, Numbers]) -> None:
    """Print a measure by concurrency and engine; ours with its ratio to the best of the others."""
    name = measure.replace("_", " ")
    table = Table("at once", title=f"{name} (in brackets: times the best of the others)")
    for engine in next(iter(results.values()))[measure]:
        table.add_column(engine, justify="right")
    best = min if "ttft" in measure else max
    for concurrency, numbers in results.items():
        row = numbers[measure]
        peers = [number for engine, number in row.items() if engine not in OURS]
        cells = [
            f"{number:.1f}"
            + (f" ({number / best(peers):.2f}x)" if peers and engine in OURS else "")
            for engine, number in row.items()
        ]
        table.add_row(str(concurrency), *cells)
    Console(width=16 + 20 * len(table.columns)).print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-engines", description=__doc__)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("build/bench-engines.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
