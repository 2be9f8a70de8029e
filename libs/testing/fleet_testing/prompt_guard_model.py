"""A Prompt Guard that is made in a moment: a ModernBERT that finds two words, wherever they stand among others."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import tokenizers
import torch
from transformers import (
    ModernBertConfig,
    ModernBertForSequenceClassification,
    PreTrainedTokenizerFast,
)

from fleet_testing.safety_upstream import BAD

INJECTION = "recommend"
"""The word of instructions in what should have none. `BAD` is that of jailbreaks."""
THREE: Mapping[int, str] = MappingProxyType({0: "BENIGN", 1: "INJECTION", 2: "JAILBREAK"})
"""The labels of the first Prompt Guard."""
TWO: Mapping[int, str] = MappingProxyType({0: "LABEL_0", 1: "LABEL_1"})
"""The labels of the second one."""

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
_WINDOW = 512
# Three directions at right angles, each of mean 0 and variance 1: layer norms leave them as they are.
_PLAIN, _JAILBREAK, _INJECTION = (
    torch.tensor([float(sign) for sign in signs])
    for signs in (
        (1, -1, 1, -1, 1, -1, 1, -1),
        (-1, 1, 1, -1, -1, 1, 1, -1),
        (1, 1, -1, -1, 1, 1, -1, -1),
    )
)
_WIDTH = len(_PLAIN)
# One word among a window's 512 outweighs them all.
_LOUD = 5000.0
_CERTAIN = 10.0


def write_prompt_guard(folder: Path, labels: Mapping[int, str] = THREE) -> None:
    """Write the model, and a tokenizer that tells its two words from all others.

    Args:
        folder: Where to.
        labels: Two, or three. With two, both words are of the second one.
    """
    config = ModernBertConfig(
        vocab_size=len(_SPECIAL) + 2,
        hidden_size=_WIDTH,
        intermediate_size=_WIDTH,
        num_hidden_layers=1,
        num_attention_heads=1,
        max_position_embeddings=_WINDOW,
        classifier_pooling="mean",
        pad_token_id=0,
        cls_token_id=2,
        sep_token_id=3,
        bos_token_id=2,
        eos_token_id=3,
        id2label=dict(labels),
        label2id={name: label for label, name in labels.items()},
    )
    model = ModernBertForSequenceClassification(config)
    with torch.no_grad():
        _teach(model, len(labels))
    model.save_pretrained(folder)
    _write_tokenizer(folder)


def _teach(model: ModernBertForSequenceClassification, labels: int) -> None:
    """Make the model average its tokens' directions, and tell the loudest."""
    layer = model.model.layers[0]
    layer.attn.Wo.weight.zero_()
    layer.mlp.Wo.weight.zero_()
    tokens = model.model.embeddings.tok_embeddings.weight
    tokens[:] = _PLAIN
    tokens[len(_SPECIAL)] = _JAILBREAK
    tokens[len(_SPECIAL) + 1] = _INJECTION
    dense = model.head.dense.weight.zero_()
    for place, direction, loudness in (
        (0, _PLAIN, 1.0),
        (1, _INJECTION, _LOUD),
        (2, _JAILBREAK, _LOUD),
    ):
        dense[place] = direction * loudness / _WIDTH
    model.classifier.bias.zero_()
    told = model.classifier.weight.zero_()
    for place in range(len(THREE)):
        told[min(place, labels - 1), place] = _CERTAIN


def _write_tokenizer(folder: Path) -> None:
    vocabulary = {word: place for place, word in enumerate([*_SPECIAL, BAD, INJECTION])}
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    words.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    words.add_special_tokens(_SPECIAL)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call] # the library does not say
        tokenizer_object=words,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=_WINDOW,
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)
