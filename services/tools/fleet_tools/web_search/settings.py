"""The settings that all search engines share."""

from pydantic import Field, PositiveFloat

from fleet_runtime.config import Config, Secret
from fleet_upstream.settings import HttpAddress, Network, Timeouts, UpstreamConfig


class SearchConfig(Config):
    """Where a search engine is, and how to be let in. Each adds a `base_url` of its own."""

    base_url: HttpAddress | Secret
    """Where its API begins."""
    api_key: Secret | str | None = Field(default=None, repr=False)
    """The key to be let in with. A key that the caller sends is taken instead."""
    timeout: PositiveFloat = 30.0
    """The longest that a search may take, in seconds. Stands in place of `network.timeout.read`."""
    connect_timeout: PositiveFloat = 10.0
    """The longest that connecting may take, in seconds. Stands in place of `network.timeout.connect`."""
    network: Network = Network()

    def upstream(self) -> UpstreamConfig:
        """Return the settings of the HTTP client.

        Raises:
            ConfigError: The environment variable that should say where the engine is does not.
        """
        timeouts = Timeouts(connect=self.connect_timeout, read=self.timeout)
        network = self.network.model_copy(update={"timeout": timeouts})
        return UpstreamConfig(base_url=self.base_url, network=network)
