"""Judging by a Llama Guard, wherever it runs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from fleet.inference.v1 import messages as i
from fleet_runtime.at_once import at_once
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_safety.llama_guard.answer import verdict
from fleet_safety.llama_guard.prompt import harmless, judged, prompt
from fleet_safety.llama_guard.settings import GuardConfig, Rules, rules
from fleet_safety.provider import Conversation, Image, Shield, Turn, Verdict

# In tokens: all codes take some sixty.
_LONGEST_ANSWER = 100

Ask: TypeAlias = Callable[[i.ChatCompletionRequest, Call], Awaitable[str]]
"""Returns what a model says."""


class Guard:
    """Judges by the answers of a Llama Guard.

    Args:
        ask: Asks a model; a shield's name is the model's.
        config: How to judge where a shield does not say.
    """

    def __init__(self, ask: Ask, config: GuardConfig) -> None:
        self._ask = ask
        self._config = config

    def check(self, shield: Shield) -> None:
        """Raise `InvalidArgument` unless the shield's `params` are what we know."""
        rules(self._config, shield)

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> list[Verdict]:
        """Return a verdict for each of `inputs`."""
        by = rules(self._config, shield)
        questions = [_question(by, shield.name, judged(one)) for one in inputs]

        async def judge(question: tuple[i.ChatCompletionRequest, Mapping[str, str]]) -> Verdict:
            request, categories = question
            return verdict(await self._ask(request, call), categories, by.excluded)

        return await at_once(questions, judge)


def _question(
    by: Rules, model: str, turns: Sequence[Turn]
) -> tuple[i.ChatCompletionRequest, Mapping[str, str]]:
    """Return what the model is asked, and the categories that its answer may name."""
    images = turns[-1].images
    _check_images(by, len(images))
    categories = by.version.categories_for(images=bool(images))
    if by.prompt == "template":
        messages = _conversation(turns, images)
    else:
        left = {code: name for code, name in categories.items() if code not in by.excluded}
        messages = [_message("user", prompt(by.name, turns, left), images)]
    request = i.ChatCompletionRequest(
        model=model, messages=messages, max_tokens=_LONGEST_ANSWER, temperature=0.0
    )
    return request, categories


def _conversation(turns: Sequence[Turn], images: Sequence[Image]) -> list[i.ChatMessage]:
    """Return the turns as chat templates want them: by turns, a user's first, and no two of one side in a row."""
    texts: list[tuple[str, str]] = []
    for turn in turns:
        role = "assistant" if turn.role == "assistant" and texts else "user"
        text = harmless(turn.text)
        if texts and texts[-1][0] == role:
            text = f"{texts.pop()[1]}\n\n{text}"
        texts.append((role, text))
    messages = [_message(role, text, ()) for role, text in texts[:-1]]
    return [*messages, _message(*texts[-1], images)]


def _message(role: str, text: str, images: Sequence[Image]) -> i.ChatMessage:
    """Return a message; images stand before the text, as in the models' own templates."""
    content: str | list[i.ContentPart] = text
    if images:
        parts = [
            i.ContentPart(type="image_url", image_url=i.ImageUrl(url=image.url)) for image in images
        ]
        content = [*parts, i.ContentPart(type="text", text=text)]
    return i.ChatMessage(role="assistant" if role == "assistant" else "user", content=content)


def _check_images(by: Rules, number: int) -> None:
    most = by.version.images
    if number > most:
        sees = f"sees {most} image{'s' * (most > 1)} at once" if most else "sees no images"
        raise InvalidArgument(
            f"Llama Guard {by.name} {sees}; there are {number}. Take a shield of another version.",
            code="images_not_supported",
            param="messages",
        )
