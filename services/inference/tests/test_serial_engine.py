"""One answer at a time, on a decoder whose cache holds one sequence: transformers' own Llama, tiny and random."""

import asyncio
import json
import threading
import time
from contextlib import aclosing

import pytest
import tokenizers
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from fleet_engine.errors import (
    ContextLengthExceeded,
    EngineBroken,
    EngineClosed,
    InvalidRequest,
    QueueFull,
)
from fleet_engine.generation import SamplingParams
from fleet_engine.tokenizer import Tokenizer
from fleet_inference.local.serial_engine import SerialEngine

pytestmark = pytest.mark.slow

SIZE, EOS, CONTEXT = 320, 1, 64
PROMPT = [5, 6, 7, 8, 9, 100, 101, 102, 103, 104, 105]
GREEDY = {"temperature": 0}


class LlamaDecoder:
    """transformers' Llama, as a `Decoder`. `read` is how many tokens each call read."""

    context, vocabulary, chunk = CONTEXT, SIZE, 4
    eos_ids = frozenset([EOS])

    def __init__(self, model):
        self._model, self._held = model, []
        self.read, self.fails = [], False
        self.go = threading.Event()
        self.go.set()

    @torch.inference_mode()
    def logits(self, tokens, start):
        assert self.go.wait(30)
        if self.fails:
            raise EngineBroken("the decoder failed")
        assert start <= len(self._held)
        self.read.append(len(tokens))
        self._held[start:] = tokens
        return self._model(torch.tensor([self._held])).logits[:, -1]


@pytest.fixture(scope="module")
def llama():
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "initializer_range": 0.3}
    return LlamaForCausalLM(LlamaConfig(vocab_size=SIZE, eos_token_id=EOS, **shape, **heads)).eval()


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: id_ for id_, piece in enumerate(["<s>", "</s>", *alphabet])}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, []))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    made.add_special_tokens(["<s>", "</s>"])
    made.save(str(folder / "tokenizer.json"))
    return Tokenizer(folder, SIZE)


@pytest.fixture
def decoder(llama):
    return LlamaDecoder(llama)


@pytest.fixture
async def engine(decoder, tokenizer):
    engine = SerialEngine(decoder, tokenizer, max_waiting=1)
    yield engine
    decoder.go.set()
    await engine.aclose()


async def answered(engine, prompt=PROMPT, **params):
    """Return the ids of an answer, its text and its last step."""
    ids, text = [], ""
    params = {"max_tokens": 12, "ignore_eos": True, **GREEDY} | params
    async for step in engine.generate(prompt, SamplingParams(**params)):
        ids += [token.id for token in step.tokens]
        text += step.text
    return ids, text, step


@torch.inference_mode()
def expected(llama, prompt=PROMPT, length=12):
    ids = torch.tensor([prompt])
    for _ in range(length):
        ids = torch.cat([ids, llama(ids).logits[:, -1:].argmax(-1)], 1)
    return ids[0, len(prompt) :].tolist()


async def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.005)


async def test_greedy_answers_equal_those_of_transformers(engine, llama):
    """Whatever is read in parts, and whatever is in the cache from before."""
    for prompt in (PROMPT, PROMPT[:6], [*PROMPT[:6], 50, 51], PROMPT):
        ids, _, _ = await answered(engine, prompt)

        assert expected(llama, prompt) == ids


async def test_what_the_cache_holds_is_not_read_again(engine, decoder):
    """The next turn of a conversation begins with the turns before."""
    ids, _, first = await answered(engine)
    decoder.read.clear()

    _, _, second = await answered(engine, [*PROMPT, *ids[:8], 50])

    assert (0, len(PROMPT) + 8) == (first.usage.cached_tokens, second.usage.cached_tokens)
    assert [1] * 12 == decoder.read


async def test_usage_and_length(engine):
    """What callers are billed by, and why the answer ended."""
    _, _, last = await answered(engine, max_tokens=5)

    assert ("length", len(PROMPT), 5) == (
        last.finish_reason,
        last.usage.prompt_tokens,
        last.usage.completion_tokens,
    )


async def test_a_stop_string_ends_the_answer_and_is_no_part_of_it(engine):
    """As everywhere else."""
    _, whole, _ = await answered(engine)
    stop = whole[4:6]

    _, text, last = await answered(engine, stop=(stop,))

    assert (whole[: whole.index(stop)], "stop") == (text, last.finish_reason)


