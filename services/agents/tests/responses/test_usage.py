"""What a response cost."""

from fleet.inference.v1 import messages as i
from fleet_agents.responses.usage import added


def turn(read, made, cached=None, thought=None):
    """Return what an answer of the model cost."""
    return i.Usage(
        prompt_tokens=read,
        completion_tokens=made,
        total_tokens=read + made,
        prompt_tokens_details=i.PromptTokensDetails(cached_tokens=cached),
        completion_tokens_details=i.CompletionTokensDetails(reasoning_tokens=thought),
    )


def test_all_turns_are_added_up():
    """Callers pay for each of them."""
    usage = added(added(None, turn(10, 2, cached=4)), turn(20, 3, cached=16, thought=1))

    assert (30, 5, 35) == (usage.input_tokens, usage.output_tokens, usage.total_tokens)
    assert 20 == usage.input_tokens_details.cached_tokens
    assert 1 == usage.output_tokens_details.reasoning_tokens


def test_a_server_that_does_not_say_costs_nothing():
    """The numbers are there all the same: programs add them up."""
    usage = added(added(None, turn(10, 2)), None)

    assert 12 == usage.total_tokens
    assert 0 == added(None, None).total_tokens
