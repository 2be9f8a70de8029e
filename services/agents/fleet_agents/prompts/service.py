"""The operations of the Prompts API."""

from fleet.agents.v1 import messages as m
from fleet_agents.prompts.store import PromptStore
from fleet_agents.prompts.variables import declared
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer


class Prompts:
    """Keeps prompts for callers."""

    def __init__(self, store: PromptStore) -> None:
        self._store = store

    async def list_prompts(self, request: m.ListPromptsRequest, call: Call) -> Answer[m.PromptList]:
        """List the default version of every prompt."""
        del request, call
        return m.PromptList(data=await self._store.defaults())

    async def create_prompt(self, request: m.CreatePromptRequest, call: Call) -> Answer[m.Prompt]:
        """Create a prompt."""
        del call
        variables = declared(request.prompt, request.variables or ())
        return await self._store.create(request.prompt, variables)

    async def get_prompt(self, request: m.GetPromptRequest, call: Call) -> Answer[m.Prompt]:
        """Get a version of a prompt."""
        del call
        return await self._store.get(request.prompt_id, request.version, param="prompt_id")

    async def update_prompt(self, request: m.UpdatePromptRequest, call: Call) -> Answer[m.Prompt]:
        """Add a version to a prompt, which becomes the default unless the request says otherwise."""
        del call
        return await self._store.update(
            request.prompt_id,
            request.version,
            request.prompt,
            declared(request.prompt, request.variables or ()),
            make_default=request.set_as_default is not False,
        )

    async def delete_prompt(self, request: m.DeletePromptRequest, call: Call) -> None:
        """Delete a prompt with all of its versions."""
        del call
        await self._store.delete(request.prompt_id)

    async def set_default_prompt_version(
        self, request: m.SetDefaultPromptVersionRequest, call: Call
    ) -> Answer[m.Prompt]:
        """Make a version the default one."""
        del call
        return await self._store.set_default(request.prompt_id, request.version)

    async def list_prompt_versions(
        self, request: m.ListPromptVersionsRequest, call: Call
    ) -> Answer[m.PromptList]:
        """List all versions of a prompt."""
        del call
        return m.PromptList(data=await self._store.versions(request.prompt_id))
