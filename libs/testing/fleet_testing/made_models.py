"""Models that are made in a moment, for what no model at hand does: one that says what it is told, and a reranker."""

import json
import shutil
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

# One head of a size that all engines have. A saying has at most as many tokens.
_WIDTH = 64
# The score of the token that is due, where all others have 0: none else is ever sampled.
_CERTAIN = 100.0
_NOTHING: Mapping[str, str] = MappingProxyType({})


def write_speaker(
    folder: Path, tokenizer: Path, before: str, saying: str, renamed: Mapping[str, str] = _NOTHING
) -> None:
    """Write a Llama that says `saying` after a prompt which ends in `before`, whatever stands before that.

    It attends to nothing: each token of the saying has a dimension of its own, which tells the output layer the next.

    Args:
        folder: Where to.
        tokenizer: The folder of a model whose tokenizer, chat template and end it has.
        before: What its chat template ends in; one token.
        saying: What it says; no token may come twice. It ends of itself after that.
        renamed: Tokens that are to have other names, such as special ones that nobody needs. Under those they are
            plain text.
    """
    folder.mkdir(parents=True)
    config = json.loads((tokenizer / "config.json").read_text())
    shutil.copy(tokenizer / "tokenizer_config.json", folder)
    words = _renamed((tokenizer / "tokenizer.json").read_text(), renamed)
    (folder / "tokenizer.json").write_text(words)
    tokens = [*Tokenizer.from_str(words).encode(before + saying).ids, config["eos_token_id"]]
    if len(set(tokens)) < len(tokens):
        raise ValueError("a token comes twice")
    save_file(_chain(tokens, config["vocab_size"]), folder / "model.safetensors", {"format": "pt"})
    shape = {
        "hidden_size": _WIDTH,
        "intermediate_size": _WIDTH,
        "head_dim": _WIDTH,
        "num_attention_heads": 1,
        "num_key_value_heads": 1,
        "num_hidden_layers": 1,
        "tie_word_embeddings": False,
        "torch_dtype": "float32",
    }
    (folder / "config.json").write_text(json.dumps(config | shape))


def write_reranker(folder: Path, tokenizer: Path) -> None:
    """Write a BERT that scores pairs of texts at random, though always alike, with the tokenizer of another BERT.

    Args:
        folder: Where to.
        tokenizer: The folder of the other.
    """
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=_WIDTH,
        intermediate_size=_WIDTH,
        num_attention_heads=1,
        num_hidden_layers=2,
        id2label={0: "relevance"},
        # Large enough that scores depend on what is read.
        initializer_range=0.3,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copy(tokenizer / name, folder)


def _renamed(tokenizer: str, names: Mapping[str, str]) -> str:
    """Return a `tokenizer.json` with other names for some of its tokens."""
    for old, new in names.items():
        tokenizer = tokenizer.replace(json.dumps(old), json.dumps(new))
    words = json.loads(tokenizer)
    for token in words["added_tokens"]:
        token["special"] = token["special"] and token["content"] not in names.values()
    return json.dumps(words)


def _chain(tokens: list[int], vocabulary: int) -> dict[str, torch.Tensor]:
    """Return the weights of a Llama that continues each of `tokens` with the next."""
    square = torch.zeros(_WIDTH, _WIDTH)
    layer = "model.layers.0"
    parts = [f"self_attn.{name}_proj" for name in "qkvo"] + [
        f"mlp.{name}_proj" for name in ("gate", "up", "down")
    ]
    weights = {f"{layer}.{part}.weight": square.clone() for part in parts}
    norms = (f"{layer}.input_layernorm", f"{layer}.post_attention_layernorm", "model.norm")
    weights |= {f"{norm}.weight": torch.ones(_WIDTH) for norm in norms}
    read, said = torch.zeros(vocabulary, _WIDTH), torch.zeros(vocabulary, _WIDTH)
    for place, (token, following) in enumerate(pairwise(tokens)):
        read[token, place] = 1.0
        said[following, place] = _CERTAIN
    return weights | {"model.embed_tokens.weight": read, "lm_head.weight": said}
