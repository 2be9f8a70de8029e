"""GGUF files of whole Llama models, in the types and with the tokenizers that such files have."""

import json
from pathlib import Path

import pytest

from fleet_models import gguf_conversion
from fleet_models.errors import ModelError
from fleet_models.gguf_rope import expected_divisors
from fleet_models.progress import silent

np = pytest.importorskip("numpy", reason="needs the extra `torch`")
gguf = pytest.importorskip("gguf", reason="needs the extra `torch`")
torch = pytest.importorskip("torch", reason="needs the extra `torch`")
tokenizers = pytest.importorskip("tokenizers", reason="needs the extra `torch`")
transformers = pytest.importorskip("transformers")

TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1"]
SHAPE = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "initializer_range": 0.3,
}
SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
PIECES = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
PIECES += [SPACE, "t", "h", "e", "th", "he", "the", f"{SPACE}the"]


def llama_model(vocabulary: int, **config):
    torch.manual_seed(0)
    shape = transformers.LlamaConfig(**SHAPE | {"vocab_size": vocabulary} | config)
    return transformers.LlamaForCausalLM(shape).eval()


def permuted(rows, heads):
    """As llama.cpp's `convert_hf_to_gguf.py` does it: `LlamaModel.permute`."""
    shape = (heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
    return rows.reshape(shape).swapaxes(1, 2).reshape(rows.shape)


def write_gguf(path: Path, model, kind: str, tokenizer) -> None:
    """Write `model` as llama.cpp does, each matrix in the type `kind`; read back what that lost."""
    own = {theirs: ours for ours, theirs in gguf_conversion.TENSORS.items()}
    config, type_ = model.config, gguf.GGMLQuantizationType[kind]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    tokenizer(writer)
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for name, parameter in model.named_parameters():
        values = parameter.data.numpy()
        for part, count in heads.items():
            values = permuted(values, count) if part in name else values
        layer = next((word for word in name.split(".") if word.isdigit()), "")
        stem = own[name.replace(f".{layer}.", ".{}.") if layer else name].format(layer)
        if values.ndim == 1:
            writer.add_tensor(stem, values)
            continue
        packed = gguf.quants.quantize(values, type_)
        writer.add_tensor(stem, packed, raw_dtype=type_)
        kept = gguf.quants.dequantize(packed, type_)
        for part, count in heads.items():
            kept = unpermuted(kept, count) if part in name else kept
        parameter.data = torch.from_numpy(np.array(kept))
    if config.rope_parameters["rope_type"] == "llama3":
        factor = config.rope_parameters["factor"]
        theta = config.rope_parameters["rope_theta"]
        writer.add_tensor("rope_freqs.weight", expected_divisors(factor, theta, 16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def unpermuted(rows, heads):
    order = permuted(np.arange(len(rows))[:, None], heads)[:, 0]
    back = np.empty_like(rows)
    back[order] = rows
    return back


def byte_level(writer) -> None:
    """Write a tokenizer as of Llama 3, with one merge."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    tokens = [*alphabet, "th", "<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("llama-bpe")
    writer.add_token_list(tokens)
    writer.add_token_types([1] * 257 + [3] * 3)
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(257)
    writer.add_eos_token_id(258)
    writer.add_eot_token_id(259)


def sentencepiece(writer) -> None:
    """Write a tokenizer as of Llama 2."""
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(PIECES)
    writer.add_token_scores([0.0] * 259 + [-float(n) for n in range(len(PIECES) - 259)])
    writer.add_token_types([2, 3, 3] + [6] * 256 + [1] * (len(PIECES) - 259))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)


def converted(folder: Path, model, kind: str = "F32", tokenizer=byte_level):
    """Write `model` as a GGUF file, convert it, and load what came of it."""
    write_gguf(folder / "model.gguf", model, kind, tokenizer)
    gguf_conversion.convert(folder / "model.gguf", folder, silent)
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


@torch.no_grad()
def logits(model):
    return model(torch.arange(3, 60)[None]).logits


@pytest.mark.parametrize("kind", TYPES)
def test_a_model_survives_the_way_there_and_back(tmp_path, kind):
    """What the type of the file lost apart, it is the same model, rounded to bfloat16."""
    model = llama_model(260)

    back = converted(tmp_path, model, kind)

    for name, parameter in model.named_parameters():
        assert torch.equal(parameter.bfloat16().float(), back.get_parameter(name)), name
    for parameter in model.parameters():
        parameter.data = parameter.data.bfloat16().float()
    torch.testing.assert_close(logits(back), logits(model))


def test_the_scaling_of_positions_is_found_in_the_frequencies(tmp_path):
    """GGUF does not name Llama 3.1's scaling, but carries what comes of it."""
    rope = {
        "rope_type": "llama3",
        "rope_theta": 500000.0,
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    }

    back = converted(tmp_path, llama_model(260, rope_parameters=rope))

    assert rope == back.config.rope_parameters


def test_a_byte_level_tokenizer_begins_texts_and_merges(tmp_path):
    converted(tmp_path, llama_model(260))

    tokenizer = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))

    assert ["<|begin_of_text|>", "th", "e"] == tokenizer.encode("the").tokens
    assert "naïve 😀\n" == tokenizer.decode(tokenizer.encode("naïve 😀\n").ids)


def test_what_ends_a_turn_ends_an_answer_too(tmp_path):
    """Without it Llama 3 talks to itself."""
    converted(tmp_path, llama_model(260))

    generation = json.loads((tmp_path / "generation_config.json").read_text())

    assert [258, 259] == generation["eos_token_id"]


def test_a_sentencepiece_tokenizer_merges_by_score_and_falls_back_to_bytes(tmp_path):
    converted(tmp_path, llama_model(len(PIECES)), tokenizer=sentencepiece)

    tokenizer = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))

    tokens = tokenizer.encode("the thee").tokens
    assert ["<s>", f"{SPACE}the", f"{SPACE}the", "e"] == tokens
    assert ["<s>", SPACE, "<0xC3>", "<0xA9>"] == tokenizer.encode("é").tokens
    assert "é the" == tokenizer.decode(tokenizer.encode("é the").ids)


def test_a_tokenizer_of_another_kind_is_refused(tmp_path):
    def bert(writer):
        byte_level(writer)
        writer.add_tokenizer_model("bert")

    with pytest.raises(ModelError, match="tokenizer is 'bert'"):
        converted(tmp_path, llama_model(260), tokenizer=bert)
