"""From a request to all that its response is made of."""

from collections.abc import Sequence

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.config import ServiceConfig
from fleet_agents.conversations.store import ConversationStore
from fleet_agents.items.inclusion import check_include
from fleet_agents.neighbours import Neighbours
from fleet_agents.prompts.filling import filled
from fleet_agents.prompts.store import PromptStore
from fleet_agents.responses.attachments.attachments import Attachments
from fleet_agents.responses.chain import steps_of
from fleet_agents.responses.compacting import compaction_of, counted_tokens
from fleet_agents.responses.compaction import check_compactions
from fleet_agents.responses.guardrails.guard import guard_of
from fleet_agents.responses.history import history, named_items
from fleet_agents.responses.memory import remembered
from fleet_agents.responses.model import Model
from fleet_agents.responses.places import Places
from fleet_agents.responses.plan import Plan
from fleet_agents.responses.steps import Step
from fleet_agents.responses.store import ResponseStore
from fleet_agents.responses.summaries import Summarizer
from fleet_agents.responses.toolbox import Toolbox
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.metadata import check_metadata

_CHOICES = ("none", "auto", "required")
_UNFINISHED = ("queued", "in_progress")


class Planner:
    """Finds what a response goes on from, and who it is made by.

    Args:
        config: What requests leave open.
        neighbours: The services that models, stores and tools are asked of.
        responses: Where responses are kept.
        conversations: Where conversations are kept.
        prompts: Where prompts are kept.
    """

    def __init__(
        self,
        config: ServiceConfig,
        neighbours: Neighbours,
        responses: ResponseStore,
        conversations: ConversationStore,
        prompts: PromptStore,
    ) -> None:
        self._config = config
        self._neighbours = neighbours
        self._responses = responses
        self._conversations = conversations
        self._prompts = prompts

    async def plan(
        self, request: m.CreateResponseRequest, response: m.Response, call: Call
    ) -> Plan:
        """Return what the response to `request` is made of.

        Raises:
            InvalidArgument: The request contradicts itself.
            NotFound: What it goes on from is not there.
        """
        check(request)
        if not response.background:
            call = call.within(self._config.runs.seconds)
        given = named_items(request.input)
        check_compactions(given)
        prompt = await self._prompt(request.prompt) if request.prompt is not None else None
        asked = given if prompt is None else [prompt, *given]
        if not asked:
            raise InvalidArgument("Give 'input' or 'prompt'.", code="missing_input", param="input")
        before, tokens = await self._before(request, call)
        told = history(before, asked, tokens, await self._referred_to(asked))
        attachments = Attachments(
            self._neighbours, self._config.attachments, Places(given, prompt), call
        )
        toolbox = Toolbox(request.tools or (), self._neighbours, self._config)
        toolbox.files.update(told.found_files())
        include = check_include(request.include)
        logprobs = "message.output_text.logprobs" in include or bool(request.top_logprobs)
        return Plan(
            response=response,
            history=told,
            instructions=_instructions(request),
            include=include,
            toolbox=toolbox,
            model=Model(self._neighbours.inference, response, call, logprobs=logprobs),
            limits=self._config.runs,
            call=call,
            attachments=attachments,
            guard=guard_of(
                request.guardrails,
                told.asked,
                attachments=attachments,
                neighbours=self._neighbours,
                config=self._config,
                call=call,
            ),
            compaction=compaction_of(
                request,
                Summarizer(self._neighbours.inference, self._config.compaction),
                attachments=attachments,
                config=self._config.compaction,
                call=call,
            ),
        )

    async def _before(
        self, request: m.CreateResponseRequest, call: Call
    ) -> tuple[list[Step], int | None]:
        """Return the steps before a response, and how many tokens the model counted in them, if that is known."""
        if request.previous_response_id is not None:
            known = remembered(call, request.previous_response_id)
            if known is not None:
                return known, None
            chain = await self._responses.chain(request.previous_response_id)
            newest = chain[-1].response
            if newest.status in _UNFINISHED:
                raise InvalidArgument(
                    f"The response '{newest.id}' is not finished: it is {newest.status}.",
                    code="previous_response_not_finished",
                    param="previous_response_id",
                )
            return steps_of(chain, request.tools or ()), counted_tokens(chain[-1])
        if request.conversation is not None:
            named = request.conversation
            conversation = named if isinstance(named, str) else named.id
            items = await self._conversations.items(conversation)
            return [Step(item=item) for item in items], None
        return [], None

    async def _referred_to(self, asked: Sequence[m.Item]) -> list[m.Item]:
        """Return the items of other responses that a request refers to."""
        ids = [item.id for item in asked if item.type == "item_reference" and item.id]
        return await self._responses.items(ids) if ids else []

    async def _prompt(self, asked: m.PromptReference) -> m.Item:
        """Return what a stored prompt says, as an item of the user's."""
        prompt = await self._prompts.get(asked.id, _version(asked.version))
        parts = filled(prompt, asked.variables or {})
        [item] = named_items([m.Item(role="user", content=parts)])
        return item


def check(request: m.CreateResponseRequest) -> None:
    """Raise `InvalidArgument` where a request contradicts itself, or holds what nobody knows."""
    check_metadata(request.metadata or {})
    choice = request.tool_choice
    if isinstance(choice, str) and choice not in _CHOICES:
        raise InvalidArgument(
            f"'tool_choice' is {', '.join(map(repr, _CHOICES))} or a certain tool, not '{choice}'.",
            code="invalid_value",
            param="tool_choice",
        )
    if request.previous_response_id is not None and request.conversation is not None:
        raise InvalidArgument(
            "Give 'previous_response_id' or 'conversation', not both.",
            code="mutually_exclusive_parameters",
            param="previous_response_id",
        )
    if request.background and request.store is False:
        raise InvalidArgument(
            "'background' needs 'store', as the response is read later.",
            code="background_requires_store",
            param="store",
        )


def _instructions(request: m.CreateResponseRequest) -> list[i.ChatMessage]:
    if not request.instructions:
        return []
    return [i.ChatMessage(role="system", content=request.instructions)]


def _version(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise InvalidArgument(
            f"'{text}' is no version of a prompt; versions are numbers from 1.",
            code="invalid_version",
            param="prompt.version",
        )
    return int(text)
