"""What one provider offers."""

import asyncio
import time
from dataclasses import dataclass, field

import structlog

from fleet_inference.provider import InferenceProvider, ProviderModel
from fleet_runtime.errors import FleetError
from fleet_runtime.providers import Opened

log = structlog.get_logger()

# In seconds: the longest that a provider may take to list its models.
LISTING_TIMEOUT = 20.0
# In seconds: how long a provider whose listing failed is left alone.
LISTING_PAUSE = 5.0


@dataclass(slots=True)
class Offer:
    """What one provider offers, and how the last attempt to ask it went."""

    opened: Opened[InferenceProvider]
    models: dict[str, ProviderModel] = field(default_factory=dict)
    error: str | None = "it has not been asked yet"
    asked: float = -LISTING_PAUSE

    async def refresh(self) -> None:
        """Ask the provider for its models. A failure is kept for `error`, and what was known stays."""
        self.asked = time.monotonic()
        try:
            async with asyncio.timeout(LISTING_TIMEOUT):
                listed = await self.opened.provider.models()
        except (FleetError, TimeoutError) as error:
            self.error = str(error) or f"no answer within {LISTING_TIMEOUT:.0f} seconds"
            log.warning("models.not_listed", provider=self.opened.config.id, cause=self.error)
            return
        self.models = {model.id: model for model in listed}
        self.error = None

    def stale(self) -> bool:
        """Whether asking again may help a caller who waits."""
        return self.error is not None and time.monotonic() - self.asked > LISTING_PAUSE
