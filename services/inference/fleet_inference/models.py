"""Which provider serves which model."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fleet_inference.config import ModelConfig
from fleet_inference.model_names import GivenNames
from fleet_inference.offer import Offer
from fleet_inference.provider import InferenceProvider, ModelType, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.providers import Opened
from fleet_upstream.listing import guessed_type

# In seconds: how long another replica may not know of a name that was given or taken away.
NAMES_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Route:
    """Where a model is served, and its name there."""

    provider_id: str
    provider: InferenceProvider
    model: ProviderModel


class ModelTable:
    """The models of this service: the names given to some, and whatever providers offer."""

    def __init__(
        self, names: GivenNames, providers: Mapping[str, Opened[InferenceProvider]]
    ) -> None:
        self.names = names
        self.offers = {name: Offer(opened) for name, opened in providers.items()}
        self.since = int(time.time())
        """Since when the models are known here, in Unix seconds."""

    @asynccontextmanager
    async def refreshed(self, seconds: float) -> AsyncGenerator[None, None]:
        """Ask all providers for their models now, and again every `seconds` while the block runs."""
        await self.names.refresh()
        await self._refresh(self.offers.values())
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_repeat(seconds, lambda: self._refresh(self.offers.values()))),
                group.create_task(_repeat(NAMES_PAUSE, self.names.refresh)),
            ]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    async def _refresh(self, offers: Iterable[Offer]) -> None:
        await asyncio.gather(*(offer.refresh() for offer in offers))

    async def route(self, name: str, call: Call, *kinds: ModelType) -> Route:
        """Return where the model `name` is served, and note it in `call`.

        A name is looked for among the names that were given, then as `provider/model`, then as a provider's own name
        for a model, in the order of the config.

        Raises:
            NotFound: Nobody serves it.
            InvalidArgument: It is of none of the `kinds`.
        """
        route = self.find(name)
        if route is None and any(offer.stale() for offer in self.offers.values()):
            await self._refresh([offer for offer in self.offers.values() if offer.stale()])
            route = self.find(name)
        if route is None:
            raise unknown_model(name)
        if route.model.type not in kinds:
            raise InvalidArgument(
                f"Model '{name}' is of type '{route.model.type}' rather than the expected type '{kinds[0]}'",
                code="model_type_mismatch",
                param="model",
            )
        call.notes["model"] = name
        call.notes["provider"] = route.provider_id
        return route

    def find(self, name: str) -> Route | None:
        """Return where the model `name` is served, if anywhere."""
        alias = self.names.get(name)
        if alias:
            return self._aliased(alias)
        provider_id, slash, own_name = name.partition("/")
        if slash and provider_id in self.offers:
            offer = self.offers[provider_id]
            model = offer.models.get(own_name) or _unlisted(own_name, offer)
            return Route(provider_id, offer.opened.provider, model) if model else None
        for provider_id, offer in self.offers.items():
            if name in offer.models:
                return Route(provider_id, offer.opened.provider, offer.models[name])
        return None

    def _aliased(self, alias: ModelConfig) -> Route | None:
        offer = self.offers.get(alias.provider)
        if offer is None:
            return None
        own_name = alias.provider_model_id or alias.id
        listed = offer.models.get(own_name)
        metadata = (listed.metadata if listed else {}) | alias.metadata
        model = ProviderModel(own_name, listed.type if listed else alias.type, metadata)
        return Route(alias.provider, offer.opened.provider, model)

    def listing(self) -> dict[str, Route]:
        """Return all models by the names that requests use."""
        found: dict[str, Route] = {}
        for name in self.names.all():
            route = self.find(name)
            if route:
                found[name] = route
        for provider_id, offer in self.offers.items():
            for model in offer.models.values():
                found[f"{provider_id}/{model.id}"] = Route(
                    provider_id, offer.opened.provider, model
                )
        return found


async def _repeat(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` every so many seconds, until cancelled."""
    while True:
        await asyncio.sleep(seconds)
        await work()


def _unlisted(name: str, offer: Offer) -> ProviderModel | None:
    """Return a model that the provider may serve although it does not list it, as upstreams often do.

    What runs in this process lists all that it serves.
    """
    inline = offer.opened.config.type.startswith("inline::")
    return None if inline or not name else ProviderModel(name, guessed_type(name))


def unknown_model(name: str) -> NotFound:
    """Return the error for a model that nobody serves."""
    return NotFound(
        f"Model '{name}' not found. Use 'client.models.list()' to list available Models.",
        code="model_not_found",
        param="model",
    )
