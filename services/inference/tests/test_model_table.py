"""Finding who serves a model."""

import pytest

from fleet_inference.config import ModelConfig
from fleet_inference.model_names import GivenNames, names_in_memory
from fleet_inference.models import ModelTable
from fleet_inference.providers.sentence_transformers import SentenceTransformers
from fleet_runtime.config import ProviderConfig
from fleet_runtime.providers import Opened
from fleet_testing.calls import grpc_call

ENCODER = "sentence-transformers/all-MiniLM-L6-v2"


async def test_a_provider_may_be_called_as_the_maker_of_its_models():
    """Routers ask runners by the models' own names, whose first part may be some provider's id."""
    provider = SentenceTransformers(SentenceTransformers.Config(model=ENCODER))
    config = ProviderConfig(id="sentence-transformers", type="inline::sentence-transformers")
    table = ModelTable(GivenNames([], names_in_memory()), {config.id: Opened(config, provider)})
    _, call = grpc_call(None)
    try:
        async with table.refreshed(60):
            names = (ENCODER, f"sentence-transformers/{ENCODER}")
            found = [(await table.route(name, call, "embedding")).first for name in names]
    finally:
        await provider.aclose()

    assert [ENCODER, ENCODER] == [target.model.id for target in found]


@pytest.mark.parametrize(("said", "kind"), [(None, "embedding"), ("rerank", "rerank")])
async def test_what_the_config_says_that_a_model_is_counts(said, kind):
    """Providers guess it by names, which tell little of a model that somebody trained."""
    provider = SentenceTransformers(SentenceTransformers.Config(model=ENCODER))
    config = ProviderConfig(id="local", type="inline::sentence-transformers")
    alias = ModelConfig(id="mine", provider="local", provider_model_id=ENCODER, type=said)
    table = ModelTable(GivenNames([alias], names_in_memory()), {"local": Opened(config, provider)})
    _, call = grpc_call(None)
    try:
        async with table.refreshed(60):
            route = await table.route("mine", call, kind)
    finally:
        await provider.aclose()

    assert kind == route.first.model.type
