"""The Prompts API in this process, called over both of its faces."""

import pytest

from fleet.agents.v1 import messages as m
from fleet.agents.v1.operations import PromptServiceClient, bind_prompt_service
from fleet_agents.prompts.service import Prompts
from fleet_agents.prompts.store import PromptStore
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.serve import serving
from fleet_testing.rest_face import RestFace


class Typed:
    """The service, by its typed face."""

    def __init__(self, channel):
        self._client = PromptServiceClient(channel)

    async def create(self, prompt, *variables):
        request = m.CreatePromptRequest(prompt=prompt, variables=list(variables))
        return await self._client.create_prompt(request, Call("/m"))

    async def get(self, prompt_id, version=None):
        request = m.GetPromptRequest(prompt_id=prompt_id, version=version)
        return await self._client.get_prompt(request, Call("/m"))

    async def list(self):
        return (await self._client.list_prompts(m.ListPromptsRequest(), Call("/m"))).data

    async def versions(self, prompt_id):
        request = m.ListPromptVersionsRequest(prompt_id=prompt_id)
        return (await self._client.list_prompt_versions(request, Call("/m"))).data

    async def update(self, prompt_id, version, prompt, *variables, **fields):
        request = m.UpdatePromptRequest(
            prompt_id=prompt_id,
            version=version,
            prompt=prompt,
            variables=list(variables),
            **fields,
        )
        return await self._client.update_prompt(request, Call("/m"))

    async def set_default(self, prompt_id, version):
        request = m.SetDefaultPromptVersionRequest(prompt_id=prompt_id, version=version)
        return await self._client.set_default_prompt_version(request, Call("/m"))

    async def delete(self, prompt_id):
        request = m.DeletePromptRequest(prompt_id=prompt_id)
        return await self._client.delete_prompt(request, Call("/m"))


@pytest.fixture
def store(database):
    return PromptStore(database)


@pytest.fixture
async def channel(store):
    async with serving([bind_prompt_service(Prompts(store))]) as address:
        channel = Channel("agents", at=address)
        yield channel
        await channel.aclose()


@pytest.fixture
def api(channel):
    return Typed(channel)


@pytest.fixture
def rest(channel):
    return RestFace(channel.grpc, "fleet.agents.v1.PromptService")
