"""Prompt Guard: small models that tell attacks on a language model from what people else write.

Models: https://huggingface.co/meta-llama/Prompt-Guard-86M, with three labels, and
https://huggingface.co/meta-llama/Llama-Prompt-Guard-2-86M, with two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging

from fleet_runtime.config import ConfigError

WINDOW = 512
"""The most tokens that the models read at once: what they were trained on. Longer texts go in windows."""
OVERLAP = 64
"""How many tokens a window has of the one before, so that no attack is cut in two."""

_HARMLESS = ("BENIGN", "LABEL_0", "SAFE")
_TWO = 2


@dataclass(frozen=True, slots=True)
class Attack:
    """How likely a text is an attack, from 0 to 1.

    Attributes:
        injection: That it has instructions for a model, where there should be none. A jailbreak counts as well.
        jailbreak: That it tries to free a model from its rules.
    """

    injection: float
    jailbreak: float


class PromptClassifier:
    """A model for sequence classification, as DeBERTa or ModernBERT.

    Args:
        folder: A Hugging Face folder.
        device: Where to compute, as torch names it.

    Raises:
        ConfigError: The folder lacks weights, or the model's labels are not a Prompt Guard's.
    """

    def __init__(self, folder: Path, device: str) -> None:
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model, found = AutoModelForSequenceClassification.from_pretrained(
            folder,
            dtype=torch.float32,  # the only one that CPUs compute fast with
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            output_loading_info=True,
        )
        if found["missing_keys"]:  # the library would draw lots for them
            raise ConfigError(f"{folder} lacks {', '.join(sorted(found['missing_keys']))}")
        self._model = model.to(device).eval()
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._labels = _labels(self._model.config.id2label, folder)

    def windows(self, text: str) -> Mapping[str, Tensor]:
        """Return a text as tokens: each entry of shape (windows, longest), on the CPU."""
        read = self._tokenizer(
            text,
            truncation=True,
            max_length=WINDOW,
            stride=OVERLAP,
            return_overflowing_tokens=True,
            padding=True,
            return_tensors="pt",
            verbose=False,
        )
        names = [name for name in self._tokenizer.model_input_names if name in read]
        return {name: read[name] for name in names}

    @torch.inference_mode()
    def worst(self, windows: Mapping[str, Tensor]) -> Attack:
        """Return how likely the likeliest of some windows is an attack."""
        inputs = {name: rows.to(self._model.device) for name, rows in windows.items()}
        chances = self._model(**inputs).logits.float().softmax(dim=-1)
        injection, jailbreak = self._labels
        return Attack(
            # Rounding may take the sum past 1.
            min(1.0, float(chances[:, injection].sum(dim=-1).max())),
            float(chances[:, jailbreak].max()),
        )


def _labels(names: Mapping[int, str], folder: Path) -> tuple[list[int], int]:
    """Return the labels whose chances add up to that of an injection, and the label of jailbreaks."""
    known = {name.upper(): label for label, name in names.items()}
    if known.keys() == {"BENIGN", "INJECTION", "JAILBREAK"}:
        return [known["INJECTION"], known["JAILBREAK"]], known["JAILBREAK"]
    harmless = [label for name, label in known.items() if name in _HARMLESS]
    if len(names) == _TWO and len(harmless) == 1:
        attack = next(label for label in names if label not in harmless)
        return [attack], attack
    raise ConfigError(
        f"the model in {folder} tells {', '.join(names.values())} apart; a Prompt Guard tells BENIGN, INJECTION and"
        " JAILBREAK apart, or BENIGN and attacks"
    )
