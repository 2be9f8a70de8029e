"""What the settings of every vector store have in common."""

from typing import Any

from fleet_runtime.config import Config


class StoreConfig(Config):
    """Settings of Llama Stack's that are taken and change nothing."""

    persistence: dict[str, Any] | None = None
    """Of no effect, and here for Llama Stack's configs: the service keeps what it knows of vector stores itself."""
    metadata_store: dict[str, Any] | None = None
    """As `persistence`."""
