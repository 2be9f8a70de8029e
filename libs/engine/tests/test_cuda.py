"""The engine on an accelerator."""

import pytest
import torch

from fleet_engine.generation import SamplingParams
from fleet_engine.linear import Linear
from fleet_engine.quantization import quantize_int4, quantize_int8

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


@needs_gpu
@pytest.mark.parametrize("quantization", ["int8", "int4"])
def test_a_gpu_multiplies_by_quantised_weights(quantization):
    """By what the CPU would round them to."""
    weight, x = (torch.randn(rows, 64).to(torch.bfloat16) for rows in (96, 5))
    rounded = {"int8": quantize_int8, "int4": quantize_int4}[quantization](weight).dequantized()
    product = Linear(weight.to("cuda"), quantization=quantization)(x.to("cuda")).float().cpu()
    expected = x.float() @ rounded.T

    assert (product - expected).norm() < 0.02 * expected.norm()


@needs_gpus
async def test_two_gpus_answer_as_one(open_engine, model):
    """Over NCCL."""
    async with open_engine(device="cuda", kv_tokens=1024) as engine:
        expected = await answer(engine)

    async with open_engine(device="cuda", kv_tokens=1024, tensor_parallel=2) as engine:
        assert expected == await answer(engine)
