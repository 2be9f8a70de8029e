"""Routing by prefix and load with engines that compute."""

from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import bind_inference_service, bind_model_service
from fleet_inference.model_names import GivenNames, names_in_memory
from fleet_inference.models import ModelTable
from fleet_inference.providers.meta_reference import MetaReference
from fleet_inference.providers.runner import Runner
from fleet_inference.registry import Registry
from fleet_inference.routing.router import Router
from fleet_inference.service import Inference
from fleet_runtime.config import ProviderConfig
from fleet_runtime.providers import Opened
from fleet_runtime.serve import serving
from fleet_testing.calls import grpc_call
from fleet_testing.fleet import ENGINE

pytestmark = pytest.mark.slow

INSTRUCTIONS = "You are a helpful assistant of the city library. " * 12


@asynccontextmanager
async def runner_of(engine):
    """Serve `engine` as a runner does."""
    opened = Opened(ProviderConfig(id="llama", type="inline::meta-reference"), engine)
    models = ModelTable(GivenNames([], names_in_memory()), {"llama": opened})
    async with models.refreshed(60):
        services = [
            bind_inference_service(Inference(models, Router(), None)),
            bind_model_service(Registry(models)),
        ]
        async with serving(services) as address:
            yield address


@pytest.fixture
async def engines(monkeypatch):
    """Two engines, as replicas of `runner`."""
    async with AsyncExitStack() as stack:
        two, places = [], []
        for name in (ENGINE, ENGINE):
            engine = MetaReference(MetaReference.Config(model=name, max_context=512, threads=1))
            stack.push_async_callback(engine.aclose)
            two.append(engine)
            places.append(await stack.enter_async_context(runner_of(engine)))
        monkeypatch.setenv("FLEET_ADDRESSES", "runner=" + ";".join(places))
        yield two


async def ask(runner, question):
    messages = [
        m.ChatMessage(role="system", content=INSTRUCTIONS),
        m.ChatMessage(role="user", content=question),
    ]
    asked = m.ChatCompletionRequest(model=ENGINE, messages=messages, max_tokens=2, stream=True)
    return [chunk async for chunk in await runner.chat(*grpc_call(asked))]


async def test_engines_share_prefixes_and_tell_their_load(engines):
    """One of the two reads the instructions, once, and says how busy it is."""
    runner = Runner(Runner.Config())
    try:
        for question in ("When do you open?", "Who are you?", "Where are you?"):
            assert await ask(runner, question)
        heard = [replica._heard_until > 0 for replica in runner._replicas._known.values()]
    finally:
        await runner.aclose()
    busy, idle = sorted((e._engine.load for e in engines), key=lambda load: -load.prompt_tokens)

    assert 0 == idle.prompt_tokens
    assert busy.cached_tokens > busy.prompt_tokens / 2
    assert [False, True] == sorted(heard)
