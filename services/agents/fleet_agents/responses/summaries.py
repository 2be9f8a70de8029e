"""Having a model sum up a conversation."""

from collections.abc import Iterable, Iterator, Sequence

from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import InferenceServiceClient
from fleet_agents.config import CompactionConfig
from fleet_agents.responses.compaction import summary_of
from fleet_agents.responses.steps import Said, Step
from fleet_runtime.call import Call
from fleet_runtime.errors import UpstreamFailed

_CHARACTERS_A_TOKEN = 4
# What OpenAI counts for an image of 1024 by 1024 pixels.
_TOKENS_AN_IMAGE = 765


class Summarizer:
    """Sums conversations up.

    Args:
        inference: Who runs the model that does.
        config: What it is told, and how long a summary may be.
    """

    def __init__(self, inference: InferenceServiceClient, config: CompactionConfig) -> None:
        self._inference = inference
        self._config = config

    async def summary(
        self,
        model: str,
        messages: Sequence[i.ChatMessage],
        call: Call,
        *,
        instructions: str | None = None,
        cache_key: str | None = None,
    ) -> tuple[str, i.Usage | None]:
        """Return what a conversation comes to, and what it cost to find that.

        Args:
            model: The model that is asked.
            messages: The conversation.
            call: On whose behalf.
            instructions: What the model is told besides.
            cache_key: As in the conversation's own requests, whose beginning it shares.

        Raises:
            UpstreamFailed: The model said nothing.
            FleetError: It failed.
        """
        asked = self._config.instructions
        told = f"{asked}\n\n{instructions}" if instructions else asked
        request = i.ChatCompletionRequest(
            model=model,
            messages=[*messages, i.ChatMessage(role="user", content=told)],
            max_completion_tokens=self._config.max_tokens,
            prompt_cache_key=cache_key,
            store=False,
        )
        answer = await self._inference.create_chat_completion(request, call)
        text = (answer.choices[0].message.content or "").strip() if answer.choices else ""
        if not text:
            raise UpstreamFailed(
                f"The model '{model}' gave no summary.", status=502, code="empty_summary"
            )
        return text, answer.usage


def estimated_tokens(steps: Iterable[Step]) -> int:
    """Return about how many tokens steps have: one for every four characters, as English texts have them."""
    return sum(map(_tokens, steps))


def _tokens(step: Step) -> int:
    texts, images = [], 0
    for said in _said(step):
        for part in [said] if isinstance(said, str) else said:
            if isinstance(part, str):
                texts.append(part)
            elif part.type == "input_image":
                images += 1
            else:
                texts.append(part.text or part.refusal or "")
    return sum(map(len, texts)) // _CHARACTERS_A_TOKEN + images * _TOKENS_AN_IMAGE


def _said(step: Step) -> Iterator[Said]:
    """Yield what a model reads of a step."""
    item = step.item
    if step.use is not None:
        yield step.use.arguments
        yield step.told or ""
    elif item is not None:
        yield from (item.content or "", item.output or "", item.arguments or item.input or "")
        if item.type == "compaction":
            yield summary_of(item, "input")
