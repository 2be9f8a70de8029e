"""LoRA adapters against the model with merged weights, computed by transformers."""

import asyncio
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from transformers import LlamaForCausalLM

from fleet_engine.errors import UnsupportedModel
from fleet_engine.generation import SamplingParams

PROMPT = list(range(10, 40))
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
RANK = 4


def write_adapter(folder: Path, model: Path, seed: int, targets=ALL, **settings) -> Path:
    """Write a random adapter as PEFT saves one."""
    folder.mkdir()
    config = {"peft_type": "LORA", "r": RANK, "lora_alpha": 16, "target_modules": targets}
    (folder / "adapter_config.json").write_text(json.dumps(config | settings))
    random = torch.manual_seed(seed)
    tensors = {}
    for name, parameter in LlamaForCausalLM.from_pretrained(model).named_parameters():
        if name.removesuffix(".weight").split(".")[-1] in targets:
            stem = f"base_model.model.{name.removesuffix('.weight')}"
            out, into = parameter.shape
            tensors[f"{stem}.lora_A.weight"] = torch.randn(RANK, into, generator=random) / 4
            tensors[f"{stem}.lora_B.weight"] = torch.randn(out, RANK, generator=random) / 4
    save_file(tensors, folder / "adapter_model.safetensors")
    return folder


@torch.inference_mode()
def merged_answer(model: Path, adapter: Path, tokens: int, scale: float) -> list[int]:
    """Return transformers' greedy answer with the adapter's product added to the weights."""
    from safetensors.torch import load_file  # noqa: PLC0415

    merged = LlamaForCausalLM.from_pretrained(model, dtype=torch.float32)
    parameters = dict(merged.named_parameters())
    pieces = load_file(adapter / "adapter_model.safetensors")
    for name, down in pieces.items():
        if ".lora_A." in name:
            own = name.removeprefix("base_model.model.").replace(".lora_A", "")
            parameters[own] += scale * pieces[name.replace("lora_A", "lora_B")] @ down
    whole = merged.generate(
        torch.tensor([PROMPT]), max_new_tokens=tokens, do_sample=False, eos_token_id=None
    )
    return whole[0, len(PROMPT) :].tolist()


async def ids(engine, adapter=None, tokens=20) -> list[int]:
    params = SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True)
    answer = engine.generate(PROMPT, params, adapter=adapter)
    return [token.id async for step in answer for token in step.tokens]


async def test_an_adapter_answers_as_merged_weights_do(engine, model, tmp_path):
    """All seven matrices, whose rows we pack and reorder."""
    folder = write_adapter(tmp_path / "a", model, 1)

    adapter = await engine.load_adapter(folder)

    expected = merged_answer(model, folder, 20, 16 / RANK)
    assert expected == await ids(engine, adapter)
    assert expected != await ids(engine)


@pytest.mark.parametrize("targets", [["q_proj", "v_proj"], ["k_proj", "up_proj"]])
async def test_matrices_that_are_left_out_stay_as_they_are(engine, model, tmp_path, targets):
    folder = write_adapter(tmp_path / "a", model, 2, targets)

    adapter = await engine.load_adapter(folder)

    assert merged_answer(model, folder, 20, 16 / RANK) == await ids(engine, adapter)


async def test_rank_stabilised_adapters_scale_by_the_root(engine, model, tmp_path):
    """arXiv:2312.03732; the wrong scale answers plausibly and wrongly."""
    folder = write_adapter(tmp_path / "a", model, 3, use_rslora=True)

    adapter = await engine.load_adapter(folder)

    assert merged_answer(model, folder, 20, 16 / RANK**0.5) == await ids(engine, adapter)


async def test_several_adapters_and_none_run_in_one_batch(engine, model, tmp_path):
    """With the same prompt, whose cached prefix must not pass from one to another."""
    folders = [write_adapter(tmp_path / str(n), model, n) for n in range(2)]
    adapters = [None, *(await asyncio.gather(*map(engine.load_adapter, folders)))]

    answers = await asyncio.gather(*(ids(engine, adapter) for adapter in adapters * 2))

    expected = [merged_answer(model, folder, 20, 16 / RANK) for folder in folders]
    assert expected * 2 == [*answers[1:3], *answers[4:6]]
    assert answers[0] == answers[3] == await ids(engine)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"use_dora": True}, "use_dora"),
        ({"bias": "all"}, "bias"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"peft_type": "IA3"}, "peft_type"),
    ],
)
async def test_adapters_that_do_more_are_refused(engine, model, tmp_path, change, reason):
    """An adapter that is applied by half answers nonsense."""
    folder = write_adapter(tmp_path / "a", model, 1, **change)

    with pytest.raises(UnsupportedModel, match=reason):
        await engine.load_adapter(folder)


async def test_an_adapter_of_another_model_is_refused(engine, make_model, tmp_path):
    folder = write_adapter(tmp_path / "a", make_model(hidden_size=64), 1)

    with pytest.raises(UnsupportedModel, match="does not fit"):
        await engine.load_adapter(folder)


async def test_an_adapter_of_a_deeper_model_is_refused(engine, make_model, tmp_path):
    folder = write_adapter(tmp_path / "a", make_model(num_hidden_layers=3), 1)

    with pytest.raises(UnsupportedModel, match=r"cannot add .*layers\.2"):
        await engine.load_adapter(folder)
