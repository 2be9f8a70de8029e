"""Making long conversations short: what the user said stays, and one item stands for all else."""

import time

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.config import CompactionConfig
from fleet_agents.items.ids import item_id, new_id
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.chat_messages import chat_messages
from fleet_agents.responses.history import history, named_items
from fleet_agents.responses.sealed import seal
from fleet_agents.responses.steps import Step
from fleet_agents.responses.store import ResponseStore
from fleet_agents.responses.usage import added
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, UpstreamFailed


class Compactor:
    """Sums conversations up.

    Args:
        neighbours: Who runs the model that does.
        responses: Where responses are kept.
        config: How it is done.
    """

    def __init__(
        self, neighbours: Neighbours, responses: ResponseStore, config: CompactionConfig
    ) -> None:
        self._inference = neighbours.inference
        self._responses = responses
        self._config = config

    async def compact(self, request: m.CompactResponseRequest, call: Call) -> m.CompactedResponse:
        """Return what to give to the next request in place of a conversation.

        Raises:
            InvalidArgument: There is no conversation.
            FleetError: The model cannot sum it up.
        """
        before: list[Step] = []
        if request.previous_response_id is not None:
            chain = await self._responses.chain(request.previous_response_id)
            before = [step for stored in chain for step in stored.history()]
        steps = history(before, named_items(request.input)).steps()
        if not steps:
            raise InvalidArgument(
                "Give 'input' or 'previous_response_id'.", code="missing_input", param="input"
            )
        items, usage = await self.compacted(request.model, steps, request.instructions, call)
        return m.CompactedResponse(
            id=new_id("resp"),
            created_at=int(time.time()),
            output=items,
            usage=added(None, usage),
        )

    async def compacted(
        self, model: str, steps: list[Step], instructions: str | None, call: Call
    ) -> tuple[list[m.Item], i.Usage | None]:
        """Return what the user said and what stands for all else, and what it cost to find that."""
        asked = self._config.instructions
        told = f"{asked}\n\n{instructions}" if instructions else asked
        request = i.ChatCompletionRequest(
            model=model,
            messages=[*chat_messages(steps), i.ChatMessage(role="user", content=told)],
            max_completion_tokens=self._config.max_tokens,
            store=False,
        )
        answer = await self._inference.create_chat_completion(request, call)
        text = (answer.choices[0].message.content or "").strip() if answer.choices else ""
        if not text:
            raise UpstreamFailed(
                f"The model '{model}' gave no summary.", status=502, code="empty_summary"
            )
        users = [step.item for step in steps if step.item is not None and step.item.role == "user"]
        summary = m.Item(type="compaction", id=item_id("compaction"), encrypted_content=seal(text))
        return [*users, summary], answer.usage
