"""The tokenizer inside a GGUF file to `tokenizer.json` and `tokenizer_config.json`."""

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from fleet_models import byte_level_bpe, sentencepiece_bpe
from fleet_models.errors import ModelError
from fleet_models.sentencepiece_bpe import Piece

CONTROL = 3
"""GGUF's type of a token that stands for no text."""
LLAMA3_NAMES = {"llama-bpe", "llama3", "llama-v3"}
"""What GGUF files call the way in which Llama 3 splits text."""


def convert(fields: dict[str, Any], into: Path) -> None:
    """Write both files from the metadata `fields` of a GGUF file."""
    build(fields).save(str(into / "tokenizer.json"))
    config = json.dumps(_config(fields), indent=2, ensure_ascii=False) + "\n"
    (into / "tokenizer_config.json").write_text(config)


def build(fields: dict[str, Any]) -> Tokenizer:
    """Return the tokenizer that a GGUF file describes.

    Raises:
        ModelError: It is of a kind that no Llama model has.
    """
    kind = fields["tokenizer.ggml.model"]
    if kind == "gpt2":
        return _byte_level(fields)
    if kind == "llama":
        return _sentencepiece(fields)
    raise ModelError(f"cannot convert a GGUF file whose tokenizer is {kind!r}")


def _byte_level(fields: dict[str, Any]) -> Tokenizer:
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ", 1)) for merge in fields["tokenizer.ggml.merges"]]
    types = zip(tokens, fields["tokenizer.ggml.token_type"], strict=True)
    splitting = fields["tokenizer.ggml.pre"]
    llama3 = splitting in LLAMA3_NAMES
    # Files of Llama 3 were long written without saying that a text begins with `bos`.
    begins = fields.get("tokenizer.ggml.add_bos_token", llama3)
    return byte_level_bpe.build(
        {token: id_ for id_, token in enumerate(tokens)},
        [(left, right) for left, right in merges],
        [token for token, type_ in types if type_ == CONTROL],
        "llama-bpe" if llama3 else splitting,
        tokens[fields["tokenizer.ggml.bos_token_id"]] if begins else None,
    )


def _sentencepiece(fields: dict[str, Any]) -> Tokenizer:
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    scores = fields["tokenizer.ggml.scores"]
    types = fields["tokenizer.ggml.token_type"]
    pieces = [Piece(*piece) for piece in zip(tokens, scores, types, strict=True)]
    return sentencepiece_bpe.build(
        pieces,
        tokens[fields["tokenizer.ggml.bos_token_id"]],
        prefix=fields.get("tokenizer.ggml.add_space_prefix", True),
    )


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
