"""The whole answer to what guardrails do not let through."""

from collections.abc import Iterator

from fleet_agents.responses.citations import Citations
from fleet_agents.responses.events import Event
from fleet_agents.responses.message_item import MessageItem
from fleet_agents.responses.steps import Step


def refused(refusal: str, place: int, step: Step) -> Iterator[Event]:
    """Yield the events of a message that is nothing but a refusal.

    Args:
        refusal: What it says.
        place: Its place among the output, from 0.
        step: Takes the message.
    """
    message = MessageItem(place, Citations({}), logprobs=False)
    yield from message.opening()
    yield from message.refusal(refusal)
    yield from message.closing("completed")
    step.item = message.item("completed")
