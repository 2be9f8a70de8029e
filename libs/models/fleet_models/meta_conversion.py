"""A Meta checkpoint (`params.json`, `consolidated.*.pth`) to a Hugging Face folder.

Format: https://github.com/meta-llama/llama-models/blob/main/models/llama3/model.py. Large models
come in several files, each a part of every matrix, as model parallelism needs them.
"""

import json
import pickle
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fleet_models import meta_tokenizer
from fleet_models.errors import ModelError
from fleet_models.meta_tokenizer import MetaTokenizer
from fleet_models.progress import Progress
from fleet_models.rotary import halves
from fleet_models.safetensors_writer import Bf16Tensor, write

# Meta's name of a matrix: Hugging Face's, and the dimension by which it is cut into parts.
MATRICES = {
    "tok_embeddings": ("model.embed_tokens", None),
    "output": ("lm_head", 0),
    "attention.wq": ("self_attn.q_proj", 0),
    "attention.wk": ("self_attn.k_proj", 0),
    "attention.wv": ("self_attn.v_proj", 0),
    "attention.wo": ("self_attn.o_proj", 1),
    "feed_forward.w1": ("mlp.gate_proj", 0),
    "feed_forward.w2": ("mlp.down_proj", 1),
    "feed_forward.w3": ("mlp.up_proj", 0),
}
# Vectors, which every part has whole.
VECTORS = {
    "norm": "model.norm",
    "attention_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
LLAMA2_CONTEXT, LLAMA3_CONTEXT, SCALED_CONTEXT = 4096, 8192, 131072

Parts = Sequence[Mapping[str, Tensor]]


def convert(folder: Path, into: Path, progress: Progress) -> None:
    """Write config, tokenizer and bfloat16 weights of the checkpoint in `folder` to `into`.

    Raises:
        ModelError: It is incomplete, or of a model that has more than Llama 2 and 3 have.
    """
    params = json.loads((folder / "params.json").read_text())
    parts = [_opened(path) for path in sorted(folder.glob("consolidated*.pth"))]
    beside = folder / "tokenizer.model"
    tokenizer = meta_tokenizer.read(beside if beside.exists() else folder.parent / beside.name)
    config = model_config(params, parts, tokenizer)
    _dump(into / "config.json", config)
    ends = [tokenizer.id(token) for token in tokenizer.ends]
    generation = {"bos_token_id": config["bos_token_id"], "eos_token_id": ends}
    _dump(into / "generation_config.json", generation)
    tokenizer.write(into, config["max_position_embeddings"])
    write(into / "model.safetensors", list(_tensors(parts, config)), progress)


def model_config(
    params: Mapping[str, Any], parts: Parts, tokenizer: MetaTokenizer
) -> dict[str, Any]:
    """Return the `config.json` that says the same as `params.json` and the tensors themselves."""
    width, heads = params["dim"], params["n_heads"]
    scaled = bool(params.get("use_scaled_rope"))
    inner = sum(len(part["layers.0.feed_forward.w1.weight"]) for part in parts)
    tied = _tied(parts)
    context = LLAMA3_CONTEXT if tokenizer.llama3 else LLAMA2_CONTEXT
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "bos_token_id": tokenizer.id(tokenizer.bos),
        "eos_token_id": tokenizer.id(tokenizer.ends[0]),
        "head_dim": width // heads,
        "hidden_act": "silu",
        "hidden_size": width,
        "intermediate_size": inner,
        "max_position_embeddings": SCALED_CONTEXT if scaled else context,
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": heads,
        "num_hidden_layers": params["n_layers"],
        "num_key_value_heads": params.get("n_kv_heads") or heads,
        "rms_norm_eps": params["norm_eps"],
        "rope_scaling": _rope_scaling(params, tied=tied) if scaled else None,
        "rope_theta": params.get("rope_theta", 10000.0),
        "tie_word_embeddings": tied,
        "torch_dtype": "bfloat16",
        "vocab_size": _whole_shape(parts, "tok_embeddings.weight", width)[0],
    }


