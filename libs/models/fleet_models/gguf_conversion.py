"""A GGUF file of a Llama model to a Hugging Face folder.

Format and key names: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. llama.cpp's
`convert_hf_to_gguf.py` is what this undoes.
"""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFReader, ReaderTensor
from gguf.quants import dequantize
from numpy.typing import NDArray

from fleet_models import gguf_tokenizer
from fleet_models.errors import ModelError
from fleet_models.gguf_rope import rope_scaling
from fleet_models.progress import Progress
from fleet_models.rotary import halves
from fleet_models.safetensors_writer import Bf16Tensor, write

# GGUF's name of a tensor: Hugging Face's. `{}` is the number of the layer.
TENSORS = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
    "blk.{}.attn_norm.weight": "model.layers.{}.input_layernorm.weight",
    "blk.{}.attn_q.weight": "model.layers.{}.self_attn.q_proj.weight",
    "blk.{}.attn_k.weight": "model.layers.{}.self_attn.k_proj.weight",
    "blk.{}.attn_v.weight": "model.layers.{}.self_attn.v_proj.weight",
    "blk.{}.attn_output.weight": "model.layers.{}.self_attn.o_proj.weight",
    "blk.{}.ffn_norm.weight": "model.layers.{}.post_attention_layernorm.weight",
    "blk.{}.ffn_gate.weight": "model.layers.{}.mlp.gate_proj.weight",
    "blk.{}.ffn_up.weight": "model.layers.{}.mlp.up_proj.weight",
    "blk.{}.ffn_down.weight": "model.layers.{}.mlp.down_proj.weight",
}


def convert(gguf: Path, into: Path, progress: Progress) -> None:
    """Write config, tokenizer and bfloat16 weights of `gguf` to the folder `into`.

    Raises:
        ModelError: It is not a Llama model, or holds something with no place in the folder.
    """
    reader = _open(gguf)
    fields = {name: field.contents() for name, field in reader.fields.items()}
    by_name = {tensor.name: tensor for tensor in reader.tensors}
    divisors = by_name.pop("rope_freqs.weight", None)
    config = model_config(
        fields,
        tied="output.weight" not in by_name,
        divisors=None if divisors is None else dequantize(divisors.data, divisors.tensor_type),
    )
    tensors = [_converted(tensor, config) for tensor in by_name.values()]
    _dump(into / "config.json", config)
    _dump(into / "generation_config.json", _generation_config(fields, config))
    gguf_tokenizer.convert(fields, into)
    write(into / "model.safetensors", tensors, progress)


def _open(gguf: Path) -> GGUFReader:
    try:
        return GGUFReader(gguf)
    except ValueError as error:
        raise ModelError(f"{gguf.name} is not a sound GGUF file: {error}") from error


def model_config(
    fields: dict[str, Any], *, tied: bool, divisors: NDArray[np.float32] | None = None
) -> dict[str, Any]:
    """Return the `config.json` that says the same as the metadata of a GGUF file.

    Args:
        fields: The metadata.
        tied: Whether the embeddings make the output too.
        divisors: What the frequencies of the rotation are divided by.
    """
    architecture = fields["general.architecture"]
    if architecture != "llama":
        raise ModelError(f"cannot convert a GGUF file of the architecture {architecture!r}")
    if fields.get("llama.expert_count"):
        raise ModelError("cannot convert a GGUF file of a model with experts")
    heads, width = fields["llama.attention.head_count"], fields["llama.embedding_length"]
    head_dim = fields.get("llama.attention.key_length", width // heads)
    theta = fields.get("llama.rope.freq_base", 10000.0)
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "bos_token_id": fields["tokenizer.ggml.bos_token_id"],
        "eos_token_id": fields["tokenizer.ggml.eos_token_id"],
        "head_dim": head_dim,
        "hidden_act": "silu",
        "hidden_size": width,
        "intermediate_size": fields["llama.feed_forward_length"],
        "max_position_embeddings": fields["llama.context_length"],
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": heads,
        "num_hidden_layers": fields["llama.block_count"],
        "num_key_value_heads": fields.get("llama.attention.head_count_kv", heads),
        "pad_token_id": fields.get("tokenizer.ggml.padding_token_id"),
        "rms_norm_eps": _shortest(fields["llama.attention.layer_norm_rms_epsilon"]),
        "rope_scaling": rope_scaling(fields, divisors, theta, head_dim),
        "rope_theta": theta,
        "tie_word_embeddings": tied,
        "torch_dtype": "bfloat16",
        "vocab_size": len(fields["tokenizer.ggml.tokens"]),
    }


def _generation_config(fields: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """Return what ends an answer: what ends a text, and what ends a turn or a message."""
    shared = {key: config[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id")}
    roles = (f"tokenizer.ggml.{role}_token_id" for role in ("eot", "eom"))
    more = {fields[role] for role in roles if role in fields} - {config["eos_token_id"]}
    return shared | ({"eos_token_id": [config["eos_token_id"], *sorted(more)]} if more else {})


def _shortest(value: float) -> float:
    """Undo the widening of a 32-bit float: 9.999999747e-06 → 1e-05."""
    return float(str(np.float32(value)))


def _converted(tensor: ReaderTensor, config: dict[str, Any]) -> Bf16Tensor:
    layer = re.search(r"\d+", tensor.name)
    name = TENSORS.get(re.sub(r"\d+", "{}", tensor.name, count=1))
    if name is None:
        raise ModelError(f"cannot convert the tensor {tensor.name!r} of this GGUF file")
    # GGUF writes dimensions with the fastest-moving one first.
    shape = tuple(int(size) for size in reversed(tensor.shape))
    read = partial(_read, tensor, shape, _heads(tensor.name, config))
    return Bf16Tensor(name.format(layer and layer.group()), shape, read)


def _heads(name: str, config: dict[str, Any]) -> int | None:
    """Return the number of heads whose rows llama.cpp has permuted, if it has."""
    if name.endswith("attn_q.weight"):
        return int(config["num_attention_heads"])
    if name.endswith("attn_k.weight"):
        return int(config["num_key_value_heads"])
    return None


def _read(tensor: ReaderTensor, shape: tuple[int, ...], heads: int | None) -> NDArray[np.float32]:
    values = dequantize(tensor.data, tensor.tensor_type).reshape(shape)
    return values if heads is None else halves(values, heads)


def _dump(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")
