"""The datasets of the config."""

from collections.abc import Iterable, Mapping

import msgspec
import structlog

from fleet_eval.config import DatasetConfig
from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.provider import DatasetProvider
from fleet_runtime.config import ConfigError
from fleet_runtime.providers import Opened

log = structlog.get_logger()


def configured_datasets(
    entries: Iterable[DatasetConfig],
    providers: Mapping[str, Opened[DatasetProvider]],
    known: Iterable[str],
) -> dict[str, Dataset]:
    """Return the datasets of the config, by name. Those whose provider is left out are left out, loudly.

    Args:
        entries: As the config has them.
        providers: The providers that are open.
        known: The ids of all that the config has.

    Raises:
        ConfigError: Nobody reads one, or a name is there twice.
    """
    found: dict[str, Dataset] = {}
    left_out = set(known) - providers.keys()
    for place, entry in enumerate(entries):
        if entry.provider_id in left_out:
            log.warning("dataset.left_out", dataset=entry.dataset_id, provider=entry.provider_id)
            continue
        if entry.dataset_id in found:
            raise ConfigError(f"datasets[{place}].dataset_id: {entry.dataset_id!r} is there twice")
        provider = _provider(entry, providers, f"datasets[{place}]")
        metadata = msgspec.json.encode(entry.metadata)
        # The key is the same for all replicas, and whenever they start: appended rows stay.
        found[entry.dataset_id] = Dataset(
            entry.dataset_id,
            provider,
            entry.purpose,
            entry.uri,
            metadata=metadata,
            key=f"config:{entry.dataset_id}",
        )
    return found


def _provider(
    entry: DatasetConfig, providers: Mapping[str, Opened[DatasetProvider]], where: str
) -> str:
    for name, opened in providers.items():
        if entry.provider_id in (None, name) and opened.provider.reads(entry.uri):
            return name
    raise ConfigError(f"{where}.uri: no provider reads {entry.uri!r}")
