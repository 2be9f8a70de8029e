"""Cross-encoders: models that read a query and a document as one text, and have one label.

How sentence-transformers keeps them: https://sbert.net/docs/cross_encoder/usage/usage.html
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from fleet_engine.errors import InputTooLong, UnsupportedModel
from fleet_inference.local.reranker import Reading, Source, padded, passes

# What becomes of the one logit, by the names that sentence-transformers writes into `config.json`.
_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "torch.nn.modules.activation.Sigmoid": torch.sigmoid,
    "torch.nn.modules.linear.Identity": lambda logits: logits,
}


class PairClassifier:
    """A model for sequence classification with one label, such as BERT's or XLM-RoBERTa's.

    Too long a pair is cut at the longer of its two texts.

    Raises:
        UnsupportedModel: The model has several labels, or an activation that is not known.
    """

    def __init__(self, source: Source) -> None:
        self._model = source.load(AutoModelForSequenceClassification)
        labels = self._model.config.num_labels
        if labels != 1:
            raise UnsupportedModel(f"{source.folder} has {labels} labels; a reranker has one")
        self._activate = _activation(self._model.config)
        self._cut = source.truncation != "none"
        self._tokenizer = AutoTokenizer.from_pretrained(source.folder, local_files_only=True)
        self._tokenizer.truncation_side = "left" if source.truncation == "start" else "right"
        self.max_length = source.limit(self._tokenizer, _positions(self._model))

    def read(self, query: str, documents: Sequence[str]) -> list[Reading]:
        """Return each pair as tokens, as `Reranker` says."""
        read = self._tokenizer(
            [query] * len(documents),
            list(documents),
            truncation="longest_first" if self._cut else False,
            max_length=self.max_length if self._cut else None,
            verbose=False,
        )
        longest = max(map(len, read["input_ids"]))
        if longest > self.max_length:
            raise InputTooLong(longest, self.max_length)
        types = read.get("token_type_ids") or [None] * len(documents)
        return [Reading(*pair) for pair in zip(read["input_ids"], types, strict=True)]

    @torch.inference_mode()
    def score(self, readings: Sequence[Reading]) -> list[float]:
        """Return the model's score of each pair."""
        scores = [0.0] * len(readings)
        for group in passes(readings):
            logits = self._model(**self._inputs([readings[place] for place in group])).logits
            found = self._activate(logits[:, 0].float()).tolist()
            for place, score in zip(group, found, strict=True):
                scores[place] = score
        return scores

    def _inputs(self, pairs: Sequence[Reading]) -> dict[str, Tensor]:
        """Return what the model takes, each of shape (pairs, longest)."""
        tokens = [pair.tokens for pair in pairs]
        inputs = {
            "input_ids": padded(tokens, self._tokenizer.pad_token_id),
            "attention_mask": padded([[1] * len(row) for row in tokens], 0),
        }
        types = [pair.types for pair in pairs if pair.types is not None]
        if types:
            inputs["token_type_ids"] = padded(types, self._tokenizer.pad_token_type_id)
        return {name: tensor.to(self._model.device) for name, tensor in inputs.items()}


def _activation(config: Any) -> Callable[[Tensor], Tensor]:
    """Return what the model's `config.json` wants done to its logit; a sigmoid, if it does not say."""
    named = (getattr(config, "sentence_transformers", None) or {}).get("activation_fn")
    named = named or getattr(config, "sbert_ce_default_activation_function", None)
    if named is None:
        return torch.sigmoid
    if named not in _ACTIVATIONS:
        raise UnsupportedModel(f"the activation {named} is not one of: {', '.join(_ACTIVATIONS)}")
    return _ACTIVATIONS[named]


def _positions(model: Any) -> int | None:
    """Return how long a text may be, by the table of positions; RoBERTa's begin after that of its padding."""
    positions: int | None = getattr(model.config, "max_position_embeddings", None)
    table = getattr(getattr(model.base_model, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    return positions if positions is None or padding is None else positions - padding - 1
