"""Tensor parallelism: one model in several processes, each with a part of every layer.

The process of the engine leads: it schedules, and tells the others what to compute. All compute the
same steps, each on its own device, and add up their parts (`shards.py`) by torch.distributed.
"""

import os
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, distributed

from fleet_engine.batch import Span
from fleet_engine.config import EngineConfig, LlamaConfig
from fleet_engine.errors import EngineError, UnsupportedModel
from fleet_engine.loading import load_shard
from fleet_engine.runner import LocalRunner
from fleet_engine.shards import Shard

if TYPE_CHECKING:
    # Generic only for type checkers.
    from multiprocessing.connection import Connection

# A part that ends is noticed at once; one that takes longer than this for a step is lost.
STEP_TIMEOUT = timedelta(minutes=5)
# In seconds. Large models come from slow disks.
LOADING_TIMEOUT = 1800.0
ENDING_TIMEOUT = 10.0

_Follower = tuple[BaseProcess, "Connection[Any, Any]"]


class ParallelRunner:
    """Leads the processes of a model.

    Args:
        config: How to run it.
        model: Its shape.

    Raises:
        UnsupportedModel: It cannot be cut into so many parts.
        EngineError: A process did not come up.
    """

    def __init__(self, config: EngineConfig, model: LlamaConfig) -> None:
        size = config.tensor_parallel
        Shard(0, size).config(model)
        if distributed.is_initialized():
            raise UnsupportedModel("a process can lead one tensor-parallel model only")
        # Where the processes find each other; a file needs no port that another may take.
        self._meeting = TemporaryDirectory(prefix="fleet-parallel-")
        store = f"file://{self._meeting.name}/store"
        self._followers: list[_Follower] = []
        try:
            for rank in range(1, size):
                self._followers.append(_started(config, model, Shard(rank, size), store))
            self._own = _joined(config, model, Shard(0, size), store)
            for process, pipe in self._followers:
                _wait_loaded(process, pipe, self._own.blocks)
        except BaseException:
            self.close()
            raise

    @property
    def blocks(self) -> int:
        """Return how many blocks the cache has, in each process."""
        return self._own.blocks

    def copy(self, source: int, target: int, tokens: int) -> None:
        """Copy the first `tokens` of one block of the cache to another."""
        self._tell("copy", source, target, tokens)
        self._own.copy(source, target, tokens)

    def logits(self, spans: list[Span]) -> Tensor:
        """Compute `arranged` spans; return the logits wanted, (spans that want, vocabulary)."""
        self._tell("logits", spans)
        return self._own.logits(spans)

    def close(self) -> None:
        """End the other processes."""
        for _, pipe in self._followers:
            pipe.close()
        for process, _ in self._followers:
            process.join(ENDING_TIMEOUT)
            if process.is_alive():
                process.kill()
                process.join()
        if distributed.is_initialized():
            distributed.destroy_process_group()
        self._meeting.cleanup()

    def _tell(self, method: str, *arguments: object) -> None:
        for _, pipe in self._followers:
            pipe.send((method, arguments))


def _started(config: EngineConfig, model: LlamaConfig, shard: Shard, store: str) -> _Follower:
    """Start the process of a part; return it, and the pipe that it listens at."""
    # A fork would have none of this process's threads.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=_follow,
        args=(config, model, shard, store, theirs),
        name=f"part {shard.rank} of {shard.size}",
        daemon=True,
    )
    process.start()
    theirs.close()
    return process, ours


def _follow(
    config: EngineConfig, model: LlamaConfig, shard: Shard, store: str, pipe: "Connection[Any, Any]"
) -> None:
    """Compute what the leader says until it is silent; a process of its own."""
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    try:
        runner = _joined(config, model, shard, store, pipe)
        pipe.send("ready")
        with torch.inference_mode():
            while True:
                method, arguments = pipe.recv()
                if method == "copy":
                    runner.copy(*arguments)
                else:
                    runner.logits(*arguments)
    except EOFError:
        # The leader has gone. It may have gone without a word, so there is nobody to part from.
        os._exit(0)


def _joined(
    config: EngineConfig,
    model: LlamaConfig,
    shard: Shard,
    store: str,
    pipe: "Connection[Any, Any] | None" = None,
) -> LocalRunner:
    """Load a part, and meet the others. The leader says by `pipe` how many blocks there are."""
    device = config.torch_device
    if device.type == "cuda":
        device = torch.device("cuda", shard.rank)
        torch.cuda.set_device(device)
    distributed.init_process_group(
        "nccl" if device.type == "cuda" else "gloo",
        init_method=store,
        rank=shard.rank,
        world_size=shard.size,
        timeout=STEP_TIMEOUT,
    )
    blocks = pipe.recv() if pipe is not None else None
    return load_shard(config, model, shard, device, join_=_sum_, blocks=blocks)


def _sum_(part: Tensor) -> None:
    """Add up what all processes have in `part`, in place."""
    distributed.all_reduce(part)


def _wait_loaded(process: BaseProcess, pipe: "Connection[Any, Any]", blocks: int) -> None:
    """Have a part loaded with a cache of so many blocks, or raise `EngineError`."""
    try:
        pipe.send(blocks)
        if pipe.poll(LOADING_TIMEOUT):
            pipe.recv()
            return
    except (EOFError, ConnectionError) as error:
        raise EngineError(
            f"{process.name} ended while it loaded; its own error says why"
        ) from error
    raise EngineError(f"{process.name} did not load within {LOADING_TIMEOUT:.0f} seconds")
