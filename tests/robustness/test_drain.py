"""Stopping one of two processes, as each update does: nobody notices."""

import asyncio
import json
import signal

CHAT = "/v1/chat/completions"
WORDS = 40


async def test_draining_a_router_loses_no_stream_and_no_call(pair, pair_http, pause):
    """A router that is to stop says so, ends what it has begun, and leaves new calls to the other one."""
    pause(0.1)
    text = " ".join(f"word{number}" for number in range(WORDS))
    body = {"model": "remote/slow", "messages": [{"role": "user", "content": text}], "stream": True}
    short = ("/v1/chat/completions", body | {"model": "remote/chat", "stream": False})

    streams = await drained(pair, pair_http, "inference", [body] * 16, short)

    for stream in streams:
        *chunks, done = events(stream)
        assert "[DONE]" == done
        assert text == "".join(content(chunk) for chunk in chunks)


async def test_draining_a_runner_loses_no_stream_and_no_call(pair, pair_http):
    """Tokens that an engine has made are work that is paid for; the one who waits for them gets them all."""
    body = {
        "model": "engine",
        "messages": [{"role": "user", "content": "Tell me a long story."}],
        "stream": True,
        "max_tokens": 60,
        "logit_bias": {"2": -100},  # no early end
        "stream_options": {"include_usage": True},
    }
    short = ("/v1/embeddings", {"model": "encoder", "input": "hi"})

    streams = await drained(pair, pair_http, "runner", [body] * 4, short)

    for stream in streams:
        *_, usage, done = events(stream)
        assert "[DONE]" == done
        assert 60 == json.loads(usage)["usage"]["completion_tokens"]


async def drained(
    pair, http, program: str, bodies: list[dict], short: tuple[str, dict]
) -> list[str]:
    """Return what streams of `bodies` said while `program` was told to stop, and short calls went on.

    The streams are spread over both processes, so some are at the one that stops.
    """
    begun = [asyncio.Event() for _ in bodies]
    streams = [
        asyncio.create_task(read(http, body, event))
        for body, event in zip(bodies, begun, strict=True)
    ]
    await asyncio.gather(*(event.wait() for event in begun))

    pid = pair.running.kill(program, signal.SIGTERM)

    calls = 0
    while pair.program(program).pid == pid:
        path, body = short
        async with http.post(path, json=body) as answer:
            assert 200 == answer.status, await answer.text()
        calls += 1
    print(f"{calls} calls while {program} drained")
    assert calls
    assert "exit code 0" in pair.program(program).detail
    return await asyncio.gather(*streams)


async def read(http, body: dict, begun: asyncio.Event) -> str:
    async with http.post(CHAT, json=body) as answer:
        assert 200 == answer.status, await answer.text()
        first = await answer.content.readline()
        begun.set()
        return (first + await answer.content.read()).decode()


def events(text: str) -> list[str]:
    """Return the data of server-sent events."""
    return [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]


def content(chunk: str) -> str:
    return "".join(c["delta"].get("content") or "" for c in json.loads(chunk)["choices"])
