"""Language models that are asked whether a document answers a query, and say yes or no.

The prompt and the score are those of Qwen3-Reranker: https://huggingface.co/Qwen/Qwen3-Reranker-0.6B
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer

from fleet_engine.errors import InputTooLong, UnsupportedModel
from fleet_inference.local.reranker import Reading, Source, padded, passes

_BEFORE = (
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct "
    'provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
)
_AFTER = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"


class YesNoModel:
    """A causal language model that was trained to judge documents in one word.

    Args:
        source: Which model, and how.
        instruction: What the documents are wanted for.

    Raises:
        UnsupportedModel: The model has no tokens for the two words.
    """

    def __init__(self, source: Source, instruction: str) -> None:
        self._model = source.load(AutoModelForCausalLM)
        self._tokenizer = AutoTokenizer.from_pretrained(source.folder, local_files_only=True)
        self._words = [self._tokenizer.convert_tokens_to_ids(word) for word in ("no", "yes")]
        if {None, self._tokenizer.unk_token_id} & {*self._words}:
            raise UnsupportedModel(f"{source.folder} has no tokens for 'yes' and 'no'")
        self._truncation = source.truncation
        self._instruction = instruction
        self._before, self._after = self._encode(_BEFORE), self._encode(_AFTER)
        positions = self._model.config.max_position_embeddings
        self.max_length = source.limit(self._tokenizer, positions)
        self._room = self.max_length - len(self._before) - len(self._after)

    def read(self, query: str, documents: Sequence[str]) -> list[Reading]:
        """Return each question as tokens, as `Reranker` says. Only documents are cut."""
        head = f"<Instruct>: {self._instruction}\n<Query>: {query}\n<Document>: "
        fixed = len(self._encode(head))
        texts = [head + document for document in documents]
        read = self._tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]
        return [Reading(self._before + self._cut(ids, fixed) + self._after) for ids in read]

    @torch.inference_mode()
    def score(self, readings: Sequence[Reading]) -> list[float]:
        """Return the probability of a yes to each question, against that of a no."""
        scores = [0.0] * len(readings)
        for group in passes(readings):
            answers = self._answers([readings[place].tokens for place in group])
            for place, score in zip(group, answers.softmax(-1)[:, 1].tolist(), strict=True):
                scores[place] = score
        return scores

    def _answers(self, questions: Sequence[list[int]]) -> Tensor:
        """Return the logits of no and yes, of shape (questions, 2)."""
        device = self._model.device
        mask = padded([[1] * len(row) for row in questions], 0, "left").to(device)
        logits = self._model(
            input_ids=padded(questions, 0, "left").to(device),
            attention_mask=mask,
            position_ids=(mask.cumsum(-1) - 1).clamp(min=0),
            use_cache=False,
            logits_to_keep=1,
        ).logits
        answers: Tensor = logits[:, -1, self._words].float()
        return answers

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def _cut(self, ids: list[int], fixed: int) -> list[int]:
        """Return `ids` without what there is no room for; the first `fixed` are not the document's."""
        excess = len(ids) - self._room
        if excess <= 0:
            return ids
        if self._truncation == "none" or fixed >= self._room:
            raise InputTooLong(self.max_length + excess, self.max_length)
        return (
            ids[: self._room] if self._truncation == "end" else ids[:fixed] + ids[fixed + excess :]
        )
