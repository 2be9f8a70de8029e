"""Which provider serves which model."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

from fleet_inference.config import ModelConfig, TargetConfig
from fleet_inference.model_names import GivenNames
from fleet_inference.offer import Offer
from fleet_inference.provider import InferenceProvider, ModelType, ProviderModel
from fleet_inference.routing.targets import Route, Target
from fleet_runtime.access.caller import current
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.providers import Opened
from fleet_upstream.listing import guessed_type


class ModelTable:
    """The models of this service: the names given to some, and whatever providers offer."""

    def __init__(
        self, names: GivenNames, providers: Mapping[str, Opened[InferenceProvider]]
    ) -> None:
        self.names = names
        self.offers = {name: Offer(opened) for name, opened in providers.items()}
        # By tenant and name: each tenant has names of its own.
        self._routes: dict[tuple[str, str], Route] = {}
        self._routes_version = names.version
        self.since = int(time.time())
        """Since when the models are known here, in Unix seconds."""

    @asynccontextmanager
    async def refreshed(self, seconds: float) -> AsyncGenerator[None, None]:
        """Ask all providers for their models now, and again every `seconds` while the block runs."""
        await self.names.refresh()
        await self.refresh(self.offers.values())
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_repeat(seconds, lambda: self.refresh(self.offers.values()))),
                group.create_task(self.names.watch()),
            ]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    async def refresh(self, offers: Iterable[Offer]) -> None:
        """Ask the providers of `offers` for their models."""
        await asyncio.gather(*(offer.refresh() for offer in offers))
        self._routes.clear()

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
            await self.refresh([offer for offer in self.offers.values() if offer.stale()])
            route = self.find(name)
        if route is None:
            raise unknown_model(name)
        kind = route.first.model.type
        if kind not in kinds:
            raise InvalidArgument(
                f"Model '{name}' is of type '{kind}' rather than the expected type '{kinds[0]}'",
                code="model_type_mismatch",
                param="model",
            )
        call.notes["model"] = name
        return route

    def find(self, name: str) -> Route | None:
        """Return where the model `name` is served, if anywhere."""
        alias = self.names.get(name)
        if alias:
            return self._given(alias)
        target = self._offered(name)
        return Route(name, ((target,),)) if target else None

    def _given(self, alias: ModelConfig) -> Route | None:
        """Return the route of a given name, made anew when names or offers changed."""
        if self._routes_version != self.names.version:
            self._routes.clear()
            self._routes_version = self.names.version
        key = current().tenant, alias.id
        route = self._routes.get(key)
        if route is None:
            route = self._aliased(alias)
            if route:
                self._routes[key] = route
        return route

    def _offered(self, name: str) -> Target | None:
        """Return who serves a model by a name that nobody gave."""
        provider_id, slash, own_name = name.partition("/")
        if slash and provider_id in self.offers:
            offer = self.offers[provider_id]
            model = offer.models.get(own_name) or _unlisted(own_name, offer)
            if model:
                return Target(provider_id, offer.opened.provider, model)
        # A provider may be called as the models' maker is, whose name their own names begin with.
        for provider_id, offer in self.offers.items():
            if name in offer.models:
                return Target(provider_id, offer.opened.provider, offer.models[name])
        return None

    def _aliased(self, alias: ModelConfig) -> Route | None:
        """Return the route of a given name: its targets, then one tier for each fallback."""
        tiers = [self._tier(alias, alias.places())]
        tiers.extend(self._fallback(alias, other) for other in alias.fallbacks)
        # A provider may be left out of this fleet for want of a key.
        there = tuple(tier for tier in tiers if tier)
        return Route(alias.id, there) if there else None

    def _fallback(self, alias: ModelConfig, other: str | TargetConfig) -> tuple[Target, ...]:
        """Return the targets of a fallback, without its own fallbacks: so there are no circles."""
        if isinstance(other, TargetConfig):
            return self._tier(alias, [other])
        known = self.names.get(other)
        if known:
            return self._tier(known, known.places())
        target = self._offered(other)
        return (target,) if target else ()

    def _tier(self, alias: ModelConfig, places: Iterable[TargetConfig]) -> tuple[Target, ...]:
        found = (self._target(alias, place) for place in places)
        return tuple(target for target in found if target)

    def _target(self, alias: ModelConfig, place: TargetConfig) -> Target | None:
        offer = self.offers.get(place.provider)
        if offer is None:
            return None
        own_name = place.model or alias.id
        listed = offer.models.get(own_name)
        metadata = (listed.metadata if listed else {}) | alias.metadata
        kind = alias.type or (listed.type if listed else "llm")
        model = ProviderModel(own_name, kind, metadata)
        return Target(place.provider, offer.opened.provider, model, place.weight)

    def listing(self) -> dict[str, Target]:
        """Return all models by the names that requests use, each with the first place that serves it."""
        given = ((name, self.find(name)) for name in self.names.all())
        found = {name: route.first for name, route in given if route}
        for provider_id, offer in self.offers.items():
            for model in offer.models.values():
                found[f"{provider_id}/{model.id}"] = Target(
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
