"""Export the Llama in a Hugging Face folder with ExecuTorch: `python export_llama.py FOLDER FILE CONTEXT CHUNK`.

As ExecuTorch's own `export_llama` does it, whose model this is, with a KV cache and prompts of any length up to CHUNK.
"""

import json
import sys
from pathlib import Path

import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.examples.models.llama.llama_transformer import construct_transformer
from executorch.examples.models.llama.model_args import ModelArgs
from executorch.exir import EdgeCompileConfig, to_edge_transform_and_lower
from safetensors.torch import load_file

NAMES = {
    "model.embed_tokens.weight": "tok_embeddings.weight",
    "model.norm.weight": "norm.weight",
    "lm_head.weight": "output.weight",
}
PARTS = {
    "self_attn.q_proj": "attention.wq",
    "self_attn.k_proj": "attention.wk",
    "self_attn.v_proj": "attention.wv",
    "self_attn.o_proj": "attention.wo",
    "mlp.gate_proj": "feed_forward.w1",
    "mlp.down_proj": "feed_forward.w2",
    "mlp.up_proj": "feed_forward.w3",
    "input_layernorm": "attention_norm",
    "post_attention_layernorm": "ffn_norm",
}


def main(folder: Path, file: Path, context: int, chunk: int) -> None:
    config = json.loads((folder / "config.json").read_text())
    model = llama(folder, config, context, chunk).eval()
    inputs = (
        torch.zeros(1, 2, dtype=torch.long),
        {"input_pos": torch.zeros(1, dtype=torch.long)},
    )
    shapes = ({1: torch.export.Dim("tokens", max=chunk)}, {"input_pos": {0: 1}})
    with torch.no_grad():
        exported = torch.export.export(model, inputs, dynamic_shapes=shapes, strict=True)
    lowered = to_edge_transform_and_lower(
        exported,
        partitioner=[XnnpackPartitioner()],
        compile_config=EdgeCompileConfig(_check_ir_validity=False, _skip_dim_order=True),
        constant_methods={
            "get_max_seq_len": chunk,
            "get_max_context_len": context,
            "get_vocab_size": config["vocab_size"],
            "get_eos_ids": [config["eos_token_id"]],
            "use_kv_cache": True,
            "enable_dynamic_shape": True,
        },
    )
    file.write_bytes(lowered.to_executorch().buffer)


def llama(folder: Path, config: dict, context: int, chunk: int) -> torch.nn.Module:
    arguments = ModelArgs(
        dim=config["hidden_size"],
        n_layers=config["num_hidden_layers"],
        n_heads=config["num_attention_heads"],
        n_kv_heads=config["num_key_value_heads"],
        hidden_dim=config["intermediate_size"],
        vocab_size=config["vocab_size"],
        norm_eps=config["rms_norm_eps"],
        max_seq_len=chunk,
        max_context_len=context,
        use_kv_cache=True,
        enable_dynamic_shape=True,
        use_hf_rope=True,
    )
    model = construct_transformer(arguments)
    weights = load_file(folder / "model.safetensors")
    missing, unexpected = model.load_state_dict(
        {renamed(name): weight for name, weight in weights.items()}, strict=False
    )
    assert not unexpected, unexpected
    assert not [name for name in missing if name.endswith("weight")], missing
    return model


def renamed(name: str) -> str:
    if name in NAMES:
        return NAMES[name]
    _, _, layer, part = name.removesuffix(".weight").split(".", 3)
    return f"layers.{layer}.{PARTS[part]}.weight"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
