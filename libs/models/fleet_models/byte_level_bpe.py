"""Tokenizers on bytes: those of Llama 3 and of SmolLM."""

from collections.abc import Mapping, Sequence

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Digits, PreTokenizer, Split
from tokenizers.pre_tokenizers import Sequence as PreTokenizers
from tokenizers.processors import TemplateProcessing

from fleet_models.errors import ModelError

# https://github.com/meta-llama/llama-models/blob/main/models/llama3/tokenizer.py
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def build(
    vocabulary: Mapping[str, int],
    merges: Sequence[tuple[str, str]],
    special: Sequence[str],
    splitting: str,
    bos: str | None,
) -> Tokenizer:
    """Return a tokenizer.

    Args:
        vocabulary: The ids of all tokens, their bytes written as GPT-2 writes them.
        merges: What becomes one token, most important first.
        special: The tokens that stand for no text.
        splitting: How text is split before merging: `llama-bpe`, `smollm` or `gpt-2`.
        bos: What every text begins with, if anything.

    Raises:
        ModelError: It is split in another way.
    """
    whole = splitting == "llama-bpe"
    model = BPE(dict(vocabulary), [*merges], ignore_merges=whole)
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = _pre_tokenizer(splitting)
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    if bos is not None:
        tokenizer.post_processor = TemplateProcessing(
            single=f"{bos} $A",
            pair=f"{bos} $A {bos}:1 $B:1",
            special_tokens=[(bos, vocabulary[bos])],
        )
    return tokenizer


def _pre_tokenizer(splitting: str) -> PreTokenizer:
    """Return what splits text before BPE; GGUF has only a name for it."""
    if splitting == "smollm":
        return PreTokenizers([Digits(individual_digits=True), ByteLevel(add_prefix_space=False)])
    if splitting == "llama-bpe":
        bytes_only = ByteLevel(add_prefix_space=False, use_regex=False)
        return PreTokenizers([Split(Regex(LLAMA3), "isolated"), bytes_only])
    if splitting == "gpt-2":
        return ByteLevel(add_prefix_space=False)
    raise ModelError(f"cannot convert a tokenizer whose pre-tokenizer is {splitting!r}")
