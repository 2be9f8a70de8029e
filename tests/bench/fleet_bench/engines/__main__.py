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
MEASURES = ("tokens_per_second", "tokens_per_cpu_second")
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
        Engine("fleet", None, ["-m", f"{SCRIPTS}.fleet"]),
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
    results: dict[int, Numbers] = {}
    for concurrency in args.concurrency:
        samples: dict[str, list[dict[str, float]]] = {engine.name: [] for engine in engines}
        for number in range(args.rounds):
            for engine in engines:
                print(f"{concurrency} at once, round {number + 1}: {engine.name}", flush=True)
                samples[engine.name].append(_measure(engine, concurrency, args))
        results[concurrency] = _medians(samples)
    for measure in MEASURES:
        _show(measure, results)
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text(json.dumps(results, indent=2) + "\n")


def _measure(engine: Engine, concurrency: int, args: argparse.Namespace) -> dict[str, float]:
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


def _medians(samples: dict[str, list[dict[str, float]]]) -> Numbers:
    return {
        measure: {name: median(s[measure] for s in taken) for name, taken in samples.items()}
        for measure in MEASURES
    }


def _show(measure: str, results: dict[int, Numbers]) -> None:
    """Print a measure by concurrency and engine, in brackets how many times ours is of it."""
    table = Table(
        "at once", title=f"{measure.replace('_', ' ')} (in brackets: ours is so many times that)"
    )
    for name in next(iter(results.values()))[measure]:
        table.add_column(name, justify="right")
    for concurrency, numbers in results.items():
        row = numbers[measure]
        ours = row.get("fleet")
        ratio = {name: f" ({ours / number:.2g}x)" if ours else "" for name, number in row.items()}
        table.add_row(str(concurrency), *(f"{row[name]:.1f}{ratio[name]}" for name in row))
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
