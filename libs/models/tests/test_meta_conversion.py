"""Meta's checkpoints become Hugging Face folders that compute the same."""

import base64
import json
import os
import struct
from pathlib import Path

import pytest

from fleet_models.errors import ModelError

torch = pytest.importorskip("torch", reason="needs the extra `torch`")
tokenizers = pytest.importorskip("tokenizers", reason="needs the extra `torch`")
transformers = pytest.importorskip("transformers")

WORDS = [b"th", b"he", b"the", b" the"]
LLAMA3_VOCABULARY = 256 + len(WORDS) + 256
SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
PIECES = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
PIECES += [SPACE, "t", "h", "e", "th", "the"]
META_NAMES = {
    "model.embed_tokens": "tok_embeddings",
    "model.norm": "norm",
    "lm_head": "output",
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
ROW_PARALLEL = {"attention.wo", "feed_forward.w2"}
ROPE = {
    "rope_type": "llama3",
    "rope_theta": 500000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}


def llama_model(**config):
    """Make a random model whose weights are exact in bfloat16, as Meta's are."""
    torch.manual_seed(0)
    shape = {
        "vocab_size": LLAMA3_VOCABULARY,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 131072,
        "initializer_range": 0.3,
        "rope_parameters": ROPE,
    }
    model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**shape | config)).eval()
    for parameter in model.parameters():
        parameter.data = parameter.data.bfloat16().float()
    return model


def neighbours(rows, heads):
    """Undo what Meta's rows of q and k went through on their way to Hugging Face."""
    return rows.view(heads, 2, -1, rows.shape[1]).transpose(1, 2).reshape(rows.shape)


def write_checkpoint(folder: Path, model, parts: int, embeddings_cut: int = 0, **params) -> Path:
    """Write `model` as Meta does, cut into so many parts."""
    folder.mkdir()
    config = model.config
    files = [{"rope.freqs": torch.ones(4)} for _ in range(parts)]
    for name, parameter in model.named_parameters():
        stem = name.removesuffix(".weight")
        layer = ""
        if ".layers." in stem:
            _, _, number, stem = stem.split(".", 3)
            layer = f"layers.{number}."
        meta, values = META_NAMES[stem], parameter.data.bfloat16()
        if meta == "attention.wq":
            values = neighbours(values, config.num_attention_heads)
        if meta == "attention.wk":
            values = neighbours(values, config.num_key_value_heads)
        cut = 1 if meta in ROW_PARALLEL else embeddings_cut if meta == "tok_embeddings" else 0
        pieces = values.chunk(parts, cut) if values.dim() > 1 else [values] * parts
        for file, piece in zip(files, pieces, strict=True):
            file[f"{layer}{meta}.weight"] = piece.clone()
    for number, file in enumerate(files):
        torch.save(file, folder / f"consolidated.{number:02}.pth")
    said = {
        "dim": config.hidden_size,
        "n_heads": config.num_attention_heads,
        "n_kv_heads": config.num_key_value_heads,
        "n_layers": config.num_hidden_layers,
        "norm_eps": config.rms_norm_eps,
        "rope_theta": config.rope_parameters["rope_theta"],
        "vocab_size": -1,
    }
    (folder / "params.json").write_text(json.dumps(said | params))
    write_llama3_tokenizer(folder / "tokenizer.model")
    return folder


def write_llama3_tokenizer(path: Path) -> None:
    tokens = [bytes([byte]) for byte in range(256)] + WORDS
    lines = [base64.b64encode(token) + f" {rank}".encode() for rank, token in enumerate(tokens)]
    path.write_bytes(b"\n".join(lines))


def write_llama2_tokenizer(path: Path) -> None:
    """Write the protobuf that sentencepiece does: pieces, then its settings for training."""
    body = b""
    for number, piece in enumerate(PIECES):
        kind = 2 if number == 0 else 3 if number < 3 else 6 if number < 259 else 1
        text = piece.encode()
        message = b"\x0a" + bytes([len(text)]) + text
        message += b"\x15" + struct.pack("<f", -float(number)) + b"\x18" + bytes([kind])
        body += b"\x0a" + bytes([len(message)]) + message
    path.write_bytes(body + b"\x12\x02\x18\x02")


@torch.no_grad()
def logits(model):
    return model(torch.arange(3, 60)[None]).logits


