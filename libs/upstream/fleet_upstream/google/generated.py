"""What Google's models generate, as JSON has it.

Format: https://ai.google.dev/api/generate-content#generatecontentresponse
"""

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.google.logprobs import LogprobsResult
from fleet_upstream.native.chunks import usage


class FunctionCall(msgspec.Struct):
    """A call of a function."""

    name: str
    args: msgspec.Raw = msgspec.Raw(b"{}")
    id: str | None = None


class Part(msgspec.Struct, rename="camel"):
    """One part of what was said; pictures and code that only the vendor's own tools make are not asked for."""

    text: str | None = None
    thought: bool = False
    thought_signature: str | None = None
    function_call: FunctionCall | None = None


class Content(msgspec.Struct):
    """What was said."""

    parts: list[Part] = []


class Candidate(msgspec.Struct, rename="camel"):
    """An answer, or what is new in it."""

    content: Content = msgspec.field(default_factory=Content)
    finish_reason: str | None = None
    finish_message: str | None = None
    logprobs_result: LogprobsResult | None = None

    def logprobs(self) -> m.Logprobs | None:
        """Return how likely the tokens were, where the request asked."""
        return self.logprobs_result.logprobs() if self.logprobs_result else None


class Cost(msgspec.Struct, rename="camel"):
    """What it cost, in tokens. Thoughts are counted apart from the answer."""

    prompt_token_count: int = 0
    tool_use_prompt_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int | None = None
    cached_content_token_count: int | None = None

    def usage(self) -> m.Usage:
        """Return it as OpenAI counts."""
        return usage(
            self.prompt_token_count + self.tool_use_prompt_token_count,
            self.candidates_token_count + (self.thoughts_token_count or 0),
            self.cached_content_token_count,
            self.thoughts_token_count,
        )


class Feedback(msgspec.Struct, rename="camel"):
    """What the vendor's filters said of the prompt."""

    block_reason: str | None = None


class Generated(msgspec.Struct, rename="camel"):
    """Generated content; also a piece of it when streamed."""

    candidates: list[Candidate] = []
    prompt_feedback: Feedback = msgspec.field(default_factory=Feedback)
    usage_metadata: Cost = msgspec.field(default_factory=Cost)

    @property
    def candidate(self) -> Candidate:
        """The only candidate: there is none where the prompt was blocked, and often none in the last piece."""
        if self.candidates:
            return self.candidates[0]
        return Candidate(finish_reason="SAFETY" if self.prompt_feedback.block_reason else None)
