"""LoRA adapters of the default chat model, with random weights, as PEFT saves them.

Format: https://huggingface.co/docs/peft/main/en/developer_guides/checkpoint
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

RANK = 4


def write_adapter(folder: Path, model: Path, seed: int) -> None:
    """Write an adapter of `model` that changes every answer; its config comes last, as from PEFT."""
    folder.mkdir(parents=True)
    shape = json.loads((model / "config.json").read_text())
    width, heads = shape["hidden_size"], shape["num_attention_heads"]
    rows = {"q_proj": width, "v_proj": width // heads * shape["num_key_value_heads"]}
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for layer in range(shape["num_hidden_layers"]):
        for name, height in rows.items():
            prefix = f"base_model.model.model.layers.{layer}.self_attn.{name}"
            weights[f"{prefix}.lora_A.weight"] = torch.randn(RANK, width, generator=generator) / 10
            weights[f"{prefix}.lora_B.weight"] = torch.randn(height, RANK, generator=generator) / 10
    save_file(weights, folder / "adapter_model.safetensors")
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": str(model),
        "r": RANK,
        "lora_alpha": 2 * RANK,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": sorted(rows),
    }
    (folder / "adapter_config.json").write_text(json.dumps(config))