def loaded(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


@pytest.mark.parametrize("parts", [1, 2])
def test_a_checkpoint_computes_the_same_as_a_folder(store, tmp_path, parts):
    """Llama 3.1's, whole and in parts."""
    model = llama_model()
    source = write_checkpoint(tmp_path / "meta", model, parts, use_scaled_rope=True)

    folder = store.download("my/llama", f"folder:{source}")
    back = loaded(folder)

    torch.testing.assert_close(logits(back), logits(model))
    assert ROPE == back.config.rope_parameters
    assert not list(folder.glob("*.pth"))


def test_embeddings_that_are_cut_by_columns_are_put_together(store, tmp_path):
    """As Llama 2 cuts them; its tokenizer is sentencepiece's."""
    rope = {"rope_type": "default", "rope_theta": 10000.0}
    model = llama_model(vocab_size=len(PIECES) - 1, rope_parameters=rope)
    source = write_checkpoint(tmp_path / "meta", model, 2, embeddings_cut=1)
    write_llama2_tokenizer(source / "tokenizer.model")

    folder = store.download("my/llama", f"folder:{source}")
    back = loaded(folder)
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))

    torch.testing.assert_close(logits(back), logits(model))
    assert 4096 == back.config.max_position_embeddings
    assert ["<s>", SPACE, "the", "<0xC3>", "<0xA9>"] == tokenizer.encode("theé").tokens
    assert "the é" == tokenizer.decode(tokenizer.encode("the é").ids)


def test_tied_embeddings_are_written_once_and_scale_as_llama_3_2(store, tmp_path):
    """Meta writes them twice, and does not say how far positions are stretched."""
    model = llama_model(tie_word_embeddings=True)
    source = write_checkpoint(tmp_path / "meta", model, 1, use_scaled_rope=True)
    part = torch.load(source / "consolidated.00.pth", weights_only=True)
    part["output.weight"] = part["tok_embeddings.weight"].clone()
    torch.save(part, source / "consolidated.00.pth")

    back = loaded(store.download("my/llama", f"folder:{source}"))

    assert back.config.tie_word_embeddings
    assert 32.0 == back.config.rope_parameters["factor"]


def test_the_tokenizer_of_llama_3_merges_by_rank_and_knows_its_special_tokens(store, tmp_path):
    source = write_checkpoint(tmp_path / "meta", llama_model(), 1)

    folder = store.download("my/llama", f"folder:{source}")
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    generation = json.loads((folder / "generation_config.json").read_text())

    tokens = tokenizer.encode("the the\n").tokens
    assert ["<|begin_of_text|>", "the", "Ġthe", "Ċ"] == tokens
    first = 256 + len(WORDS)
    assert [first, first + 6, first + 9] == [
        tokenizer.token_to_id(f"<|{name}|>")
        for name in ("begin_of_text", "start_header_id", "eot_id")
    ]
    assert [first + 1, first + 8, first + 9] == generation["eos_token_id"]


@pytest.mark.parametrize(
    ("missing", "reason"), [("params.json", "no params.json"), ("tokenizer.model", "no tokenizer")]
)
def test_what_is_missing_is_named(store, tmp_path, missing, reason):
    source = write_checkpoint(tmp_path / "meta", llama_model(), 1)
    (source / missing).unlink()

    with pytest.raises(ModelError, match=reason):
        store.download("my/llama", f"folder:{source}")


class Evil:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return (os.mkdir, (str(self.target),))


def test_a_checkpoint_that_would_run_something_is_refused(store, tmp_path, visible):
    """Loading a pickle is running a program."""
    source = write_checkpoint(tmp_path / "meta", llama_model(), 1)
    torch.save({"norm.weight": Evil(tmp_path / "ran")}, source / "consolidated.00.pth")

    with pytest.raises(ModelError, match="holds more than tensors"):
        store.download("my/llama", f"folder:{source}")

    assert not (tmp_path / "ran").exists()
    assert [] == visible()


def test_a_tokenizer_that_is_none_is_one_sentence(store, tmp_path):
    source = write_checkpoint(tmp_path / "meta", llama_model(), 1)
    (source / "tokenizer.model").write_bytes(b"\xff" * 100)

    with pytest.raises(ModelError, match="not a sound sentencepiece model"):
        store.download("my/llama", f"folder:{source}")
