"""The engine on an accelerator."""

import pytest
import torch

from fleet_engine.generation import SamplingParams

gpus = torch.cuda.device_count()
needs_gpu = pytest.mark.skipif(gpus < 1, reason="needs a CUDA device, and there is none")
needs_gpus = pytest.mark.skipif(gpus < 2, reason=f"needs two CUDA devices, and there are {gpus}")
PROMPT = list(range(10, 60))


async def answer(engine) -> list[int]:
    params = SamplingParams(temperature=0, max_tokens=20, ignore_eos=True)
    steps = engine.generate(PROMPT, params)
    return [token.id async for step in steps for token in step.tokens]


@needs_gpu
@pytest.mark.parametrize("architecture", ["llama", "llama4"])
async def test_a_gpu_answers_as_a_cpu_does(open_engine, make_model, make_llama4, architecture):
    folder = {"llama": make_model, "llama4": make_llama4}[architecture]()
    async with open_engine(model=folder) as engine:
        expected = await answer(engine)

    async with open_engine(model=folder, device="cuda", kv_tokens=1024) as engine:
        assert expected == await answer(engine)


@needs_gpus
async def test_two_gpus_answer_as_one(open_engine, model):
    """Over NCCL."""
    async with open_engine(device="cuda", kv_tokens=1024) as engine:
        expected = await answer(engine)

    async with open_engine(device="cuda", kv_tokens=1024, tensor_parallel=2) as engine:
        assert expected == await answer(engine)
