"""Our forward pass against transformers' own, on the same weights."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional
from transformers import AutoModelForCausalLM

from fleet_engine.batch import Span, arranged, batched
from fleet_engine.cache import BLOCK_TOKENS, KVCache
from fleet_engine.config import load_llama_config
from fleet_engine.errors import UnsupportedModel
from fleet_engine.linear import Linear
from fleet_engine.llama import Llama
from fleet_engine.weights import Weights

CPU = torch.device("cpu")
POSITIONS = 256
BLOCKS = POSITIONS // BLOCK_TOKENS

LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
LLAMA4_CONFIGS = {
    "all_layers_have_experts": {},
    "every_other_layer_has_experts": {"interleave_moe_layer_step": 2},
    "two_experts_a_token": {"num_experts_per_tok": 2},
    "no_norm_of_queries_and_keys": {"use_qk_norm": False},
    "no_temperature": {"attn_temperature_tuning": False},
    "no_chunks": {"attention_chunk_size": None},
    "rope_everywhere": {"no_rope_layers": [1, 1, 1, 1]},
    "llama3_rope": {"rope_parameters": LLAMA3},
}
CONFIGS = {
    "plain": {},
    "llama3_rope": {"rope_parameters": LLAMA3},
    "linear_rope": {
        "rope_parameters": {"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0}
    },
    "tied": {"tie_word_embeddings": True},
    "no_groups": {"num_key_value_heads": 4},
    "one_group": {"num_key_value_heads": 1},
    "wide_heads": {"head_dim": 16},
}


class Runner:
    """A model with a cache, driven by hand; sequences have blocks that are not neighbours."""

    def __init__(self, folder: Path, dtype: torch.dtype = torch.float32) -> None:
        config = load_llama_config(folder)
        self.dtype = dtype
        self.tables = np.random.default_rng(0).permutation(4 * BLOCKS).reshape(4, BLOCKS)
        with torch.inference_mode():
            self.cache = KVCache(config, 4 * BLOCKS, dtype, CPU)
            self.llama = Llama(config, Weights(folder), POSITIONS, dtype, CPU)

    def span(self, sequence: int, start: int, tokens: list[int], wants_logits: bool = True) -> Span:
        return Span(self.tables[sequence].astype(np.int32), start, tokens, wants_logits)

    @torch.inference_mode()
    def run(self, *spans: Span) -> Tensor:
        """Return the logits in the order in which `arranged` has the spans."""
        batch = batched(arranged([*spans]), self.dtype, CPU, self.llama.config.chunk)
        return self.llama.logits(batch, self.cache)

    def last(self, tokens: list[int]) -> Tensor:
        """Return the logits after a whole prompt."""
        return self.run(self.span(0, 0, tokens))[0]


@torch.inference_mode()
def expected(folder: Path, tokens: list[int]) -> Tensor:
    """Return transformers' logits for each position."""
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return reference(torch.tensor([tokens])).logits[0]


def some_tokens(count: int, seed: int = 0) -> list[int]:
    return torch.randint(2, 250, (count,), generator=torch.manual_seed(seed)).tolist()


