"""What a response cost, its turns added up."""

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i


def added(so_far: m.ResponseUsage | None, turn: i.Usage | None) -> m.ResponseUsage:
    """Return what all turns cost, the newest among them; one whose server does not say costs nothing."""
    total = so_far or _NOTHING
    if turn is None:
        return total
    read, made = turn.prompt_tokens_details, turn.completion_tokens_details
    return m.ResponseUsage(
        input_tokens=total.input_tokens + turn.prompt_tokens,
        input_tokens_details=m.InputTokensDetails(
            cached_tokens=total.input_tokens_details.cached_tokens
            + ((read.cached_tokens if read else None) or 0),
            cache_write_tokens=total.input_tokens_details.cache_write_tokens,
        ),
        output_tokens=total.output_tokens + turn.completion_tokens,
        output_tokens_details=m.OutputTokensDetails(
            reasoning_tokens=total.output_tokens_details.reasoning_tokens
            + ((made.reasoning_tokens if made else None) or 0)
        ),
        total_tokens=total.total_tokens + turn.total_tokens,
    )


_NOTHING = m.ResponseUsage(
    input_tokens=0,
    input_tokens_details=m.InputTokensDetails(cached_tokens=0, cache_write_tokens=0),
    output_tokens=0,
    output_tokens_details=m.OutputTokensDetails(reasoning_tokens=0),
    total_tokens=0,
)
