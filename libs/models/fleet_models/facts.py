"""What `config.json` says of a model, in the words of the field."""

import json
from pathlib import Path
from typing import Any

from fleet_models.errors import ModelError

LABELS = {
    "model_type": "architecture",
    "num_hidden_layers": "layers",
    "hidden_size": "hidden size",
    "num_attention_heads": "attention heads",
    "num_key_value_heads": "key-value heads",
    "max_position_embeddings": "longest context",
    "vocab_size": "vocabulary",
    "torch_dtype": "precision",
}


def facts(folder: Path) -> dict[str, str]:
    """Return what is known of the model in `folder`, by label."""
    path = folder / "config.json"
    try:
        config: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise ModelError(f"{path} is not JSON: {error}") from error
    return {label: _text(config[key]) for key, label in LABELS.items() if config.get(key)}


def _text(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