async def test_the_models_own_token_ends_the_answer(engine, decoder, llama):
    """Without it no answer would end by itself."""
    ids = expected(llama)
    decoder.eos_ids = frozenset([ids[3]])

    found, _, last = await answered(engine, ignore_eos=False)

    assert (ids[:3], "stop", 4) == (found, last.finish_reason, last.usage.completion_tokens)


async def test_the_same_seed_draws_the_same_answer(engine):
    """Sampling is the engine's own, so that all of its parameters are there."""
    drawn = [(await answered(engine, temperature=1.5, seed=seed))[0] for seed in (1, 1, 2)]

    assert drawn[0] == drawn[1]
    assert drawn[1] != drawn[2]


async def test_an_answer_follows_its_grammar(engine):
    """A schema holds any model."""
    grammar = await engine.grammars.json_schema({"type": "integer", "minimum": 10, "maximum": 99})
    text = ""
    async for step in engine.generate(PROMPT, SamplingParams(max_tokens=8), grammar):
        text += step.text

    assert 10 <= json.loads(text) <= 99


async def test_answers_come_one_after_the_other(engine, llama):
    """There is one cache, and nobody gets another's tokens."""
    prompts = PROMPT, PROMPT[3:]
    both = await asyncio.gather(*(answered(engine, prompt) for prompt in prompts))

    assert [expected(llama, prompt) for prompt in prompts] == [ids for ids, _, _ in both]


async def test_one_too_many_is_refused(engine, decoder):
    """A queue without a bound ends in no memory."""
    decoder.go.clear()
    tasks = [asyncio.create_task(answered(engine)) for _ in range(2)]
    await until(lambda: engine.load.waiting == 1)

    with pytest.raises(QueueFull):
        await answered(engine)

    decoder.go.set()
    await asyncio.gather(*tasks)
    assert (0, 0) == (engine.load.running, engine.load.waiting)


async def test_an_answer_nobody_reads_any_more_stops(engine, decoder):
    """The next one waits for a token, not for the whole answer."""
    async with aclosing(
        engine.generate(PROMPT, SamplingParams(**GREEDY, ignore_eos=True))
    ) as answer:
        await anext(answer)
    read = len(decoder.read)

    await answered(engine, [50], max_tokens=1)

    assert read + 1 == len(decoder.read)


async def test_a_caller_who_leaves_in_mid_token_leaves_the_cache_right(engine, decoder, llama):
    """The token under way is finished in its thread, before anybody else's begins."""
    decoder.go.clear()
    leaving = asyncio.create_task(answered(engine))
    await until(lambda: engine.load.running)
    leaving.cancel()
    await asyncio.wait([leaving])
    decoder.go.set()

    ids, _, _ = await answered(engine, PROMPT[:6])

    assert expected(llama, PROMPT[:6]) == ids


async def test_a_failure_ends_one_answer(engine, decoder, llama):
    """And what the cache holds then is known again."""
    await answered(engine)
    decoder.fails = True
    with pytest.raises(EngineBroken):
        await answered(engine, PROMPT[:6])
    decoder.fails = False

    ids, _, _ = await answered(engine)

    assert expected(llama) == ids


async def test_what_cannot_be_done_is_refused_before_any_work(engine, decoder):
    """The texts say what would help."""
    with pytest.raises(ContextLengthExceeded, match=f"context length is {CONTEXT}"):
        await answered(engine, [5] * CONTEXT)
    with pytest.raises(InvalidRequest, match="token 320 is none"):
        await answered(engine, [SIZE])
    with pytest.raises(InvalidRequest, match="no tokens"):
        await answered(engine, [])
    assert [] == decoder.read


async def test_a_closed_engine_answers_nothing(decoder, tokenizer):
    """What is open fails, and what comes later."""
    engine = SerialEngine(decoder, tokenizer, max_waiting=1)
    decoder.go.clear()
    open_ = asyncio.create_task(answered(engine))
    await until(lambda: engine.load.running)
    closing = asyncio.create_task(engine.aclose())
    await asyncio.sleep(0)
    decoder.go.set()
    await closing

    for asked in (open_, answered(engine)):
        with pytest.raises(EngineClosed):
            await asked
