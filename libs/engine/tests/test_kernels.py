"""The compiled kernels against torch, and what happens where they cannot be compiled."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.nn import functional

from fleet_engine.batch import Span, batched
from fleet_engine.cache import KVCache
from fleet_engine.config import load_llama_config
from fleet_engine.kernels.build import built
from fleet_engine.kernels.library import library
from fleet_engine.linear import Linear
from fleet_engine.llama import Llama
from fleet_engine.operations import rms_norm, swiglu
from fleet_engine.quantization import quantize_int4, quantize_int8
from fleet_engine.weights import Weights

pytestmark = pytest.mark.slow

CPU = torch.device("cpu")
ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 13, 33]

needs_kernels = pytest.mark.skipif(
    library() is None, reason="the kernels need AVX2 and a C++ compiler"
)

FALLBACK = """
import sys, torch
from pathlib import Path
from fleet_engine.kernels.library import library
from tests_of_kernels import logits

assert library() is None
torch.save(logits(Path(sys.argv[1]), sys.argv[2] or None), sys.argv[3])
"""


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.manual_seed(seed))


@torch.inference_mode()
def logits(folder, quantization, dtype=torch.float32):
    """Return the logits after a prompt, computed in two steps."""
    config = load_llama_config(folder)
    llama = Llama(config, Weights(folder), 64, dtype, CPU, quantization=quantization)
    cache = KVCache(config, 4, dtype, CPU)
    table = torch.arange(4, dtype=torch.int32).numpy()
    for start, tokens in ((0, [*range(5, 38)]), (33, [7])):
        batch = batched([Span(table, start, tokens, wants_logits=True)], llama.dtype, CPU)
        found = llama.logits(batch, cache)
    return found


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_products_equal_those_of_torch(dtype, threads):
    """Each number of rows is another function, and each type of weights another layout."""
    weight, bias = random(96, 168).to(dtype).float(), random(96, seed=1)
    linear, before = Linear(weight, bias), torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        for rows in ROWS:
            x, residual = random(rows, 168, seed=2), random(rows, 96, seed=3)
            expected = functional.linear(x, weight, bias)

            torch.testing.assert_close(linear(x), expected, atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(
                linear.add(x, residual), expected + residual, atol=1e-4, rtol=1e-4
            )
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("rows", ROWS)
def test_int8_products_lose_nothing_but_what_rounding_the_weights_loses(rows):
    """Inputs keep some 15 bits, and the sums are exact."""
    weight, x = random(64, 160), random(rows, 160, seed=1)

    expected = functional.linear(x, quantize_int8(weight).dequantized())

    found = Linear(weight, quantization="int8")(x)
    assert (found - expected).norm() < 1e-4 * expected.norm()


@pytest.mark.parametrize("rows", ROWS)
def test_int4_products_lose_little_but_what_rounding_the_weights_loses(rows):
    """Inputs keep 8 bits, with a scale for each 32."""
    weight, x = random(64, 160), random(rows, 160, seed=1)

    expected = functional.linear(x, quantize_int4(weight).dequantized())

    found = Linear(weight, quantization="int4")(x)
    assert (found - expected).norm() < 0.01 * expected.norm()


def test_one_huge_input_does_not_drown_the_others():
    """Models have such inputs; with one 8-bit scale for them all, the others would become nothing."""
    weight, x = random(64, 256), random(4, 256, seed=1)
    weight[:, 3] = 0
    x[:, 3] = 500

    linear = Linear(weight, quantization="int8")

    expected = functional.linear(x, weight)
    assert (linear(x) - expected).norm() < 0.02 * expected.norm()


@needs_kernels
@pytest.mark.parametrize("quantization", ["int8", "int4"])
def test_the_largest_possible_sums_do_not_overflow(quantization):
    """An overflow would be a wrong answer without a sign of it."""
    weight, x = torch.ones(16, 8192), torch.ones(2, 8192)
    weight[:, ::2] = 0.999 if quantization == "int8" else 0

    linear = Linear(weight, quantization=quantization)

    torch.testing.assert_close(linear(x), functional.linear(x, weight), atol=0, rtol=0.01)


def test_weights_that_16_bits_hold_are_kept_in_16_bits():
    """Half the bytes to read for a token, and the same products."""
    weight = random(64, 64)

    assert weight.to(torch.bfloat16).float().equal(_kept(weight.to(torch.bfloat16).float()))
    assert weight.equal(_kept(weight))


def _kept(weight: torch.Tensor) -> torch.Tensor:
    """Return the weights as they come out of products with the unit vectors."""
    return Linear(weight)(torch.eye(weight.shape[1])).T.contiguous()


def test_norm_and_activation_equal_those_of_torch():
    """From far below to far above what occurs, as the exponential is our own."""
    x, weight = random(5, 64) * 40, random(64, seed=1)
    gates, ups = x.chunk(2, 1)

    torch.testing.assert_close(
        rms_norm(x, weight, 1e-5), functional.rms_norm(x, (64,), weight, 1e-5)
    )
    torch.testing.assert_close(swiglu(x), functional.silu(gates) * ups)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_16_bit_weights_and_cache_change_little(make_model, dtype):
    """They are rounded once when stored; a CPU computes in float32."""
    folder = make_model()

    found, exact = logits(folder, None, dtype), logits(folder, None)

    assert (found - exact).norm() < 0.02 * exact.norm()
    assert not found.equal(exact)


@needs_kernels
def test_a_library_is_compiled_once(tmp_path):
    """It takes seconds, so the second process finds it."""
    first = built(tmp_path)
    made = first.stat().st_mtime_ns

    assert first == built(tmp_path)
    assert made == first.stat().st_mtime_ns
    assert [first] == [*tmp_path.iterdir()]


def test_a_compiler_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    """Half a library would crash the next process."""
    monkeypatch.setenv("CXX", "false")

    assert built(tmp_path) is None
    assert [] == [*tmp_path.iterdir()]


@needs_kernels
@pytest.mark.parametrize(("quantization", "part"), [(None, 1e-5), ("int8", 1e-3), ("int4", 0.03)])
def test_torch_computes_the_same_without_a_compiler(make_model, tmp_path, quantization, part):
    """A small image has no compiler, and must give the same answers, if later."""
    folder = make_model()
    (tmp_path / "tests_of_kernels.py").write_bytes(Path(__file__).read_bytes())
    path = tmp_path / "logits.pt"
    environment = {**os.environ, "CXX": str(tmp_path / "none"), "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", FALLBACK, str(folder), quantization or "", str(path)]
    subprocess.run(command, env=environment, check=True, capture_output=True, text=True)

    found, expected = logits(folder, quantization), torch.load(path)

    assert (found - expected).norm() < part * expected.norm()
