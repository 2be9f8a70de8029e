"""`make bench-vllm`: what a real vLLM server keeps of its throughput and its TTFT with us in front of it."""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

import uvloop
from rich.console import Console
from rich.table import Table

from fleet_bench import cpu
from fleet_bench.engines.__main__ import MODEL, QUIET
from fleet_bench.load import BadAnswerError
from fleet_bench.measure import percentile
from fleet_bench.process import free_port, running
from fleet_bench.system import Launch, Site
from fleet_bench.systems.fleet import FLEET
from fleet_bench.venv import Venv

VLLM = Venv("vllm", "3.11")
NAME = "smollm2"
"""The model, as vLLM calls it."""
SERVER = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_NO_USAGE_STATS": "1",
    "OMP_NUM_THREADS": "1",
    **QUIET,
}
READ = 64 * 1024
RESAMPLINGS = 2000
OK = b"HTTP/1.1 200"


class Answer(NamedTuple):
    """One streamed answer."""

    ttft: float
    """Seconds to its first piece of text."""
    tokens: int


class Round(NamedTuple):
    """What one way to the server gave under load."""

    tokens_per_second: float
    ttft_p50: float
    """In seconds."""


def main() -> None:
    """Measure, and print how the two ways compare."""
    args = _arguments()
    VLLM.install()
    cpu.adopt_orphans()
    rounds = uvloop.run(_measure(args))
    _show(rounds)
    args.output.parent.mkdir(parents=True, exist_ok=True)
    samples = {way: [sample._asdict() for sample in taken] for way, taken in rounds.items()}
    args.output.write_text(json.dumps(samples, indent=2) + "\n")


async def _measure(args: argparse.Namespace) -> dict[str, list[Round]]:
    """Load both ways in turn, each round beginning with the other one; both stay up throughout."""
    samples: dict[str, list[Round]] = {"direct": [], "fleet": []}
    async with _both(args.model) as ports:
        for number in range(args.rounds + 1):
            ways = list(ports) if number % 2 else list(reversed(ports))
            for way in ways:
                print(f"round {number} of {args.rounds}: {way}", flush=True)
                prefix = "" if way == "direct" else "upstream/"
                sample = await _load(ports[way], prefix + NAME, args)
                if number:  # the first only warms up
                    samples[way].append(sample)
    return samples


@asynccontextmanager
async def _both(model: Path) -> AsyncIterator[dict[str, int]]:
    """Start vLLM, and a fleet in front of it; yield the ports by the way."""
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as name:
        site = Site(Path(name), free_port(), free_port())
        command = [
            VLLM.binary("python"),
            *("-m", "vllm.entrypoints.openai.api_server", "--model", str(model)),
            *("--served-model-name", NAME, "--host", "127.0.0.1", "--port", str(site.upstream)),
            *("--dtype", "float32", "--enforce-eager", "--max-model-len", "1024"),
            *("--max-num-seqs", "64"),
        ]
        server = Launch(command, SERVER, "")
        fleet = FLEET.launch(site)
        async with (
            running(server, site.upstream, site.folder, NAME, _check),
            running(fleet, site.port, site.folder, NAME, _check),
        ):
            yield {"direct": site.upstream, "fleet": site.port}


async def _load(port: int, model: str, args: argparse.Namespace) -> Round:
    """Keep so many streams open, each caller asking several times."""
    begun = time.perf_counter()
    asked = (_caller(port, model, caller, args) for caller in range(args.concurrency))
    answers = [answer for taken in await asyncio.gather(*asked) for answer in taken]
    took = time.perf_counter() - begun
    tokens = sum(answer.tokens for answer in answers)
    ttft = percentile([answer.ttft for answer in answers], 50)
    return Round(tokens / took, ttft)


async def _caller(port: int, model: str, caller: int, args: argparse.Namespace) -> list[Answer]:
    return [
        await _ask(port, _request(model, f"{caller}.{turn}: say something.", args.tokens))
        for turn in range(args.turns)
    ]


async def _ask(port: int, request: bytes) -> Answer:
    """Return a streamed answer, timed from the sending of its request.

    Raises:
        BadAnswerError: It is none, or broke off.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun, first, received = time.perf_counter(), 0.0, bytearray()
    writer.write(request)
    while data := await reader.read(READ):
        received += data
        if not first and b'"content":"' in received.replace(b'"content":""', b""):
            first = time.perf_counter() - begun
    writer.close()
    if not received.startswith(OK) or b"data: [DONE]" not in received:
        raise BadAnswerError(bytes(received[:500]).decode(errors="replace"))
    usage = received.rpartition(b'"completion_tokens":')[2]
    return Answer(first, int(usage.partition(b",")[0].rstrip(b"}")))


def _request(model: str, question: str, tokens: int) -> bytes:
    fields = {
        "model": model,
        "messages": [{"role": "user", "content": question}],
        "max_tokens": tokens,
        "temperature": 0,
        "ignore_eos": True,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    body = json.dumps(fields).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _check(response: bytes) -> None:
    """Raise `BadAnswerError` unless this is an answer."""
    if not response.startswith(OK):
        raise BadAnswerError(response[:500].decode(errors="replace"))


def _show(rounds: dict[str, list[Round]]) -> None:
    """Print the medians, and how ours compare, round by round: what else the machine did was much alike in one."""
    table = Table(
        "median of the rounds", "direct", "fleet", "fleet / direct", "90 % of resamplings"
    )
    for title, field in (("tokens a second", 0), ("TTFT p50, s", 1)):
        direct, fleet = ([sample[field] for sample in rounds[way]] for way in ("direct", "fleet"))
        ratios = [ours / theirs for ours, theirs in zip(fleet, direct, strict=True)]
        low, high = _interval(ratios)
        table.add_row(
            title,
            f"{median(direct):.4g}",
            f"{median(fleet):.4g}",
            f"{median(ratios):.3f}",
            f"{low:.3f} to {high:.3f}",
        )
    Console(width=100).print(table)


def _interval(ratios: Sequence[float]) -> tuple[float, float]:
    """Return where the median lies in 90 of 100 resamplings (the percentile bootstrap, Efron 1979)."""
    dice = Random(0)
    medians = sorted(median(dice.choices(ratios, k=len(ratios))) for _ in range(RESAMPLINGS))
    return medians[RESAMPLINGS // 20], medians[-RESAMPLINGS // 20 - 1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-vllm", description=__doc__)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--turns", type=int, default=1, help="requests of each caller")
    parser.add_argument("--tokens", type=int, default=32, help="tokens of each answer")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--output", type=Path, default=Path("build/bench-vllm.json"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
