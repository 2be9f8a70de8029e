"""Processes that die without a word: what they were doing fails clearly, the rest goes on, and they come back."""

import asyncio
import json

import aiohttp
import psutil
import pytest

CHAT = "/v1/chat/completions"
RECOVERY = 90.0


def request(model: str, **more: object) -> dict[str, object]:
    return {"model": model, "messages": [{"role": "user", "content": "Count to 1000."}], **more}


async def test_a_killed_runner_fails_its_own_calls_and_nobody_elses(fleet, http, until):
    """An engine may crash at any time; callers must be told, in a form that their SDK raises as an error."""
    restarts = fleet.program("runner").restarts
    long = request("engine", max_tokens=1900)
    async with (
        http.post(CHAT, json=long | {"stream": True}) as first,
        http.post(CHAT, json=long | {"stream": True}) as second,
    ):
        await first.content.readline()
        await second.content.readline()
        waiting = [asyncio.create_task(whole(http, long)) for _ in range(2)]
        await until(lambda: fleet.waiting_answers == 2)

        fleet.running.kill("runner")

        for stream in (first, second):
            *_, last = events((await stream.read()).decode())
            assert "service_unavailable" == json.loads(last)["error"]["code"]
        for status, answer in await asyncio.gather(*waiting):
            assert 503 == status, answer
            assert "service_unavailable" == answer["error"]["code"]
            assert "runner" in answer["error"]["message"]
    status, answer = await whole(http, request("remote/chat"))
    assert 200 == status, answer

    await until(fleet.is_well)
    assert restarts + 1 == fleet.program("runner").restarts
    status, answer = await whole(http, request("engine", max_tokens=2))
    assert 200 == status, answer


async def test_a_killed_router_fails_only_calls_in_flight(fleet, http, upstream, until):
    """What has not been answered is refused with 503; a stream that breaks must not look as if it had ended."""
    async with http.post(CHAT, json=request("remote/endless", stream=True)) as stream:
        await stream.content.readline()
        waiting = asyncio.create_task(whole(http, request("remote/hang")))
        await until(lambda: upstream.last_model == "hang")

        fleet.running.kill("inference")

        with pytest.raises(aiohttp.ClientPayloadError):
            await stream.read()
        status, answer = await waiting
        assert 503 == status, answer
        assert "server_error" == answer["error"]["type"]
    async with http.get("/v1/version") as version:
        assert 200 == version.status

    await until(fleet.is_well)
    status, answer = await whole(http, request("remote/chat"))
    assert 200 == status, answer


async def test_a_killed_gateway_is_back(fleet, http, until):
    """Envoy is the only door: without it nothing else matters."""
    async with http.post(CHAT, json=request("remote/endless", stream=True)) as stream:
        await stream.content.readline()

        fleet.running.kill("gateway")

        with pytest.raises(aiohttp.ClientPayloadError):
            await stream.read()

    await until(fleet.is_well)
    status, answer = await whole(http, request("remote/chat"))
    assert 200 == status, answer


@pytest.mark.parametrize("victim", ["the server", "who started it"])
async def test_chats_go_on_without_the_database(fleet, http, until, victim):
    """Answers are kept behind the caller's back, so a database that is away costs nobody an answer, and loses none."""
    before = await kept(http)
    starter = psutil.Process(fleet.running.pid("postgres"))
    server = next(child for child in starter.children() if "postgres" in child.name())

    (server if victim == "the server" else starter).kill()

    during = await kept(http)
    async with http.get(f"{CHAT}/{before}") as stored:
        assert stored.status in (200, 503), await stored.text()
    await until(fleet.is_well)
    for completion in (before, during):
        await until_stored(http, completion)


async def kept(http) -> str:
    """Have a short answer made and kept, and return its id."""
    status, answer = await whole(http, request("engine", max_tokens=1, store=True))
    assert 200 == status, answer
    return str(answer["id"])


async def until_stored(http, completion: str) -> None:
    async with asyncio.timeout(RECOVERY):
        while True:
            async with http.get(f"{CHAT}/{completion}") as stored:
                if stored.status == 200:
                    assert completion == (await stored.json())["id"]
                    return
            await asyncio.sleep(0.1)


async def whole(http, body) -> tuple[int, dict]:
    async with http.post(CHAT, json=body) as answer:
        return answer.status, await answer.json()


def events(text: str) -> list[str]:
    """Return the data of server-sent events."""
    return [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
