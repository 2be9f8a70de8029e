"""Making answers: ids, times, the chunks of a stream, and what it cost."""

import time
import uuid
from dataclasses import dataclass, field

from fleet.inference.v1 import messages as m


def completion_id() -> str:
    """Return a name for a new answer."""
    return f"chatcmpl-{uuid.uuid4().hex}"


def call_id() -> str:
    """Return a name for a call of a tool, where the vendor gives none."""
    return f"call_{uuid.uuid4().hex}"


def now() -> int:
    """Return the time in Unix seconds."""
    return int(time.time())


@dataclass(slots=True)
class Chunks:
    """Makes the chunks of one streamed answer.

    Attributes:
        model: The model's name.
        id: Names the answer in all of them.
        created: When it was begun, in Unix seconds.
    """

    model: str
    id: str = field(default_factory=completion_id)
    created: int = field(default_factory=now)

    def opening(self, index: int = 0) -> m.ChatCompletionChunk:
        """Return the first chunk of the answer at `index`, which says who speaks."""
        return self.of(m.Delta(role="assistant", content=""), index)

    def of(self, delta: m.Delta, index: int = 0) -> m.ChatCompletionChunk:
        """Return what is new."""
        return self._chunk([m.ChunkChoice(delta=delta, index=index)])

    def text(self, text: str, index: int = 0) -> m.ChatCompletionChunk:
        """Return new text."""
        return self.of(m.Delta(content=text), index)

    def thought(self, text: str, index: int = 0) -> m.ChatCompletionChunk:
        """Return new text of what the model thinks."""
        return self.of(m.Delta(reasoning_content=text), index)

    def call(self, place: int, call_id: str, name: str, index: int = 0) -> m.ChatCompletionChunk:
        """Return the beginning of the call at `place`; its arguments follow."""
        function = m.FunctionCall(name=name, arguments="")
        call = m.ToolCall(index=place, id=call_id, type="function", function=function)
        return self.of(m.Delta(tool_calls=[call]), index)

    def arguments(self, place: int, text: str, index: int = 0) -> m.ChatCompletionChunk:
        """Return a new part of the arguments of the call at `place`."""
        call = m.ToolCall(index=place, function=m.FunctionCall(arguments=text))
        return self.of(m.Delta(tool_calls=[call]), index)

    def closing(
        self, reason: str, index: int = 0, stop_reason: m.StopReason | None = None
    ) -> m.ChatCompletionChunk:
        """Return the last chunk of the answer at `index`: why it ended."""
        choice = m.ChunkChoice(
            delta=m.Delta(), index=index, finish_reason=reason, stop_reason=stop_reason
        )
        return self._chunk([choice])

    def cost(self, usage: m.Usage) -> m.ChatCompletionChunk:
        """Return the chunk after all others, for those who asked for `usage`."""
        chunk = self._chunk([])
        chunk.usage = usage
        return chunk

    def _chunk(self, choices: list[m.ChunkChoice]) -> m.ChatCompletionChunk:
        return m.ChatCompletionChunk(
            id=self.id, choices=choices, created=self.created, model=self.model
        )


def wants_usage(request: m.ChatCompletionRequest) -> bool:
    """Say whether a stream is to end with what it cost; one that is folded always is."""
    options = request.stream_options
    return not request.stream or bool(options and options.include_usage)


def usage(
    prompt: int, completion: int, cached: int | None = None, reasoning: int | None = None
) -> m.Usage:
    """Return what an answer cost: `prompt` includes `cached` tokens, and `completion` those of `reasoning`."""
    return m.Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=prompt + completion,
        prompt_tokens_details=(
            None if cached is None else m.PromptTokensDetails(cached_tokens=cached)
        ),
        completion_tokens_details=(
            None if reasoning is None else m.CompletionTokensDetails(reasoning_tokens=reasoning)
        ),
    )


def added(costs: list[m.Usage]) -> m.Usage:
    """Return what several answers cost together."""
    cached = [u.prompt_tokens_details.cached_tokens for u in costs if u.prompt_tokens_details]
    thought = [
        u.completion_tokens_details.reasoning_tokens for u in costs if u.completion_tokens_details
    ]
    return usage(
        sum(cost.prompt_tokens for cost in costs),
        sum(cost.completion_tokens for cost in costs),
        sum(filter(None, cached)) if cached else None,
        sum(filter(None, thought)) if thought else None,
    )