def _rope_scaling(params: Mapping[str, Any], *, tied: bool) -> dict[str, Any]:
    """Return how positions are scaled.

    `params.json` mostly says only that they are. Llama 3.2's models of text alone, which are those
    that tie their embeddings, scale by 32, all others by 8.
    """
    return {
        "rope_type": "llama3",
        "factor": float(params.get("rope_scaling_factor") or (32 if tied else 8)),
        "low_freq_factor": 1.0,
        "high_freq_factor": float(params.get("rope_high_freq_factor") or 4),
        "original_max_position_embeddings": LLAMA3_CONTEXT,
    }


def _tied(parts: Parts) -> bool:
    """Return whether the output is made by the embeddings: it is the same, or not there."""
    names = "output.weight", "tok_embeddings.weight"
    return all(
        names[0] not in part
        or (part[names[0]].shape == part[names[1]].shape and part[names[0]].equal(part[names[1]]))
        for part in parts
    )


def _opened(path: Path) -> Mapping[str, Tensor]:
    """Map a part into memory, without running what is pickled."""
    try:
        part: Mapping[str, Tensor] = torch.load(
            path, map_location="cpu", weights_only=True, mmap=True
        )
    except pickle.UnpicklingError as error:
        raise ModelError(f"refused: {path.name} holds more than tensors") from error
    except RuntimeError as error:
        raise ModelError(f"{path.name} is not a sound checkpoint: {error}") from error
    return part


def _tensors(parts: Parts, config: Mapping[str, Any]) -> list[Bf16Tensor]:
    # Frequencies of the rotation follow from the config.
    names = [name for name in parts[0] if name != "rope.freqs"]
    if config["tie_word_embeddings"]:
        names = [name for name in names if name != "output.weight"]
    return [_tensor(name, parts, config) for name in names]


def _tensor(name: str, parts: Parts, config: Mapping[str, Any]) -> Bf16Tensor:
    stem = name.removesuffix(".weight")
    prefix = ""
    if stem.startswith("layers."):
        _, layer, stem = stem.split(".", 2)
        prefix = f"model.layers.{layer}."
    if stem in VECTORS:
        shape = tuple(parts[0][name].shape)
        return Bf16Tensor(f"{prefix}{VECTORS[stem]}.weight", shape, partial(_vector, parts, name))
    if stem not in MATRICES:
        raise ModelError(f"cannot convert the tensor {name!r} of this checkpoint")
    shape = _whole_shape(parts, name, config["hidden_size"])
    heads = {
        "attention.wq": config["num_attention_heads"],
        "attention.wk": config["num_key_value_heads"],
    }.get(stem)
    read = partial(_matrix, parts, name, config["hidden_size"], heads)
    return Bf16Tensor(f"{prefix}{MATRICES[stem][0]}.weight", shape, read)


def _vector(parts: Parts, name: str) -> NDArray[np.float32]:
    vector: NDArray[np.float32] = parts[0][name].float().numpy()
    return vector


def _matrix(parts: Parts, name: str, width: int, heads: int | None) -> NDArray[np.float32]:
    pieces = [part[name].float() for part in parts]
    rows: NDArray[np.float32] = torch.cat(pieces, _cut(parts, name, width)).numpy()
    return rows if heads is None else halves(rows, heads)


def _whole_shape(parts: Parts, name: str, width: int) -> tuple[int, ...]:
    shape = [*parts[0][name].shape]
    cut = _cut(parts, name, width)
    shape[cut] = sum(part[name].shape[cut] for part in parts)
    return tuple(shape)


def _cut(parts: Parts, name: str, width: int) -> int:
    """Return the dimension by which a matrix is cut; that of the embeddings is not always one."""
    stem = name.removesuffix(".weight")
    by = MATRICES[stem.split(".", 2)[2] if stem.startswith("layers.") else stem][1]
    if by is None:
        return 0 if parts[0][name].shape[1] == width else 1
    return by


def _dump(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")
