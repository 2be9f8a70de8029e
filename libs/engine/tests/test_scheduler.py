"""What each step computes, step by step."""

import numpy as np
import pytest
import torch

from fleet_engine.config import EngineConfig, load_llama_config
from fleet_engine.generation import SamplingParams
from fleet_engine.loading import load
from fleet_engine.sampling import Choice
from fleet_engine.scheduler import Generation, Scheduler
from fleet_engine.text import TextStream

BUDGET = 8


@pytest.fixture
def scheduler(model) -> Scheduler:
    runner = load(EngineConfig(model=model, kv_tokens=1024), load_llama_config(model))
    return Scheduler(runner=runner, table=[b"a"] * 320, budget=BUDGET, most=8)


def generation(prompt: list[int], tokens: int) -> Generation:
    return Generation(
        tokens=np.array(prompt, np.int32),
        prompt_tokens=len(prompt),
        choice=Choice(SamplingParams(temperature=0)),
        stream=TextStream(),
        stop_ids=frozenset(),
        limit=len(prompt) + tokens,
    )


def computed(scheduler: Scheduler) -> int:
    """Return how many tokens have their keys and values."""
    return sum(sequence.computed for sequence in scheduler._running.values())


@torch.inference_mode()
def test_every_answer_goes_on_in_every_step_of_a_long_prompt(scheduler):
    """And no step computes more of prompts than the budget, so each is as quick as the last."""
    answers = [generation([n + 5] * 3, 100) for n in range(2)]
    for answer in answers:
        scheduler.add(answer)
    while len(scheduler.step()) < 2:
        pass
    long = generation([*range(10, 190)], 10)
    scheduler.add(long)

    steps = 0
    while True:
        before = computed(scheduler)
        stepped = [generation for generation, _ in scheduler.step()]
        steps += 1
        assert answers == stepped[:2]
        assert computed(scheduler) - before <= BUDGET + len(answers)
        if long in stepped:
            break

    assert -(-180 // BUDGET) == steps


@torch.inference_mode()
def test_of_two_prompts_both_go_on(scheduler):
    """Half the budget is the older one's; what it does not need is the other's."""
    first, second = generation([*range(10, 90)], 5), generation([*range(100, 180)], 5)
    scheduler.add(first)
    scheduler.add(second)

    scheduler.step()

    assert [4, 4] == [scheduler._running[g].computed for g in (first, second)]
