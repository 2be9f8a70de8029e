"""The operations on models: listing them, and giving them names."""

from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.config import ModelConfig
from fleet_inference.models import ModelTable, unknown_model
from fleet_inference.routing.targets import Target
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.operation import Answer

OWNER = "llama-fleet"


class Registry:
    """Says which models there are, and gives some of them names.

    Args:
        models: Which provider serves which model.
    """

    def __init__(self, models: ModelTable) -> None:
        self._models = models

    async def list_models(self, request: m.ListModelsRequest, call: Call) -> Answer[m.ModelList]:
        """List all models."""
        del request, call
        listing = self._models.listing()
        return m.ModelList(data=[self._summary(name, listing[name]) for name in sorted(listing)])

    async def get_model(self, request: m.GetModelRequest, call: Call) -> Answer[m.Model]:
        """Get one model."""
        del call
        return self._model(request.model_id)

    async def register_model(self, request: m.RegisterModelRequest, call: Call) -> Answer[m.Model]:
        """Register a model under a name of its own."""
        del call
        provider = self._provider(request.provider_id)
        alias = ModelConfig(
            id=request.model_id,
            provider=provider,
            provider_model_id=request.provider_model_id,
            type=request.model_type,
            metadata=_object(request.metadata),
        )
        if request.model_validation is not False:
            await self._check_offered(provider, request.provider_model_id or request.model_id)
        await self._models.names.add(alias)
        return self._model(alias.id)

    async def unregister_model(
        self, request: m.UnregisterModelRequest, call: Call
    ) -> Answer[m.ModelDeleted]:
        """Take a registered model's name away."""
        del call
        if not await self._models.names.remove(request.model_id):
            raise NotFound(
                f"No model is registered as '{request.model_id}'.",
                code="model_not_found",
                param="model_id",
            )
        return m.ModelDeleted(id=request.model_id, deleted=True)

    def _provider(self, provider_id: str | None) -> str:
        """Return the provider that is meant: the only one, if none is named."""
        known = list(self._models.offers)
        if provider_id is None and len(known) == 1:
            return known[0]
        if provider_id not in known:
            raise InvalidArgument(
                f"'provider_id' must be one of: {', '.join(known)}.",
                code="unknown_provider",
                param="provider_id",
            )
        return provider_id

    async def _check_offered(self, provider: str, own_name: str) -> None:
        offer = self._models.offers[provider]
        if own_name not in offer.models:
            await self._models.refresh([offer])
        if own_name not in offer.models:
            raise InvalidArgument(
                f"The provider '{provider}' does not offer '{own_name}'. Set 'model_validation' to false to "
                "register it all the same.",
                code="model_not_offered",
                param="provider_model_id",
            )

    def _model(self, name: str) -> m.Model:
        route = self._models.find(name)
        if route is None:
            raise unknown_model(name)
        target = route.first
        return m.Model(
            identifier=name,
            provider_resource_id=target.model.id,
            provider_id=target.provider_id,
            metadata=msgspec.Raw(msgspec.json.encode(target.model.metadata)),
            created=self._models.since,
            owned_by=OWNER,
            model_type=target.model.type,
            id=name,
        )

    def _summary(self, name: str, target: Target) -> m.ModelSummary:
        known: dict[str, Any] = {
            "model_type": target.model.type,
            "provider_id": target.provider_id,
            "provider_resource_id": target.model.id,
        }
        return m.ModelSummary(
            id=name,
            created=self._models.since,
            owned_by=OWNER,
            custom_metadata=msgspec.Raw(msgspec.json.encode(known | target.model.metadata)),
        )


def _object(text: msgspec.Raw) -> dict[str, Any]:
    """Return the JSON object that a `metadata` field holds."""
    value = {} if text is ABSENT else msgspec.json.decode(text)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidArgument(
            "'metadata' must be an object.", code="invalid_value", param="metadata"
        )
    return value
