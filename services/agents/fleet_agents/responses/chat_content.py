"""What is said, as a chat has it."""

from collections.abc import Iterable, Iterator
from typing import Literal

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.responses.steps import Said

_DETAILS: dict[str, Literal["low", "high", "auto"]] = {
    "low": "low",
    "high": "high",
    "original": "high",
    "auto": "auto",
}


def text_of(content: Said) -> str:
    """Return what is said, without what is no text."""
    if isinstance(content, str):
        return content
    return "".join(part.text or part.refusal or "" for part in content)


def chat_content(said: Said) -> i.ChatContent:
    """Return what is said as a chat has it: a text where there is nothing else."""
    if isinstance(said, str):
        return said
    if all(part.type not in ("input_image", "input_file") for part in said):
        return text_of(said)
    return list(_parts(said))


def _parts(said: Iterable[m.Part]) -> Iterator[i.ContentPart]:
    for part in said:
        if part.type == "input_image":
            url = i.ImageUrl(url=part.image_url or "", detail=_DETAILS.get(part.detail or ""))
            yield i.ContentPart(type="image_url", image_url=url)
        else:
            yield i.ContentPart(type="text", text=part.text or part.refusal or "")
