"""The task of the engines."""

from fleet_bench.engines.task import PROMPT_TOKENS, prompts


def test_no_two_prompts_begin_alike():
    """An engine with a prefix cache would else skip work that the others do."""
    firsts = {prompt[0] for prompt in prompts(64)}

    assert 64 == len(firsts)


def test_all_prompts_are_equally_long():
    """The static batch of transformers would else pad, and pay for it."""
    assert {PROMPT_TOKENS} == {len(prompt) for prompt in prompts(64)}
