"""Settings of a remote processor that are another for one file."""

from collections.abc import Mapping
from typing import Any

from fleet_files.options import merge
from fleet_files.remote.settings import RemoteConfig


def merged(config: RemoteConfig, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a provider, beside those that all share, for one file.

    Raises:
        InvalidArgument: There are no such settings, or not such values.
    """
    return merge(config, options, RemoteConfig.model_fields)
