"""What rounding weights loses: by weight, and in the answers of the real model."""

from dataclasses import replace
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
import pytest
import torch
from torch.nn import functional

from fleet_engine.batch import Span, batched
from fleet_engine.cache import BLOCK_TOKENS, KVCache
from fleet_engine.config import load_llama_config
from fleet_engine.generation import SamplingParams
from fleet_engine.linear import Linear
from fleet_engine.llama import Llama
from fleet_engine.quantization import GROUP, quantize_int4, quantize_int8
from fleet_engine.tokenizer import Tokenizer
from fleet_engine.weights import Weights

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
WINDOW = 256
WINDOWS = 4


@torch.inference_mode()
def perplexity(folder: Path, quantization, dtype=torch.float32) -> float:
    config = load_llama_config(folder)
    llama = Llama(config, Weights(folder), WINDOW, dtype, CPU, quantization=quantization)
    cache = KVCache(config, WINDOW // BLOCK_TOKENS, dtype, CPU)
    text = "\n\n".join(topics[name] for name in sorted(topics))
    tokens = Tokenizer(folder, config.vocab_size).encode(text[: WINDOW * WINDOWS * 8])
    surprise = 0.0
    for at in range(0, WINDOW * WINDOWS, WINDOW):
        window = tokens[at : at + WINDOW]
        table = np.arange(cache.blocks, dtype=np.int32)
        batch = batched([Span(table, 0, window, wants_logits=True)], llama.dtype, CPU)
        logits = llama.logits(replace(batch, last=None), cache)
        surprise += functional.cross_entropy(logits[:-1], torch.tensor(window[1:])).item()
    return float(np.exp(surprise / WINDOWS))


def some_weight(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.manual_seed(0)) * 0.05


def test_int8_weights_are_off_by_half_a_step_at_most():
    """A step is the 127th part of the largest weight of an output."""
    weight = some_weight(32, 100)

    quantized = quantize_int8(weight)

    error = (quantized.dequantized() - weight).abs()
    assert (error <= quantized.scales.unsqueeze(1) * 0.501).all()


def test_int4_weights_are_off_by_half_a_step_at_most():
    """A step is the 15th part of the range of 32 neighbours; half precision adds a little."""
    weight = some_weight(32, 128)

    quantized = quantize_int4(weight)

    error = (quantized.dequantized() - weight).abs().unflatten(1, (-1, GROUP))
    assert (error <= quantized.scales.float().unsqueeze(2) * 0.52).all()


def test_int4_takes_half_a_byte_a_weight_and_its_ranges():
    """The point of it."""
    quantized = quantize_int4(some_weight(64, 256))

    parts = (quantized.codes, quantized.scales, quantized.minima)
    assert 64 * 256 * (4 + 2 * 16 / GROUP) / 8 == sum(part.nbytes for part in parts)


def test_weights_that_came_from_q4_1_are_met_again():
    """Many models come as such files; rounding them twice would lose twice."""
    codes = torch.randint(0, 16, (8, 4, GROUP), generator=torch.manual_seed(0))
    codes[..., 0], codes[..., 1] = 0, 15
    weight = (codes * 0.0125 - 0.0875).flatten(1)

    torch.testing.assert_close(quantize_int4(weight).dequantized(), weight, atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("quantization", ["int8", "int4"])
def test_equal_weights_and_zeros_are_met(quantization):
    """Their range is 0, by which nothing can be divided."""
    weight = torch.zeros(16, 64)
    weight[3:] = 0.5

    linear = Linear(weight, quantization=quantization)

    torch.testing.assert_close(linear(torch.eye(64)).T, weight, atol=0, rtol=0.01)


def test_int4_is_int8_where_rows_have_no_whole_groups():
    """Few models have such a matrix, and those still work."""
    weight, x = some_weight(16, 72), torch.randn(3, 72, generator=torch.manual_seed(1))

    assert Linear(weight, quantization="int8")(x).equal(Linear(weight, quantization="int4")(x))


@pytest.mark.parametrize("quantization", ["int8", "int4"])
async def test_a_quantised_engine_answers(open_engine, quantization):
    """The setting reaches the weights, and an answer has its length."""
    params = SamplingParams(temperature=0, max_tokens=6, ignore_eos=True)
    async with open_engine(quantization=quantization) as engine:
        steps = [step async for step in engine.generate([5, 6, 7], params)]

    assert 6 == steps[-1].usage.completion_tokens


@pytest.mark.parametrize(
    ("quantization", "dtype"),
    [("int8", torch.float32), ("int4", torch.float32), (None, torch.bfloat16)],
)
def test_perplexity_of_the_real_model_stays_within_one_per_cent(smollm, quantization, dtype):
    """Speed that costs more than that is not worth having."""
    exact = perplexity(smollm, None)

    assert abs(perplexity(smollm, quantization, dtype) / exact - 1) < 0.01
