"""Greedy answers of the real model against transformers' own, prompt by prompt."""

import asyncio

import pytest
import torch
from torch import Tensor
from transformers import AutoModelForCausalLM

from fleet_engine.generation import SamplingParams

pytestmark = pytest.mark.slow

TOKENS = 16
# Where transformers' own two likeliest tokens are that close, another order of summing decides.
MARGIN = 1e-3
SUBJECTS = [
    *("the sea", "a bicycle", "winter in Norway", "how bread is baked", "the number seven"),
    *("a lost key", "prime numbers", "volcanoes", "the history of paper", "jazz"),
]
FORMS = [
    "Write a sentence about {}.",
    "The following text is about {}. It begins:",
    "def describe():\n    # {}\n    return",
    "Q: What do you know about {}?\nA:",
    "1. {}\n2.",
]
PROMPTS = [form.format(subject) for form in FORMS for subject in SUBJECTS]


@torch.inference_mode()
def reference_choices(reference, prompt: list[int], answer: list[int]) -> tuple[list[int], Tensor]:
    """Return what transformers chooses after the prompt and after each token of the answer.

    As long as the answer is the same, that is its own greedy answer, in one pass. The second is by
    how much each choice was the likeliest.
    """
    logits = reference(torch.tensor([prompt + answer[:-1]])).logits[0, len(prompt) - 1 :]
    tops = logits.topk(2).values
    return logits.argmax(-1).tolist(), tops[:, 0] - tops[:, 1]


@pytest.mark.timeout(300)
async def test_fifty_greedy_answers_equal_those_of_transformers(open_engine, smollm):
    """All at once here, one by one there: batching, paging and caching change nothing."""
    params = SamplingParams(temperature=0, max_tokens=TOKENS, ignore_eos=True)
    async with open_engine(model=smollm, max_context=256, max_sequences=16) as engine:
        prompts = [engine.tokenizer.encode(prompt) for prompt in PROMPTS]

        async def answered(prompt: list[int]) -> list[int]:
            steps = engine.generate(prompt, params)
            return [token.id async for step in steps for token in step.tokens]

        answers = await asyncio.gather(*map(answered, prompts))
    reference = AutoModelForCausalLM.from_pretrained(smollm, dtype=torch.float32)

    compared = 0
    for prompt, answer in zip(prompts, answers, strict=True):
        expected, gaps = reference_choices(reference, prompt, answer)
        # After a near tie the two may go separate ways.
        sure = next((n for n, gap in enumerate(gaps.tolist()) if gap < MARGIN), TOKENS)
        assert expected[:sure] == answer[:sure]
        compared += sure
    assert len(PROMPTS) == 50
    assert compared > 0.95 * 50 * TOKENS
