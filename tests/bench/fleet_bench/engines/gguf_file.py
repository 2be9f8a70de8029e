"""A Hugging Face Llama folder as one GGUF file, in full or 8-bit precision.

Format: the GGUF specification of ggml; tensor names and the order of the q and k rows (rotary pairs
interleaved, where Hugging Face keeps halves) as llama.cpp's convert_hf_to_gguf.py has them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np

QUANTIZATIONS = {
    "f32": gguf.GGMLQuantizationType.F32,
    "f16": gguf.GGMLQuantizationType.F16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
}
FILE_TYPES = {
    "f32": gguf.LlamaFileType.ALL_F32,
    "f16": gguf.LlamaFileType.MOSTLY_F16,
    "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
}


def convert(model: Path, precision: str, target: Path) -> None:
    """Write the model of a folder to `target`; `precision` is a key of `QUANTIZATIONS`."""
    config = json.loads((model / "config.json").read_text())
    writer = gguf.GGUFWriter(target, "llama")
    _add_shape(writer, config)
    writer.add_file_type(FILE_TYPES[precision])
    _add_tokenizer(writer, json.loads((model / "tokenizer.json").read_text()), config)
    writer.add_chat_template(
        json.loads((model / "tokenizer_config.json").read_text())["chat_template"]
    )
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    for source, tensor in _weights(model / "model.safetensors"):
        name = names.get_name(source, try_suffixes=(".weight",))
        _add_tensor(writer, str(name), _interleaved(source, tensor, config), precision)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _weights(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yield name and weight, bf16 widened to fp32. Format: a length, a JSON header, the data."""
    data = np.memmap(path, np.uint8, "r")
    start = 8 + int(data[:8].view("<u8")[0])
    header = json.loads(data[8:start].tobytes())
    header.pop("__metadata__", None)
    for name, entry in header.items():
        if entry["dtype"] != "BF16":
            raise ValueError(f"{name} is {entry['dtype']}; only BF16 is read")
        begin, end = entry["data_offsets"]
        halves = data[start + begin : start + end].view("<u2").astype("<u4")
        yield name, (halves << 16).view("<f4").reshape(entry["shape"])


def _add_shape(writer: gguf.GGUFWriter, config: dict[str, int]) -> None:
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_vocab_size(config["vocab_size"])


def _add_tokenizer(
    writer: gguf.GGUFWriter, tokenizer: dict[str, Any], config: dict[str, int]
) -> None:
    """Add the tokens and merges. Without its special tokens a server would read them as text."""
    vocabulary: dict[str, int] = tokenizer["model"]["vocab"]
    merges = [m if isinstance(m, str) else " ".join(m) for m in tokenizer["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(sorted(vocabulary, key=vocabulary.__getitem__))
    special = {token["id"] for token in tokenizer["added_tokens"] if token["special"]}
    kinds = (gguf.TokenType.NORMAL, gguf.TokenType.CONTROL)
    writer.add_token_types([kinds[token in special] for token in range(len(vocabulary))])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])


def _interleaved(name: str, tensor: np.ndarray, config: dict[str, int]) -> np.ndarray:
    """Return a weight with its rotary pairs side by side, if it is of q or k."""
    heads = {"q_proj": "num_attention_heads", "k_proj": "num_key_value_heads"}
    for part, count in heads.items():
        if part in name:
            rows, columns = tensor.shape
            halves = tensor.reshape(config[count], 2, rows // config[count] // 2, columns)
            return halves.swapaxes(1, 2).reshape(rows, columns)
    return tensor


def _add_tensor(writer: gguf.GGUFWriter, name: str, tensor: np.ndarray, precision: str) -> None:
    """Add a weight; vectors stay in full precision, as llama.cpp wants them."""
    kind = QUANTIZATIONS[precision if tensor.ndim > 1 else "f32"]
    writer.add_tensor(name, gguf.quants.quantize(tensor, kind), raw_dtype=kind)
