"""Making long conversations short."""

import time
from collections.abc import Sequence

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.config import CompactionConfig, ServiceConfig
from fleet_agents.items.ids import new_id
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.attachments.attachments import Attachments
from fleet_agents.responses.chat_messages import chat_messages
from fleet_agents.responses.compaction import check_compactions, compaction_item, read_from, split
from fleet_agents.responses.history import History, history, named_items
from fleet_agents.responses.places import Places
from fleet_agents.responses.steps import Step
from fleet_agents.responses.store import ResponseStore, Stored
from fleet_agents.responses.summaries import Summarizer, estimated_tokens
from fleet_agents.responses.usage import added
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument


class Compactor:
    """Makes conversations short whose callers ask for that.

    Args:
        neighbours: Who runs the model that does, and keeps files.
        responses: Where responses are kept.
        config: How it is done.
    """

    def __init__(
        self, neighbours: Neighbours, responses: ResponseStore, config: ServiceConfig
    ) -> None:
        self._neighbours = neighbours
        self._responses = responses
        self._config = config
        self._summarizer = Summarizer(neighbours.inference, config.compaction)

    async def compact(self, request: m.CompactResponseRequest, call: Call) -> m.CompactedResponse:
        """Return what to give to the next request in place of a conversation: what the user said, and a summary.

        Raises:
            InvalidArgument: There is no conversation.
            FleetError: The model cannot sum it up.
        """
        before: list[Step] = []
        if request.previous_response_id is not None:
            chain = await self._responses.chain(request.previous_response_id)
            before = [step for stored in chain for step in stored.history()]
        asked = named_items(request.input)
        check_compactions(asked)
        steps = read_from(history(before, asked).steps())
        if not steps:
            raise InvalidArgument(
                "Give 'input' or 'previous_response_id'.", code="missing_input", param="input"
            )
        attachments = Attachments(self._neighbours, self._config.attachments, Places(asked), call)
        summary, usage = await self._summarizer.summary(
            request.model,
            chat_messages(await attachments.resolved(steps)),
            call,
            instructions=request.instructions,
            cache_key=request.prompt_cache_key,
        )
        users = [step.item for step in steps if step.item is not None and step.item.role == "user"]
        return m.CompactedResponse(
            id=new_id("resp"),
            created_at=int(time.time()),
            output=[*users, compaction_item(summary)],
            usage=added(None, usage),
        )


class Compaction:
    """Makes the conversation of one response short, if it is longer than the request allows.

    Args:
        summarizer: Sums it up.
        request: Who asks, and by which model.
        threshold: From how many tokens on.
        attachments: The images and files in it.
        call: On whose behalf.
    """

    def __init__(
        self,
        summarizer: Summarizer,
        request: m.CreateResponseRequest,
        threshold: int,
        attachments: Attachments,
        call: Call,
    ) -> None:
        self._summarizer = summarizer
        self._request = request
        self._threshold = threshold
        self._attachments = attachments
        self._call = call

    async def made(
        self, told: History, instructions: Sequence[i.ChatMessage]
    ) -> tuple[m.Item, i.Usage | None] | None:
        """Return the item that stands for a conversation from now on, and what it cost; nothing if it is short.

        Raises:
            FleetError: It could not be summed up.
        """
        steps = read_from(told.steps())
        old, kept = split(steps)
        if all(step.item is not None and step.item.type == "compaction" for step in old):
            return None  # nothing that could be made shorter
        if await self._tokens(told, steps) < self._threshold:
            return None
        messages = chat_messages(await self._attachments.resolved(old))
        summary, usage = await self._summarizer.summary(
            self._request.model,
            [*instructions, *messages],
            self._call,
            cache_key=self._request.prompt_cache_key,
        )
        return compaction_item(summary, kept), usage

    async def _tokens(self, told: History, steps: Sequence[Step]) -> int:
        """Return how long a conversation is: as the model counted it, so far as it did."""
        if told.tokens is not None:
            return told.tokens + estimated_tokens(await self._attachments.resolved(told.asked))
        return estimated_tokens(await self._attachments.resolved(steps))


def compaction_of(
    request: m.CreateResponseRequest,
    summarizer: Summarizer,
    *,
    attachments: Attachments,
    config: CompactionConfig,
    call: Call,
) -> Compaction | None:
    """Return what makes the conversation of a request short; nothing if the request does not want that."""
    if not request.context_management:
        return None
    threshold = min(
        config.threshold if one.compact_threshold is None else one.compact_threshold
        for one in request.context_management
    )
    return Compaction(summarizer, request, threshold, attachments, call)


def counted_tokens(newest: Stored) -> int | None:
    """Return how many tokens the conversation has that ends with a response, where its model was asked once.

    Otherwise nobody knows: what a response cost is the sum of all that it asked.
    """
    steps, usage = newest.steps, newest.response.usage
    alone = all(step.turn <= 1 for step in steps) and not any(
        step.item is not None and step.item.type == "compaction" for step in steps
    )
    return usage.total_tokens if alone and usage is not None and usage.total_tokens else None
