"""Tiny models with random weights, made by transformers, the reference."""

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest
import tokenizers
import torch
from transformers import Llama4ForCausalLM, Llama4TextConfig, LlamaConfig, LlamaForCausalLM

from fleet_engine.config import EngineConfig
from fleet_engine.engine import Engine

# What is this small is slower with more, above all when other tests run beside it.
torch.set_num_threads(1)

MODELS = Path.home() / ".llama/models"
SIZE = 320
EOS = 1
TEMPLATE = (
    "{% for message in messages %}{{ '<s>' + message['role'] + ':' + message['content'] }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<s>assistant:' }}{% endif %}"
)

MakeModel = Callable[..., Path]
OpenEngine = Callable[..., AbstractAsyncContextManager[Engine]]


@pytest.fixture(scope="session")
def make_model(tmp_path_factory) -> MakeModel:
    """Return a function that writes a random model, of the given config, and its tokenizer."""

    def make(*, shard: str = "1GB", **config) -> Path:
        folder = tmp_path_factory.mktemp("model")
        torch.manual_seed(0)
        shape = {
            "vocab_size": SIZE,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 256,
            "eos_token_id": EOS,
            # Large enough that what the random model likes depends on what it read.
            "initializer_range": 0.3,
        }
        model = LlamaForCausalLM(LlamaConfig(**shape | config))
        model.save_pretrained(folder, max_shard_size=shard)
        write_tokenizer(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def make_llama4(tmp_path_factory) -> MakeModel:
    """Return a function that writes a random text model of Llama 4, of the given config."""

    def make(**config) -> Path:
        folder = tmp_path_factory.mktemp("llama4")
        torch.manual_seed(0)
        shape = {
            "vocab_size": SIZE,
            "hidden_size": 32,
            "intermediate_size": 48,
            "intermediate_size_mlp": 64,
            "num_hidden_layers": 4,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "num_local_experts": 4,
            "max_position_embeddings": 256,
            "attention_chunk_size": 32,
            # So small that the temperature matters within these few tokens.
            "floor_scale": 8,
            "eos_token_id": EOS,
            "initializer_range": 0.3,
        }
        model = Llama4ForCausalLM(Llama4TextConfig(**shape | config))
        model.save_pretrained(folder)
        write_tokenizer(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def model(make_model) -> Path:
    return make_model()


@pytest.fixture
def open_engine(model) -> OpenEngine:
    """Return a context manager that runs an engine of `model`, or of the one given."""

    @asynccontextmanager
    async def opened(**config) -> AsyncIterator[Engine]:
        engine = Engine(EngineConfig(**{"model": model, "threads": 1, "max_sequences": 4} | config))
        engine.start()
        try:
            yield engine
        finally:
            await engine.aclose()

    return opened


@pytest.fixture
async def engine(open_engine) -> AsyncIterator[Engine]:
    async with open_engine() as running:
        yield running


@pytest.fixture
def smollm() -> Path:
    return _downloaded("HuggingFaceTB/SmolLM2-135M-Instruct")


@pytest.fixture
def minilm() -> Path:
    return _downloaded("sentence-transformers/all-MiniLM-L6-v2")


def _downloaded(name: str) -> Path:
    folder = MODELS / name
    if not (folder / "config.json").exists():
        pytest.skip(f"{name} is not downloaded; `llama model download {name}` fetches it")
    return folder


def write_tokenizer(folder: Path) -> None:
    """Write a tokenizer with a token for each byte, after `<s>` and `</s>`."""
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    special = ["<s>", "</s>"]
    vocabulary = {piece: id_ for id_, piece in enumerate([*special, *alphabet])}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens(special)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"chat_template": TEMPLATE, "eos_token": "</s>", "bos_token": {"content": "<s>"}}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
