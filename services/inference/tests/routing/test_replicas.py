"""Replicas share the work by what they have cached, and stand in for each other."""

import asyncio
import time
from contextlib import AsyncExitStack, ExitStack

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.providers.runner import Runner
from fleet_inference.routing.replica import Replica
from fleet_runtime.errors import FleetError, Unavailable
from fleet_runtime.load_report import LoadReport
from fleet_testing.calls import grpc_call
from fleet_testing.engine_simulator import (
    MODEL,
    SimulatedEngine,
    Timing,
    simulated_runner,
    simulator_process,
)
from fleet_testing.envoy import free_port

pytestmark = pytest.mark.slow

QUICK = Timing(prefill_seconds=0, decode_seconds=0)


@pytest.fixture
async def engines(monkeypatch):
    """Three simulated engines, as replicas of `runner`."""
    async with AsyncExitStack() as stack:
        three = [SimulatedEngine(QUICK) for _ in range(3)]
        places = [await stack.enter_async_context(simulated_runner(engine)) for engine in three]
        monkeypatch.setenv("FLEET_ADDRESSES", "runner=" + ";".join(places))
        yield three


@pytest.fixture
async def router():
    """Opens any number of routers."""
    async with AsyncExitStack() as stack:

        def open_(**settings):
            runner = Runner(Runner.Config(**settings))
            stack.push_async_callback(runner.aclose)
            return runner

        yield open_


async def ask(runner, instructions, question="?", stream=True, words=2):
    """Return the usage of an answer."""
    messages = [
        m.ChatMessage(role="system", content=instructions),
        m.ChatMessage(role="user", content=question),
    ]
    asked = m.ChatCompletionRequest(model=MODEL, messages=messages, max_tokens=words, stream=stream)
    answer = await runner.chat(*grpc_call(asked))
    if not stream:
        return answer.usage
    usages = [chunk.usage async for chunk in answer if chunk.usage]
    return usages[-1]


def instructions(number):
    return f"These are the rules of department {number}. " * 40


async def test_prefixes_are_read_once_in_the_whole_fleet(engines, router):
    """Each of twelve prompts is read by one replica, though nobody remembers which."""
    runner = router(policy="prefix")
    for turn in range(4):
        for number in range(12):
            usage = await ask(runner, instructions(number), f"Question {turn}?")
            if turn:
                assert usage.prompt_tokens_details.cached_tokens > 0.9 * usage.prompt_tokens - 32

    assert all(engine.prompt_tokens for engine in engines)


async def test_by_turns_prefixes_are_read_by_every_replica(engines, router):
    """What the other policy saves."""
    for policy in ("round_robin", "prefix"):
        runner = router(policy=policy)
        for engine in engines:
            engine.cached_tokens = 0
            engine._cache.clear()
        for turn in range(4):
            for number in range(10):
                await ask(runner, instructions(number), f"Question {turn}?")
        if policy == "round_robin":
            by_turns = sum(engine.cached_tokens for engine in engines)

    assert sum(engine.cached_tokens for engine in engines) > 1.5 * by_turns


async def test_two_routers_agree_without_a_word(engines, router):
    """What one had cached, the other finds."""
    first, second = router(), router()
    for number in range(9):
        await ask(first, instructions(number))
    usages = [await ask(second, instructions(number)) for number in range(9)]

    for usage in usages:
        assert usage.prompt_tokens_details.cached_tokens > 0.9 * usage.prompt_tokens - 32


async def test_a_crowded_replica_lets_its_prefix_go_elsewhere(engines, router):
    """One popular prefix must not leave two replicas idle."""
    for engine in engines:
        engine.timing = Timing(prefill_seconds=0, decode_seconds=0.005)
    runner = router(free_load=0)
    await asyncio.gather(*(ask(runner, instructions(1), f"{n}?" * 200) for n in range(24)))

    assert all(engine.prompt_tokens for engine in engines)


async def test_engines_are_heard_in_the_metadata_that_ends_an_answer(engines, router):
    """So that a router knows of the load that others bring."""
    runner = router()
    await ask(runner, instructions(1))
    heard = [r._heard_until > time.monotonic() for r in runner._replicas._known.values()]

    assert [False, False, True] == sorted(heard)


async def test_what_an_engine_has_from_others_counts_as_load():
    """Reported, less what this process sent itself; for some seconds."""
    replica = Replica("runner", "127.0.0.1:1")
    with replica.busy():
        replica.note(LoadReport(running=5, waiting=3, kv_used=0.5))

        assert 8 == replica.load
        assert not replica.full

    assert 7 == replica.load

    replica.note(LoadReport(running=5, waiting=0, kv_used=0.99))

    assert replica.full

    await replica.aclose()


