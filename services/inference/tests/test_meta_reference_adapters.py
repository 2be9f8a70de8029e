"""LoRA adapters of `inline::meta-reference`: models that come and go while it runs."""

import asyncio
import shutil
from contextlib import asynccontextmanager

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.model_names import GivenNames, names_in_memory
from fleet_inference.models import ModelTable
from fleet_inference.providers.meta_reference import MetaReference
from fleet_inference.registry import Registry
from fleet_inference.routing.router import Router
from fleet_inference.service import Inference
from fleet_models.store import ModelStore
from fleet_runtime.config import ProviderConfig
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.providers import Opened
from fleet_testing.calls import grpc_call
from fleet_testing.fleet import ENGINE
from fleet_testing.lora import write_adapter

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    """A folder of adapters; `first` is in it from the start."""
    write_adapter(tmp_path / "first", ModelStore().path(ENGINE), seed=1)
    return tmp_path


@asynccontextmanager
async def service(folder):
    """Run the inference service on one engine; yield its operations on models and on answers."""
    config = MetaReference.Config(model=ENGINE, adapters=folder, max_context=128, threads=1)
    engine = MetaReference(config)
    opened = Opened(ProviderConfig(id="llama", type="inline::meta-reference"), engine)
    models = ModelTable(GivenNames([], names_in_memory()), {"llama": opened})
    try:
        async with models.refreshed(60):
            yield Registry(models), Inference(models, Router(), None)
    finally:
        await engine.aclose()


async def answer(inference, model):
    asked = m.CompletionRequest(
        model=model, prompt="The library", max_tokens=8, temperature=0, ignore_eos=True
    )
    whole = await inference.create_completion(*grpc_call(asked))
    return whole.choices[0].text


async def registered(registry, name, own_name):
    asked = m.RegisterModelRequest(model_id=name, provider_model_id=own_name)
    return await registry.register_model(*grpc_call(asked))


async def test_adapters_are_models_that_answer_in_their_own_way(folder):
    """One engine holds the weights once for all of them."""
    async with service(folder) as (registry, inference):
        listed = await registry.list_models(*grpc_call(m.ListModelsRequest()))
        base, first = await asyncio.gather(answer(inference, ENGINE), answer(inference, "first"))

    assert {f"llama/{ENGINE}", "llama/first"} == {model.id for model in listed.data}
    assert base != first


async def test_an_adapter_is_loaded_by_registering_it(folder):
    """Over REST and gRPC alike, and no restart."""
    async with service(folder) as (registry, inference):
        write_adapter(folder / "second", ModelStore().path(ENGINE), seed=2)

        model = await registered(registry, "support-bot", "second")

        assert await answer(inference, "support-bot") != await answer(inference, "first")
        assert b'"adapter_of":' in bytes(model.metadata)


async def test_an_adapter_whose_folder_is_gone_is_a_model_no_more(folder):
    """Its memory is free for another."""
    async with service(folder) as (registry, inference):
        shutil.rmtree(folder / "first")

        with pytest.raises(InvalidArgument, match="does not offer 'other'"):
            await registered(registry, "late", "other")
        with pytest.raises(NotFound):
            await answer(inference, "first")


async def test_a_broken_adapter_leaves_the_others_alone(folder):
    (folder / "broken").mkdir()
    (folder / "broken" / "adapter_config.json").write_text('{"peft_type": "IA3"}')

    async with service(folder) as (_, inference):
        assert await answer(inference, "first")
        with pytest.raises(NotFound):
            await answer(inference, "broken")
