"""What is asked, as shields read it."""

from collections.abc import Iterable, Iterator

from fleet.agents.v1 import messages as m
from fleet.safety.v1 import messages as s
from fleet_agents.responses.compaction import summary_of
from fleet_agents.responses.sealed import unseal
from fleet_agents.responses.steps import Said, Step

_BETWEEN = "\n\n"


def asked_message(steps: Iterable[Step]) -> s.SafetyMessage | None:
    """Return all that steps say as one message of the user's; nothing if they say nothing.

    It is judged as one, so that what is unsafe only as a whole is found. Calls of functions are left out: they are no
    text.
    """
    parts = [part for step in steps for part in _parts(step)]
    if not parts:
        return None
    return s.SafetyMessage(role="user", content=_joined(parts))


def text_alone(message: s.SafetyMessage) -> s.SafetyMessage | None:
    """Return a message without its images, which shields of texts need not understand where they are but context."""
    if isinstance(message.content, str):
        return message
    parts = message.content if isinstance(message.content, list) else []
    texts = [part for part in parts if part.type == "text"]
    return s.SafetyMessage(role=message.role, content=_joined(texts)) if texts else None


def _joined(parts: list[s.SafetyPart]) -> s.SafetyContent:
    if all(part.type == "text" for part in parts):
        return _BETWEEN.join(part.text or "" for part in parts)
    return parts


def _parts(step: Step) -> Iterator[s.SafetyPart]:
    yield from _said(step.told or "")
    if step.item is not None:
        yield from _item_parts(step.item)


def _item_parts(item: m.Item) -> Iterator[s.SafetyPart]:
    for said in (item.content, item.output, item.reason, item.error):
        yield from _said(said or "")
    for result in item.results or ():
        yield _text(result.text)
    if item.type == "compaction":
        yield _text(summary_of(item, "input"))
    elif item.type == "reasoning" and item.encrypted_content:
        yield _text(unseal(item.encrypted_content, "input"))


def _said(said: Said) -> Iterator[s.SafetyPart]:
    parts = [m.Part(type="text", text=said)] if isinstance(said, str) else said
    for part in parts:
        if part.image_url:
            url = s.SafetyImageUrl(url=part.image_url)
            yield s.SafetyPart(type="image_url", image_url=url)
        elif part.text or part.refusal:
            yield _text(part.text or part.refusal or "")


def _text(text: str) -> s.SafetyPart:
    return s.SafetyPart(type="text", text=text)