@pytest.mark.parametrize("name", CONFIGS)
def test_logits_equal_those_of_transformers(make_model, name):
    """The whole point of a reference implementation."""
    folder, tokens = make_model(**CONFIGS[name]), some_tokens(150)

    logits = Runner(folder).last(tokens)

    torch.testing.assert_close(logits, expected(folder, tokens)[-1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", LLAMA4_CONFIGS)
def test_llama4_logits_equal_those_of_transformers(make_llama4, name):
    """Over five chunks of attention, in one pass."""
    folder, tokens = make_llama4(**LLAMA4_CONFIGS[name]), some_tokens(150)

    logits = Runner(folder).last(tokens)

    torch.testing.assert_close(logits, expected(folder, tokens)[-1], atol=1e-4, rtol=1e-4)


def test_llama4_decodes_across_the_bounds_of_chunks(make_llama4):
    """In a chunk's first token all before it is out of sight, but in the layers without rope."""
    folder, tokens = make_llama4(), some_tokens(70)
    runner, reference = Runner(folder), expected(folder, tokens)

    runner.run(runner.span(1, 0, tokens[:20], wants_logits=False))
    runner.run(runner.span(1, 20, tokens[20:60], wants_logits=False))
    for at in range(60, 70):
        logits = runner.run(
            runner.span(0, at - 60, [5]),
            runner.span(1, at, [tokens[at]]),
        )

        torch.testing.assert_close(logits[1], reference[at], atol=1e-4, rtol=1e-4)


def test_the_text_model_within_a_model_of_images_is_found(make_llama4):
    """As Llama 4 is published: `text_config`, and a prefix before the names of the tensors."""
    folder, tokens = make_llama4(), some_tokens(40)
    text_logits = Runner(folder).last(tokens)
    path = folder / "config.json"
    text = json.loads(path.read_text())
    whole = {"architectures": ["Llama4ForConditionalGeneration"], "text_config": text}
    path.write_text(json.dumps(whole))
    weights = load_file(folder / "model.safetensors")
    renamed = {f"language_model.{name}": tensor for name, tensor in weights.items()}
    save_file(renamed, folder / "model.safetensors")

    logits = Runner(folder).last(tokens)

    torch.testing.assert_close(logits, text_logits)


def test_rope_settings_of_older_folders_are_read(make_model):
    """Before transformers 5, a config said `rope_theta` and `rope_scaling`."""
    folder = make_model(rope_parameters=LLAMA3)
    config = json.loads((folder / "config.json").read_text())
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    old = folder / "config.json"
    new_logits = Runner(folder).last(some_tokens(90))
    old.write_text(json.dumps(config | {"rope_scaling": rope}))

    old_logits = Runner(folder).last(some_tokens(90))

    torch.testing.assert_close(old_logits, new_logits)


def test_chunks_and_decoding_equal_one_pass(model):
    """Chunked prefill, then a token at a time, in a batch with others, changes nothing."""
    runner, tokens = Runner(model), some_tokens(70)
    reference = expected(model, tokens)

    runner.run(runner.span(1, 0, tokens[:30], wants_logits=False))
    runner.run(
        runner.span(0, 0, some_tokens(9, seed=1)),
        runner.span(1, 30, tokens[30:60], wants_logits=False),
    )
    for at in range(60, 70):
        logits = runner.run(
            runner.span(0, at - 51, [7]),
            runner.span(1, at, [tokens[at]]),
            runner.span(3, 0, some_tokens(at)),
        )

        torch.testing.assert_close(logits[1], reference[at], atol=1e-4, rtol=1e-4)


def test_answers_of_very_different_lengths_do_not_disturb_each_other(model):
    """They attend in one call only where padding is cheap."""
    runner, lengths = Runner(model), (3, 20, 200)
    prompts = [some_tokens(length, seed=length) for length in lengths]
    for number, prompt in enumerate(prompts):
        runner.run(runner.span(number, 0, prompt[:-1], wants_logits=False))

    logits = runner.run(
        *(runner.span(n, len(prompt) - 1, prompt[-1:]) for n, prompt in enumerate(prompts))
    )

    for line, prompt in zip(logits, prompts, strict=True):
        torch.testing.assert_close(line, expected(model, prompt)[-1], atol=1e-4, rtol=1e-4)


def test_sharded_weights_are_read(make_model):
    """Every model above a few gigabytes comes in several files."""
    folder, tokens = make_model(shard="20KB"), some_tokens(20)
    assert len(list(folder.glob("*.safetensors"))) > 1

    logits = Runner(folder).last(tokens)

    torch.testing.assert_close(logits, expected(folder, tokens)[-1], atol=1e-4, rtol=1e-4)


def test_bfloat16_is_close(model):
    """The type that accelerators compute in takes other paths than float32."""
    tokens = some_tokens(40)

    logits = Runner(model, torch.bfloat16).last(tokens)

    similar = functional.cosine_similarity(logits, expected(model, tokens)[-1], dim=0)
    assert similar > 0.99


@pytest.mark.parametrize("rows", [1, 8, 33])
def test_packed_weights_multiply_as_plain_ones(rows):
    """The packed layout has no documented interface, so each torch release is checked."""
    generator = torch.manual_seed(0)
    weight, bias = torch.randn(48, 32, generator=generator), torch.randn(48, generator=generator)
    x, residual = torch.randn(rows, 32), torch.randn(rows, 48)
    linear = Linear(weight, bias)

    torch.testing.assert_close(linear(x), functional.linear(x, weight, bias))
    torch.testing.assert_close(
        linear.add(x, residual.clone()), functional.linear(x, weight, bias) + residual
    )


@pytest.mark.parametrize(
    "change",
    [
        {"architectures": ["MistralForCausalLM"]},
        {"attention_bias": True},
        {"mlp_bias": True},
        {"rope_parameters": {"rope_type": "yarn", "rope_theta": 1.0, "factor": 2.0}},
        {"quantization_config": {"quant_method": "awq"}},
    ],
)
def test_other_models_are_refused(make_model, change):
    """A model that is computed wrongly answers nonsense, which is worse than an error."""
    folder = make_model()
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | change))

    with pytest.raises(UnsupportedModel):
        load_llama_config(folder)


def test_the_real_model_equals_transformers(smollm):
    """Random weights hide what only trained ones show, such as large activations."""
    tokens = some_tokens(60)

    logits = Runner(smollm).last(tokens)

    torch.testing.assert_close(logits, expected(smollm, tokens)[-1], atol=2e-3, rtol=1e-3)
