"""Tensor parallelism: a model in two processes against the same model in one."""

import os
import signal

import pytest
import torch

from fleet_engine.errors import EngineBroken, UnsupportedModel
from fleet_engine.generation import SamplingParams

pytestmark = pytest.mark.slow

PROMPTS = [list(range(10, 60)), list(range(90, 95)), list(range(10, 40))]


async def answers(engine) -> list[list[tuple[int, float]]]:
    """Return the tokens of greedy answers with their log probabilities, one prompt after another."""
    params = SamplingParams(temperature=0, max_tokens=12, ignore_eos=True, logprobs=0)
    found = []
    for prompt in PROMPTS:
        steps = engine.generate(prompt, params)
        found.append([(t.id, t.logprob) async for step in steps for t in step.tokens])
    return found


@pytest.mark.parametrize("architecture", ["llama", "llama4"])
async def test_two_processes_answer_as_one(open_engine, make_model, make_llama4, architecture):
    """Over gloo on a CPU; the third prompt's prefix is copied from a block of the first's."""
    folder = {"llama": make_model, "llama4": make_llama4}[architecture]()
    async with open_engine(model=folder) as whole:
        expected = await answers(whole)

    async with open_engine(model=folder, tensor_parallel=2) as parts:
        found = await answers(parts)
        assert parts.load.cached_tokens > 0

    for one, two in zip(expected, found, strict=True):
        assert [id_ for id_, _ in one] == [id_ for id_, _ in two]
        torch.testing.assert_close(
            torch.tensor([p for _, p in two]), torch.tensor([p for _, p in one]), atol=1e-4, rtol=0
        )


async def test_a_part_that_is_lost_fails_what_is_open(open_engine, model):
    """Half a model answers nonsense, or never."""
    async with open_engine(model=model, tensor_parallel=2) as engine:
        answer = engine.generate(PROMPTS[0], SamplingParams(ignore_eos=True, max_tokens=200))
        await anext(answer)
        ((process, _),) = engine._scheduler.runner._followers

        os.kill(process.pid, signal.SIGKILL)

        with pytest.raises(EngineBroken):
            async for _ in answer:
                pass


async def test_no_process_outlives_the_engine(open_engine, model):
    async with open_engine(model=model, tensor_parallel=2) as engine:
        ((process, _),) = engine._scheduler.runner._followers
        assert process.is_alive()

    assert not process.is_alive()


async def test_heads_that_cannot_be_shared_out_are_named(open_engine, make_model):
    with pytest.raises(UnsupportedModel, match="num_key_value_heads = 1 is not divisible"):
        async with open_engine(model=make_model(num_key_value_heads=1), tensor_parallel=2):
            pass
