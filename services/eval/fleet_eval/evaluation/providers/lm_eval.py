"""`inline::lm-eval`: tasks of the Language Model Evaluation Harness, against the fleet's own models.

Source: https://github.com/EleutherAI/lm-evaluation-harness
"""

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from pydantic import Field, PositiveFloat, PositiveInt

from fleet.eval.v1 import messages as m
from fleet_eval.benchmarks.provider import AskedRow, Desk, Evaluation, Outcome, Results
from fleet_eval.evaluation.harness.order import Asked, Ended, Failed, Metric, Order, Sample
from fleet_runtime.at_once import at_once
from fleet_runtime.call import PROVIDER_DATA_HEADERS, Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.config import Secret
from fleet_runtime.errors import DeadlineExceeded, InvalidArgument, UpstreamFailed

Line: TypeAlias = Asked | Sample | Metric | Failed | Ended

_WORKER = (sys.executable, "-m", "fleet_eval.evaluation.harness")
_MOST_LINE = 64 * 1024 * 1024
_Z = 1.959963984540054  # of the normal distribution, for a level of 95 %
_LEVEL = 0.95
_SHOTS = "num_fewshot"
_NO_KEY = "none"
# How many rows are kept at once.
_TOGETHER = 200

_line = msgspec.json.Decoder(Line).decode


class LmEval:
    """A benchmark is a task or a group of the harness, by the provider's name for the benchmark.

    It runs in a process of its own and asks the fleet for chat completions, so tasks that look at the likelihood of
    given answers are refused. In the benchmark's metadata, `num_fewshot` says how many examples come before each
    question. Rows are told of when all are answered.
    """

    class Config(BaseConfig):
        """Where the fleet is, and how it is asked."""

        base_url: str = "http://127.0.0.1:8321/v1"
        """Where the fleet's API begins, as programs outside reach it."""
        api_key: str | Secret | None = None
        """The key that lets it in, where the fleet wants one."""
        task_folder: Path | None = None
        """A folder with tasks besides the harness's own. Their code is run."""
        own_tasks_only: bool = False
        """Whether only those are known. To look through the harness's own takes seconds before each run."""
        cache_folder: Path | None = None
        """Where answers are kept until a run has ended, so that none is asked again if the service dies.

        They are kept nowhere if unset.
        """
        rows_at_once: PositiveInt = 8
        """The most rows that are asked at once."""
        seconds: PositiveInt = 600
        """The longest that an answer may take."""
        max_tokens: PositiveInt = Field(default=1024)
        """The most tokens of an answer, where neither the caller nor the task says."""
        hours: PositiveFloat = 24.0
        """The longest that a run may take."""

    scores_itself = True

    def __init__(self, config: Config) -> None:
        self._config = config

    async def aclose(self) -> None:
        """Do nothing: processes end with the runs."""

    async def register(self, benchmark: str, metadata: bytes, call: Call) -> None:
        """Look at the metadata. Whether there is such a task is seen when it is run.

        Raises:
            InvalidArgument: `num_fewshot` is no number.
        """
        del benchmark, call
        _shots(msgspec.json.decode(metadata))

    async def unregister(self, benchmark: str, call: Call) -> None:
        """Do nothing: nobody else was told."""

    def check(self, evaluation: Evaluation) -> None:
        candidate = evaluation.config.eval_candidate
        if candidate.type != "model" or candidate.model is None:
            raise _wrong("The harness evaluates models only.", "eval_candidate.type")
        _generation(candidate)
        _system(candidate)

    async def run(self, evaluation: Evaluation, desk: Desk, call: Call) -> Results:
        """Run the task, keep its rows, and return what was made of all of them.

        Raises:
            UpstreamFailed: The harness could not run it.
            DeadlineExceeded: It took too long.
        """
        found: dict[str, Mapping[str, Any]] = {}
        cache = self._cache(evaluation)
        rows: list[Outcome] = []
        try:
            async with (
                asyncio.timeout(self._config.hours * 3600),
                _process() as process,
                aclosing(_said(process, self._order(evaluation, cache, call))) as lines,
            ):
                async for line in lines:
                    if isinstance(line, Asked):
                        await desk.expect(line.total)
                    elif isinstance(line, Sample):
                        rows.append(_outcome(len(rows), line))
                    elif isinstance(line, Metric):
                        found[line.name] = _made(line)
                    elif isinstance(line, Failed):
                        raise UpstreamFailed(
                            f"The harness could not run '{evaluation.benchmark}': {line.kind}: {line.message}",
                            status=500,
                            code="harness_failed",
                        )
            await at_once(rows, desk.keep, _TOGETHER)
        except TimeoutError:
            raise DeadlineExceeded(
                f"The harness took longer than {self._config.hours:g} hours.", code="timeout"
            ) from None
        if cache is not None:
            await asyncio.to_thread(shutil.rmtree, cache.parent, ignore_errors=True)
        return found

    async def cancel(self, evaluation: Evaluation, mark: str | None, call: Call) -> None:
        """Do nothing: the process ends with the run."""

    def _cache(self, evaluation: Evaluation) -> Path | None:
        folder = self._config.cache_folder
        return None if folder is None else folder / evaluation.id / "answers"

    def _order(self, evaluation: Evaluation, cache: Path | None, call: Call) -> Order:
        config, candidate = self._config, evaluation.config.eval_candidate
        key = config.api_key.reveal() if isinstance(config.api_key, Secret) else config.api_key
        given = {name: call.header(name) for name in PROVIDER_DATA_HEADERS}
        headers = {name: value for name, value in given.items() if value is not None}
        return Order(
            task=evaluation.benchmark,
            model=candidate.model or "",
            url=f"{config.base_url.rstrip('/')}/chat/completions",
            headers={"authorization": f"Bearer {key or _NO_KEY}"} | headers,
            folder=None if config.task_folder is None else str(config.task_folder),
            own_only=config.own_tasks_only,
            cache=None if cache is None else str(cache),
            generation=_generation(candidate),
            system=_system(candidate),
            limit=evaluation.config.num_examples,
            shots=_shots(evaluation.metadata),
            at_once=config.rows_at_once,
            seconds=config.seconds,
            tokens=config.max_tokens,
        )


