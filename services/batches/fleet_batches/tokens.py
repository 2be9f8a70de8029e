"""What answers cost, in tokens, whichever API they are of."""

from dataclasses import dataclass

from fleet.agents.v1 import messages as a
from fleet.inference.v1 import messages as i


@dataclass(frozen=True, slots=True)
class Tokens:
    """What was read and produced, and what is known of it."""

    input: int = 0
    cached: int = 0
    output: int = 0
    reasoning: int = 0


def of_completion(answer: i.ChatCompletion | i.Completion) -> Tokens:
    """Return what a completion cost."""
    usage = answer.usage
    if usage is None:
        return Tokens()
    read, made = usage.prompt_tokens_details, usage.completion_tokens_details
    return Tokens(
        usage.prompt_tokens,
        (read.cached_tokens if read else None) or 0,
        usage.completion_tokens,
        (made.reasoning_tokens if made else None) or 0,
    )


def of_embeddings(answer: i.EmbeddingList) -> Tokens:
    """Return what vectors cost."""
    return Tokens(answer.usage.prompt_tokens)


def of_response(answer: a.Response) -> Tokens:
    """Return what a response cost."""
    usage = answer.usage
    if usage is None:
        return Tokens()
    return Tokens(
        usage.input_tokens,
        usage.input_tokens_details.cached_tokens,
        usage.output_tokens,
        usage.output_tokens_details.reasoning_tokens,
    )
