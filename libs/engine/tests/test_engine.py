"""Generations as a caller sees them."""

import asyncio
import time
from contextlib import aclosing

import pytest
import torch
from transformers import LlamaForCausalLM

from fleet_engine.errors import (
    CacheTooLarge,
    ContextLengthExceeded,
    EngineBroken,
    EngineClosed,
    InvalidRequest,
    QueueFull,
)
from fleet_engine.generation import SamplingParams, Step
from fleet_engine.sequences import SHORTEST_AWAITED

pytestmark = pytest.mark.slow

PROMPT = list(range(10, 40))
EOS = 1


async def answered(engine, prompt=PROMPT, grammar=None, **params) -> Step:
    """Return a whole answer as one step."""
    whole = Step()
    async for step in engine.generate(prompt, SamplingParams(**params), grammar):
        whole = whole.then(step)
    return whole


async def until(condition) -> None:
    """Wait for `condition`, at most ten seconds."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "in vain"
        await asyncio.sleep(0.001)


def ids(step: Step) -> list[int]:
    return [token.id for token in step.tokens]


async def test_a_greedy_answer_equals_that_of_transformers(engine, model):
    answer = await answered(engine, temperature=0, max_tokens=30, ignore_eos=True)

    reference = LlamaForCausalLM.from_pretrained(model, dtype=torch.float32)
    with torch.inference_mode():
        whole = reference.generate(
            torch.tensor([PROMPT]), max_new_tokens=30, do_sample=False, eos_token_id=None
        )
    assert whole[0, len(PROMPT) :].tolist() == ids(answer)
    assert answer.finish_reason == "length"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (30, 30)


async def test_a_seed_gives_the_same_answer_among_any_neighbours(engine):
    """Alone, and again while others come and go."""
    params = {"seed": 11, "max_tokens": 40, "ignore_eos": True}
    alone = await answered(engine, **params)

    crowd = [answered(engine, [n + 5] * (n + 3), max_tokens=5 * n + 2) for n in range(6)]
    among, *_ = await asyncio.gather(answered(engine, **params), *crowd)

    assert ids(alone) == ids(among)


async def test_long_prompts_come_in_chunks_without_a_difference(open_engine):
    long = [5 + n % 200 for n in range(150)]
    params = {"temperature": 0, "max_tokens": 20, "ignore_eos": True}
    async with open_engine() as engine:
        whole = await answered(engine, long, **params)
    async with open_engine(prefill_tokens=16) as engine:
        both = await asyncio.gather(
            answered(engine, long, **params), answered(engine, PROMPT, **params)
        )

    assert ids(whole) == ids(both[0])


async def test_a_long_prompt_does_not_hold_up_running_answers(open_engine):
    """Between two of its chunks, each running answer goes on by a token."""
    async with open_engine(prefill_tokens=8) as engine:
        running = engine.generate(PROMPT, SamplingParams(max_tokens=200, ignore_eos=True))
        async with aclosing(running):
            await anext(running)
            long = asyncio.create_task(answered(engine, [7] * 200, max_tokens=1))
            got = 0
            while not long.done():
                got += len((await anext(running)).tokens)
            await long

    assert got >= 200 // 8 - 2


async def test_a_short_prompt_need_not_wait_for_a_long_one(open_engine):
    """Else one long document stops a whole chat service."""
    async with open_engine(prefill_tokens=8) as engine:
        long = asyncio.create_task(answered(engine, [7] * 200, max_tokens=1))
        await until(lambda: engine.load.running == 1)

        await answered(engine, max_tokens=1)

        assert not long.done()
        await long


async def test_prompts_that_wait_for_a_prefix_let_others_pass(open_engine):
    long = [5 + n % 200 for n in range(200)]
    async with open_engine(prefill_tokens=8) as engine:
        alike = [asyncio.create_task(answered(engine, long, max_tokens=1)) for _ in range(2)]
        await until(lambda: engine.load.waiting == 1)

        await answered(engine, max_tokens=1)

        assert engine.load.waiting == 1
        first, second = await asyncio.gather(*alike)

    assert first.usage.cached_tokens == 0
    assert second.usage.cached_tokens >= 200 - SHORTEST_AWAITED


async def test_a_cache_that_does_not_fit_says_what_to_lower(open_engine):
    with pytest.raises(CacheTooLarge, match="lower kv_tokens"):
        async with open_engine(kv_tokens=2**50):
            pass


async def test_the_end_of_text_token_ends_the_answer(engine):
    answer = await answered(engine, logit_bias={EOS: 100.0})

    assert (answer.text, answer.finish_reason, answer.tokens) == ("", "stop", ())
    assert answer.usage.completion_tokens == 1


async def test_stop_tokens_end_the_answer(engine):
    greedy = await answered(engine, temperature=0, max_tokens=9, ignore_eos=True)
    third = ids(greedy)[2]

    answer = await answered(engine, temperature=0, ignore_eos=True, stop_token_ids=(third,))

    assert ids(greedy)[: ids(greedy).index(third)] == ids(answer)
    assert answer.finish_reason == "stop"


async def test_stop_strings_end_the_answer(engine):
    """The byte tokenizer makes each character of the string a token of its own."""
    text = engine.tokenizer.encode("abcdef")
    biases = {"temperature": 0, "logit_bias": dict.fromkeys(text, 100.0), "max_tokens": 50}
    whole = await answered(engine, **biases)
    stop = whole.text[10:13]

    answer = await answered(engine, **biases, stop=(stop,))

    assert whole.text[: whole.text.index(stop)] == answer.text
    assert answer.finish_reason == "stop"


async def test_the_context_ends_the_answer(engine):
    answer = await answered(engine, ignore_eos=True)

    assert answer.usage.completion_tokens == engine.context - len(PROMPT)
    assert answer.finish_reason == "length"


async def test_repeated_prompts_are_cached(engine):
    """Also when all copies come at once, as for n answers."""
    await asyncio.gather(*(answered(engine, max_tokens=2) for _ in range(4)))

    answer = await answered(engine, max_tokens=1)

    assert answer.usage.cached_tokens == len(PROMPT) - 1
    assert engine.load.cached_tokens == 4 * (len(PROMPT) - 1)


async def test_logprobs_come_with_the_tokens(engine):
    answer = await answered(engine, temperature=0, max_tokens=5, ignore_eos=True, logprobs=3)

    assert len(answer.tokens) == 5
    for token in answer.tokens:
        assert len(token.top) == 3
        assert token.logprob == token.top[0].logprob
        assert token.bytes == engine.tokenizer.bytes[token.id]


async def test_leaving_frees_the_slot_within_a_step(engine):
    """What nobody reads must not be computed."""
    answer = engine.generate(PROMPT, SamplingParams(ignore_eos=True))
    await anext(answer)

    await answer.aclose()

    await until(lambda: engine.load.running == 0)
    done = engine.load.completion_tokens
    assert done < engine.context - len(PROMPT)
    await answered(engine, max_tokens=1)
    assert engine.load.completion_tokens == done + 1


async def test_cancelling_a_waiting_task_takes_it_out_of_the_queue(open_engine):
    async with open_engine(max_sequences=1) as engine:
        running = engine.generate(PROMPT, SamplingParams(ignore_eos=True))
        async with aclosing(running):
            await anext(running)
            waiting = asyncio.create_task(answered(engine))
            await until(lambda: engine.load.waiting == 1)

            waiting.cancel()

            await until(lambda: engine.load.waiting == 0)


async def test_a_full_queue_refuses(open_engine):
    """An unbounded queue only hides that a server is too slow."""
    async with open_engine(max_sequences=1, max_waiting=1) as engine:
        one, two, three = (
            engine.generate(PROMPT, SamplingParams(ignore_eos=True)) for _ in range(3)
        )
        async with aclosing(one), aclosing(two):
            await anext(one)
            pending = asyncio.create_task(anext(two))
            await until(lambda: engine.load.waiting == 1)

            with pytest.raises(QueueFull, match="queue of 1"):
                await anext(three)
            pending.cancel()
            await asyncio.wait([pending])


async def test_more_generations_than_slots_all_end(open_engine):
    async with open_engine(max_sequences=2) as engine:
        answers = await asyncio.gather(
            *(answered(engine, [n + 5], max_tokens=n + 1, ignore_eos=True) for n in range(12))
        )

    assert [n + 1 for n in range(12)] == [a.usage.completion_tokens for a in answers]


@pytest.mark.parametrize(("prompt", "wanted"), [(256, None), (200, 57)])
async def test_what_cannot_fit_is_refused_before_any_work(engine, prompt, wanted):
    with pytest.raises(ContextLengthExceeded) as caught:
        await answered(engine, [5] * prompt, max_tokens=wanted)

    error = caught.value
    assert (256, prompt, wanted or 1) == (error.context, error.prompt_tokens, error.max_tokens)
    assert engine.load.prompt_tokens == 0


async def test_the_context_can_be_filled_to_the_last_token(engine):
    answer = await answered(engine, [5] * 200, max_tokens=56, ignore_eos=True)

    assert answer.usage.completion_tokens == 56


@pytest.mark.parametrize(
    ("prompt", "params"),
    [([], {}), ([320], {}), ([-1], {}), ([5], {"logit_bias": {320: 1.0}})],
)
async def test_bad_tokens_are_refused(engine, prompt, params):
    """In the model they would be an index error that fails everybody."""
    with pytest.raises(InvalidRequest):
        await answered(engine, prompt, **params)


async def test_a_failure_reaches_everybody_and_nothing_hangs(engine):
    """A caller that waits for ever is worse off than one that is told."""
    answers = [engine.generate(PROMPT, SamplingParams(ignore_eos=True)) for _ in range(2)]
    for answer in answers:
        await anext(answer)

    engine._commands.put(lambda: 1 // 0)

    for answer in answers:
        with pytest.raises(EngineBroken, match="ZeroDivisionError"):
            async for _ in answer:
                pass
    assert engine.broken
    with pytest.raises(EngineBroken):
        await answered(engine)


async def test_closing_fails_what_is_open(open_engine):
    async with open_engine() as engine:
        answer = engine.generate(PROMPT, SamplingParams(ignore_eos=True))
        await anext(answer)

    with pytest.raises(EngineClosed):
        async for _ in answer:
            pass
    with pytest.raises(EngineClosed):
        await answered(engine)


async def test_many_short_answers_share_a_cache_of_few_contexts(open_engine):
    """What a sequence does not use is there for others: here for four times as many as contexts."""
    async with open_engine(max_sequences=8, kv_tokens=512) as engine:
        assert engine.context == 256
        answers = [
            asyncio.create_task(answered(engine, [n + 5] * 9, ignore_eos=True)) for n in range(8)
        ]

        await until(lambda: engine.load.running == 8)

        for answer in answers:
            answer.cancel()
        await asyncio.wait(answers)
        await until(lambda: engine.load.kv_used == 0)


async def test_answers_that_outgrow_the_cache_take_turns_and_lose_nothing(open_engine):
    """Eight answers of 120 tokens do not fit into 256; each is as if it were alone."""
    params = {"temperature": 1.0, "max_tokens": 110, "ignore_eos": True}
    prompts = [[n + 5] * 10 for n in range(8)]
    async with open_engine(max_sequences=8) as roomy:
        alone = [await answered(roomy, prompt, seed=3, **params) for prompt in prompts]
    async with open_engine(max_sequences=8, kv_tokens=256) as engine:
        answers = await asyncio.gather(
            *(answered(engine, prompt, seed=3, **params) for prompt in prompts)
        )

        assert engine.load.preemptions > 0
        assert engine.load.kv_used == 0

    assert [ids(answer) for answer in alone] == [ids(answer) for answer in answers]
    assert [answer.text for answer in alone] == [answer.text for answer in answers]
    assert {(10, 110)} == {(a.usage.prompt_tokens, a.usage.completion_tokens) for a in answers}


async def test_an_answer_that_must_wait_again_still_matches_its_grammar(open_engine):
    """The grammar stands where the answer stood."""
    async with open_engine(max_sequences=8, kv_tokens=256) as engine:
        grammar = await engine.grammars.regex("[a-f]{100}")
        answers = await asyncio.gather(
            *(answered(engine, [n + 5] * 10, grammar, seed=n) for n in range(6))
        )

        assert engine.load.preemptions > 0

    assert {100} == {len(answer.text) for answer in answers}
    assert all(set(answer.text) <= set("abcdef") for answer in answers)


async def test_a_cache_smaller_than_the_context_bounds_it(open_engine):
    """One sequence must always fit, or it could wait for ever."""
    async with open_engine(kv_tokens=64) as engine:
        answer = await answered(engine, ignore_eos=True)

    assert answer.usage.completion_tokens == 64 - len(PROMPT)


async def test_the_real_model_answers(open_engine, smollm):
    async with open_engine(model=smollm, max_context=256) as engine:
        tokens = engine.tokenizer.apply_chat_template([{"role": "user", "content": "Say hello."}])

        answer = await answered(engine, tokens, temperature=0, max_tokens=20)

    assert "hello" in answer.text.lower()