@asynccontextmanager
async def _process() -> AsyncGenerator[Process, None]:
    """Yield a process that runs the harness, and ends with the block. Nobody reads its log, which has prompts in it."""
    environment = os.environ | {"TQDM_DISABLE": "1"}
    process = await asyncio.create_subprocess_exec(
        *_WORKER, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_MOST_LINE, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _said(process: Process, order: Order) -> AsyncGenerator[Line, None]:
    """Give a process its order, and yield what it says of it.

    Raises:
        UpstreamFailed: It ends before it has said all.
    """
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the process has no pipes")
    # One that ends at once is told of below.
    with suppress(ConnectionError):
        process.stdin.write(msgspec.json.encode(order) + b"\n")
        await process.stdin.drain()
    async for text in process.stdout:
        line = _line(text)
        if isinstance(line, Ended):
            return
        yield line
    raise UpstreamFailed(
        f"The harness ended without a word (exit status {await process.wait()}).",
        status=502,
        code="harness_ended",
    )


def _outcome(place: int, sample: Sample) -> Outcome:
    row = AskedRow(place, msgspec.json.encode(sample.row))
    scores = {name: {"score": value} for name, value in sample.scores.items()}
    return Outcome(row, {"generated_answer": sample.said}, scores=scores)


def _made(metric: Metric) -> dict[str, Any]:
    """Return a number as aggregations have it, by the name of the metric."""
    name = metric.name.rpartition("/")[2].partition(",")[0]
    told: dict[str, Any] = {name: metric.value}
    if metric.value is not None and metric.stderr is not None:
        half = _Z * metric.stderr
        told |= {
            "stderr": metric.stderr,
            "confidence_interval": {
                "level": _LEVEL,
                "lower": metric.value - half,
                "upper": metric.value + half,
                "method": "normal",
            },
        }
    return {name: told}


def _generation(candidate: m.EvalCandidate) -> dict[str, Any]:
    """Return how tokens are chosen, in the harness's words, which are those of OpenAI's API.

    Raises:
        InvalidArgument: It cannot be said there.
    """
    params = candidate.sampling_params or m.EvalSamplingParams()
    strategy = params.strategy
    told: dict[str, Any] = {"temperature": 0.0}
    if strategy is not None and strategy.type == "top_p":
        told = {"temperature": strategy.temperature, "top_p": strategy.top_p, "do_sample": True}
    if strategy is not None and strategy.type == "top_k":
        raise _wrong(
            "The harness has no strategy 'top_k'.", "eval_candidate.sampling_params.strategy.type"
        )
    told |= {"max_gen_toks": params.max_tokens or None, "until": params.stop or None}
    return {name: value for name, value in told.items() if value is not None}


def _system(candidate: m.EvalCandidate) -> str | None:
    if candidate.system_message is None:
        return None
    content = msgspec.json.decode(candidate.system_message.content)
    if not isinstance(content, str):
        raise _wrong(
            "For the harness a system message is one text.", "eval_candidate.system_message"
        )
    return content


def _shots(metadata: Mapping[str, Any]) -> int | None:
    shots = metadata.get(_SHOTS)
    if shots is not None and (not isinstance(shots, int) or shots < 0):
        raise InvalidArgument(
            f"'metadata.{_SHOTS}' must be a number from 0.",
            code="invalid_value",
            param=f"metadata.{_SHOTS}",
        )
    return shots


def _wrong(message: str, field: str) -> InvalidArgument:
    return InvalidArgument(message, code="invalid_value", param=f"benchmark_config.{field}")
