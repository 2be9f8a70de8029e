"""The tokenizer of a Meta checkpoint to `tokenizer.json` and `tokenizer_config.json`."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from fleet_models import byte_level_bpe, sentencepiece_bpe
from fleet_models.errors import ModelError

# https://github.com/meta-llama/llama-models/blob/main/models/llama3/tokenizer.py, as of Llama 3.1.
RESERVED = 256
NAMED = {
    0: "begin_of_text",
    1: "end_of_text",
    4: "finetune_right_pad_id",
    6: "start_header_id",
    7: "end_header_id",
    8: "eom_id",
    9: "eot_id",
    10: "python_tag",
}
LLAMA3_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}"
    "{{ message['content'] | trim }}{{ '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
)
# https://github.com/meta-llama/llama/blob/main/llama/generation.py
LLAMA2_TEMPLATE = (
    "{% if messages[0]['role'] == 'system' %}"
    "{% set system = '<<SYS>>\\n' + messages[0]['content'] + '\\n<</SYS>>\\n\\n' %}"
    "{% set messages = messages[1:] %}{% else %}{% set system = '' %}{% endif %}"
    "{% for message in messages %}{% if message['role'] == 'assistant' %}"
    "{{ ' ' + message['content'] | trim + ' ' + eos_token }}{% else %}"
    "{{ bos_token + '[INST] ' + (system if loop.first else '') }}"
    "{{ message['content'] | trim + ' [/INST]' }}{% endif %}{% endfor %}"
)


@dataclass(frozen=True)
class MetaTokenizer:
    """A tokenizer, and what else the folder must say of it."""

    tokenizer: Tokenizer
    bos: str
    ends: list[str]
    """What ends a text, and then what ends an answer."""
    template: str
    llama3: bool

    def write(self, into: Path, context: int) -> None:
        """Write both files for a model of so long a `context`."""
        self.tokenizer.save(str(into / "tokenizer.json"))
        config = {
            "bos_token": self.bos,
            "chat_template": self.template,
            "clean_up_tokenization_spaces": False,
            "eos_token": self.ends[0],
            "model_max_length": context,
            "tokenizer_class": "PreTrainedTokenizerFast",
        }
        (into / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")

    def id(self, token: str) -> int:
        """Return the id of a special token."""
        id_ = self.tokenizer.token_to_id(token)
        if id_ is None:
            raise ModelError(f"the tokenizer has no {token}")
        return int(id_)


def read(path: Path) -> MetaTokenizer:
    """Return the tokenizer in a `tokenizer.model`: tiktoken's format (Llama 3), or sentencepiece's.

    Raises:
        ModelError: It is neither.
    """
    if not path.is_file():
        raise ModelError(f"found no {path.name} beside the checkpoint or in the folder above it")
    ranks = _ranks(path)
    if ranks is None:
        tokenizer = sentencepiece_bpe.build(sentencepiece_bpe.read(path), "<s>")
        return MetaTokenizer(tokenizer, "<s>", ["</s>"], LLAMA2_TEMPLATE, llama3=False)
    ends = ["<|end_of_text|>", "<|eom_id|>", "<|eot_id|>"]
    return MetaTokenizer(_llama3(ranks), "<|begin_of_text|>", ends, LLAMA3_TEMPLATE, llama3=True)


def _ranks(path: Path) -> dict[bytes, int] | None:
    """Return the tokens of a file in tiktoken's format; `None` if it is in another."""
    try:
        lines = [line.split() for line in path.read_bytes().splitlines() if line]
        return {base64.b64decode(token, validate=True): int(rank) for token, rank in lines}
    except (binascii.Error, ValueError):
        return None


def _llama3(ranks: Mapping[bytes, int]) -> Tokenizer:
    characters = _byte_characters()

    def written(token: bytes) -> str:
        return "".join(characters[byte] for byte in token)

    vocabulary = {written(token): rank for token, rank in ranks.items()}
    merges = [
        (written(left), written(right))
        for token, rank in sorted(ranks.items(), key=lambda item: item[1])
        if len(token) > 1
        for left, right in [_halves(token, rank, ranks)]
    ]
    special = _special()
    vocabulary |= {token: len(ranks) + number for number, token in enumerate(special)}
    return byte_level_bpe.build(vocabulary, merges, special, "llama-bpe", special[0])


def _special() -> list[str]:
    """Return the special tokens of Llama 3, by number; those without a name are reserved."""
    unnamed = iter(range(RESERVED))
    return [
        f"<|{NAMED[number]}|>" if number in NAMED else f"<|reserved_special_token_{next(unnamed)}|>"
        for number in range(RESERVED)
    ]


def _halves(token: bytes, rank: int, ranks: Mapping[bytes, int]) -> tuple[bytes, bytes]:
    """Return the two tokens that become `token`: what BPE makes of it without itself."""
    parts = [token[at : at + 1] for at in range(len(token))]
    while len(parts) > 2:  # noqa: PLR2004
        joined = [ranks.get(parts[i] + parts[i + 1], rank) for i in range(len(parts) - 1)]
        best = min(range(len(joined)), key=joined.__getitem__)
        if joined[best] >= rank:
            raise ModelError(f"the tokenizer's token {rank} is made of no two others")
        parts[best : best + 2] = [parts[best] + parts[best + 1]]
    return parts[0], parts[1]


def _byte_characters() -> list[str]:
    """Return GPT-2's character for each byte: itself if printable in Latin-1, else from U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]
