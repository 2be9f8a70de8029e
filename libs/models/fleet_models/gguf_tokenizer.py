"""The tokenizer inside a GGUF file to `tokenizer.json` and `tokenizer_config.json`."""

import json
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Digits, PreTokenizer, Sequence

from fleet_models.errors import ModelError

CONTROL = 3
"""GGUF's type of a token that stands for no text."""


def convert(fields: dict[str, Any], into: Path) -> None:
    """Write both files from the metadata `fields` of a GGUF file."""
    build(fields).save(str(into / "tokenizer.json"))
    config = json.dumps(_config(fields), indent=2, ensure_ascii=False) + "\n"
    (into / "tokenizer_config.json").write_text(config)


def build(fields: dict[str, Any]) -> Tokenizer:
    """Return the tokenizer that a GGUF file describes."""
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ", 1)) for merge in fields["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(BPE({token: i for i, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = _pre_tokenizer(fields["tokenizer.ggml.pre"])
    tokenizer.decoder = ByteLevelDecoder()
    types = zip(tokens, fields["tokenizer.ggml.token_type"], strict=True)
    control = [
        AddedToken(token, special=True, normalized=False) for token, t in types if t == CONTROL
    ]
    tokenizer.add_special_tokens(control)
    return tokenizer


def _pre_tokenizer(name: str) -> PreTokenizer:
    """Return what splits text before BPE; GGUF has only a name for it."""
    if name == "smollm":
        return Sequence([Digits(individual_digits=True), ByteLevel(add_prefix_space=False)])
    raise ModelError(f"cannot convert a GGUF file whose pre-tokenizer is {name!r}")


def _config(fields: dict[str, Any]) -> dict[str, Any]:
    tokens: list[str] = fields["tokenizer.ggml.tokens"]

    def token(role: str) -> str | None:
        index = fields.get(f"tokenizer.ggml.{role}_token_id")
        return None if index is None else tokens[index]

    return {
        "add_prefix_space": False,
        "bos_token": token("bos"),
        "chat_template": fields.get("tokenizer.chat_template"),
        "clean_up_tokenization_spaces": False,
        "eos_token": token("eos"),
        "model_max_length": fields["llama.context_length"],
        "pad_token": token("padding"),
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": token("unknown"),
    }
