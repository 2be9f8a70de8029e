"""What an answer holds of an item only where the request's `include` asks for it.

Source: https://platform.openai.com/docs/api-reference/conversations/list-items
"""

from collections.abc import Sequence

from msgspec.structs import replace

from fleet.agents.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

INCLUDABLE = (
    "code_interpreter_call.outputs",
    "computer_call_output.output.image_url",
    "file_search_call.results",
    "message.input_image.image_url",
    "message.output_text.logprobs",
    "reasoning.encrypted_content",
    "web_search_call.action.sources",
    "web_search_call.results",
)
"""What `include` may name. Images of messages are there without being asked for, as Llama Stack's clients expect."""


def check_include(include: Sequence[str] | None) -> frozenset[str]:
    """Return what a request asks for, or raise `InvalidArgument` if there is no such thing."""
    for number, name in enumerate(include or ()):
        if name not in INCLUDABLE:
            raise InvalidArgument(
                f"There is no '{name}' to include; there are: {', '.join(INCLUDABLE)}.",
                code="invalid_value",
                param=f"include[{number}]",
            )
    return frozenset(include or ())


def shown(item: m.Item, include: frozenset[str]) -> m.Item:
    """Return an item without what was not asked for; `item` itself is not changed."""
    if item.type == "message":
        return _shown_message(item, include)
    if item.type == "file_search_call" and "file_search_call.results" not in include:
        return replace(item, results=None)
    if item.type == "reasoning" and "reasoning.encrypted_content" not in include:
        return replace(item, encrypted_content=None)
    if item.type == "code_interpreter_call" and "code_interpreter_call.outputs" not in include:
        return replace(item, outputs=None)
    if item.action is not None and "web_search_call.action.sources" not in include:
        return replace(item, action=replace(item.action, sources=None))
    return item


def _shown_message(item: m.Item, include: frozenset[str]) -> m.Item:
    if "message.output_text.logprobs" in include or not isinstance(item.content, list):
        return item
    return replace(item, content=[_without_logprobs(part) for part in item.content])


def _without_logprobs(part: m.Part) -> m.Part:
    """Return a part with none of them; where a text has none to tell, it says so."""
    return replace(part, logprobs=[] if part.type == "output_text" else None)