async def test_the_least_loaded_replica_is_found(engines, router):
    """By the calls that this router has there, if nothing is reported."""
    runner = router(policy="least_loaded")
    for engine in engines:
        engine.timing = Timing(prefill_seconds=0, decode_seconds=0.02)
    await asyncio.gather(*(ask(runner, "hi", f"{n}") for n in range(9)))
    tokens = [engine.prompt_tokens for engine in engines]

    assert max(tokens) < 2 * min(tokens)


async def test_a_replica_that_refuses_is_not_the_last_word(engines, router):
    """429 of one engine means that another may have room."""
    engines[0].timing = engines[1].timing = Timing(waiting=0)
    runner = router(policy="round_robin")
    for _ in range(4):
        await ask(runner, "hi", stream=False)

    assert engines[2].prompt_tokens


async def listening(address, seconds=90.0):
    """Return when somebody listens at `address`."""
    end = time.monotonic() + seconds
    while True:
        try:
            _, writer = await asyncio.open_connection(*address.split(":"))
        except ConnectionRefusedError:
            assert time.monotonic() < end
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


async def test_killing_one_of_three_replicas_loses_no_request_that_had_not_begun(
    router, monkeypatch
):
    """Under load; those that had begun are told that they broke off."""
    with ExitStack() as stack:
        simulators = [stack.enter_context(simulator_process()) for _ in range(3)]
        places = ";".join(simulator.address for simulator in simulators)
        monkeypatch.setenv("FLEET_ADDRESSES", f"runner={places}")
        for simulator in simulators:
            await listening(simulator.address)
        runner = router()
        answered, broken, lost = 0, 0, []

        async def caller(number):
            nonlocal answered, broken
            for turn in range(15):
                begun = False
                text = instructions(number * 100 + turn)[:400]
                asked = m.ChatCompletionRequest(
                    model=MODEL,
                    messages=[m.ChatMessage(role="user", content=text)],
                    max_tokens=10,
                    stream=True,
                )
                try:
                    async for _ in await runner.chat(*grpc_call(asked)):
                        begun = True
                except FleetError as error:
                    if begun:
                        broken += 1
                    else:
                        lost.append(error)
                else:
                    answered += 1
                if answered == 60 and len(simulators) == 3:
                    simulators.pop().kill()

        await asyncio.gather(*(caller(number) for number in range(24)))

    assert [] == lost
    assert 24 * 15 == answered + broken
    assert 24 * 15 - 24 <= answered


async def test_a_request_is_held_while_a_service_comes_up(router, monkeypatch):
    """One that was scaled to zero takes a while; its callers see only that."""
    port = free_port()
    monkeypatch.setenv("FLEET_ADDRESSES", f"runner=127.0.0.1:{port}")
    runner = router(hold_seconds=30.0)
    held = asyncio.create_task(ask(runner, "hi", words=3))
    done, _ = await asyncio.wait([held], timeout=0.3)

    assert not done

    with simulator_process(port):
        assert 3 == (await held).completion_tokens


async def test_nobody_is_held_longer_than_agreed(router, monkeypatch):
    """503 says when to come again."""
    monkeypatch.setenv("FLEET_ADDRESSES", "runner=127.0.0.1:1")
    runner = router(hold_seconds=0.2)
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        await ask(runner, "hi")

    assert time.monotonic() - began < 5
    assert (503, "service_unavailable") == (caught.value.status, caught.value.code)
    assert caught.value.retry_after


async def test_no_more_are_held_than_agreed(router, monkeypatch):
    """Memory is bounded, too."""
    monkeypatch.setenv("FLEET_ADDRESSES", "runner=127.0.0.1:1")
    runner = router(hold_seconds=30.0, max_held=2)
    tasks = [asyncio.create_task(ask(runner, "hi")) for _ in range(3)]
    (refused,), rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for held in rest:
        held.cancel()
    await asyncio.wait(rest)

    assert isinstance(refused.exception(), Unavailable)
    assert 2 == len(rest)
    assert all(held.cancelled() for held in rest)


async def test_without_hold_a_service_that_is_away_is_told_at_once(router, monkeypatch):
    """As it always was."""
    monkeypatch.setenv("FLEET_ADDRESSES", "runner=127.0.0.1:1;127.0.0.1:2")
    with pytest.raises(Unavailable, match="'runner'"):
        await asyncio.wait_for(ask(router(), "hi"), 5)
