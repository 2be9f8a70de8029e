"""A model that one replica is told of, all replicas serve within a second, whichever face was told."""

import asyncio
import json
import time
from contextlib import AsyncExitStack

import pytest
from google.api.httpbody_pb2 import HttpBody

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import InferenceServiceClient, ModelServiceClient
from fleet_inference.config import SCHEMA
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.calls import grpc_call
from fleet_testing.inference_process import inference_process, running_postgres
from fleet_testing.openai_upstream import openai_upstream

pytestmark = pytest.mark.slow

PATIENCE = 60.0


class Replica:
    """One of several processes of the service, as its callers see it."""

    def __init__(self, address):
        self.channel = Channel("inference", at=address)
        self._models = ModelServiceClient(self.channel)
        self._inference = InferenceServiceClient(self.channel)

    async def register(self, name):
        """Register a model by the typed face."""
        asked = m.RegisterModelRequest(
            model_id=name, provider_id="remote", provider_model_id="chat"
        )
        await self._models.register_model(*grpc_call(asked))

    async def unregister(self, name):
        await self._models.unregister_model(*grpc_call(m.UnregisterModelRequest(model_id=name)))

    async def register_over_rest(self, name):
        """Register a model as Envoy's transcoder does for an HTTP caller."""
        rest = self.channel.grpc.unary_stream(
            "/fleet.inference.v1.ModelServiceRest/RegisterModel",
            request_serializer=HttpBody.SerializeToString,
            response_deserializer=HttpBody.FromString,
        )
        body = {"model_id": name, "provider_id": "remote", "provider_model_id": "chat"}
        http = HttpBody(content_type="application/json", data=json.dumps(body).encode())
        metadata = (("x-envoy-original-path", "/v1/models"),)
        (answer,) = [part async for part in rest(http, metadata=metadata)]

        assert name == json.loads(answer.data)["identifier"]

    async def serves(self, name):
        """Return whether a chat with the model is answered, rather than 404."""
        message = m.ChatMessage(role="user", content="hi")
        asked = m.ChatCompletionRequest(model=name, messages=[message])
        try:
            await self._inference.create_chat_completion(*grpc_call(asked))
        except FleetError as error:
            if error.code not in ("model_not_found", "service_unavailable"):
                raise
            return False
        return True

    async def until(self, name, seconds, *, served=True):
        """Return after how many seconds the model is served, or no longer."""
        began = time.monotonic()
        while served != await self.serves(name):
            assert time.monotonic() - began < seconds, "it took longer"
            await asyncio.sleep(0.01)
        return time.monotonic() - began


@pytest.fixture
async def replicas(tmp_path):
    """Two processes over one Postgres."""
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(openai_upstream())
        url = stack.enter_context(running_postgres(tmp_path / "postgres"))
        await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_inference.migrations")
        remote = {"id": "remote", "type": "remote::openai", "config": {"base_url": upstream.url}}
        settings = {"providers": [remote], "store": {"database": {"url": url}}}
        places = [
            stack.enter_context(inference_process(settings, tmp_path)).address for _ in range(2)
        ]
        both = [Replica(place) for place in places]
        for replica in both:
            stack.push_async_callback(replica.channel.aclose)
            await replica.until("remote/chat", PATIENCE)
        yield both


async def test_all_replicas_know_within_a_second(replicas):
    """Callers come through one door, and their next request may reach any of them."""
    first, second = replicas
    await first.register("by-grpc")
    await second.until("by-grpc", 1.0)
    await second.register_over_rest("by-rest")
    await first.until("by-rest", 1.0)
    await first.unregister("by-rest")
    await second.until("by-rest", 1.0, served=False)

    assert await first.serves("by-grpc")
    assert not await first.serves("by-rest")
