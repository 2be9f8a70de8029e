"""llama.cpp, by its server in this process, on a GGUF of the same weights.

`FLEET_BENCH_PRECISION` is `f32`, `f16` or `q8_0`; the GGUF is written before the clocks start.
"""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import xllamacpp  # type: ignore[import-not-found]

from fleet_bench.engines.gguf_file import convert
from fleet_bench.engines.task import Generate, Task, run


def load(task: Task) -> Generate:
    """Convert the model and start the server."""
    folder = Path(tempfile.mkdtemp())
    file = folder / "model.gguf"
    convert(task.model, os.environ["FLEET_BENCH_PRECISION"], file)
    server = xllamacpp.Server(_parameters(task, file))
    callers = ThreadPoolExecutor(task.concurrency)
    file.unlink()  # it stays mapped
    folder.rmdir()

    def generate(prompts: list[list[int]], tokens: int) -> Iterator[int]:
        answers = [callers.submit(_complete, server, prompt, tokens) for prompt in prompts]
        yield from (answer.result() for answer in as_completed(answers))

    return generate


def _parameters(task: Task, file: Path) -> xllamacpp.CommonParams:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.n_parallel = task.concurrency
    parameters.n_ctx = task.concurrency * (task.context + 32)
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = task.threads
    parameters.n_gpu_layers = 0
    parameters.cache_ram_mib = 0
    parameters.verbosity = 0
    return parameters


def _complete(server: xllamacpp.Server, prompt: list[int], tokens: int) -> int:
    """Continue one prompt greedily; return how many tokens came."""
    request = {
        "prompt": prompt,
        "n_predict": tokens,
        "temperature": 0,
        "ignore_eos": True,
        "cache_prompt": False,
    }
    answer = server.handle_completions(request)
    return int(answer["usage"]["completion_tokens"])


if __name__ == "__main__":
    run(load)
