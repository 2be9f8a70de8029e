"""More than there is room for: many streams, slow readers, a full queue."""

import asyncio
import socket
import time

import psutil

CHAT = "/v1/chat/completions"
STREAMS = 1000
MIB = 2**20


def request(model: str, **more: object) -> dict[str, object]:
    return {"model": model, "messages": [{"role": "user", "content": "hi"}], **more}


async def test_a_thousand_idle_streams_are_held(fleet, http, upstream, pause, until):
    """Agents think for minutes: open streams that say nothing must cost memory only, and little of it."""
    pause(3600)
    left = upstream.left
    before = {name: fleet.memory(name) for name in ("inference", "gateway")}
    body = request("remote/endless", stream=True)
    streams = await asyncio.gather(*(http.post(CHAT, json=body) for _ in range(STREAMS)))
    await asyncio.gather(*(stream.content.readline() for stream in streams))

    begun = time.monotonic()
    async with http.post(CHAT, json=request("remote/chat")) as answer:
        assert 200 == answer.status
    seconds = time.monotonic() - begun
    grown = {name: (fleet.memory(name) - size) / STREAMS for name, size in before.items()}
    print(
        {name: f"{size / 1024:.0f} KiB a stream" for name, size in grown.items()}, f"{seconds=:.3f}"
    )

    assert seconds < 2
    assert grown["inference"] < 200 * 1024
    assert grown["gateway"] < 200 * 1024
    assert not any(stream.content.at_eof() for stream in streams)
    for stream in streams:
        stream.close()
    await until(lambda: upstream.left == left + STREAMS)


async def test_a_slow_reader_holds_back_its_source(fleet, http, pause, until):
    """What nobody reads must not pile up in our memory: the source waits, and others do not."""
    pause(0)
    before = {name: fleet.memory(name) for name in ("inference", "gateway")}
    body = b'{"model":"remote/endless","messages":[{"role":"user","content":"hi"}],"stream":true}'
    head = f"POST {CHAT} HTTP/1.1\r\nhost: fleet\r\ncontent-type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", fleet.running.port)) as slow:
        slow.sendall(head.encode() + b"content-length: %d\r\n\r\n%b" % (len(body), body))
        await until(lambda: all(rests(fleet.running.pid(name)) for name in before))

        grown = {name: (fleet.memory(name) - size) / MIB for name, size in before.items()}
        print({name: f"{size:.1f} MiB" for name, size in grown.items()})
        assert grown["inference"] < 32
        assert grown["gateway"] < 32
        async with http.post(CHAT, json=request("remote/chat")) as answer:
            assert 200 == answer.status
        # More than was on its way: the source goes on as soon as somebody reads.
        slow.settimeout(10)
        received = 0
        while received < 16 * MIB:
            received += len(slow.recv(MIB))


async def test_a_full_queue_says_when_to_come_back(fleet, http, until):
    """A queue without a bound answers everybody too late; SDKs wait for `retry-after` and try again."""
    body = request("engine", max_tokens=1900, stream=True)
    # Two run and two wait; the fifth is one too many.
    calls = [asyncio.create_task(whole(http, body)) for _ in range(4)]
    await until(lambda: fleet.running_answers == 2)
    await until(lambda: fleet.waiting_answers == 2)

    async with http.post(CHAT, json=body) as answer:
        assert 429 == answer.status
        assert "queue_full" == (await answer.json())["error"]["code"]
        assert int(answer.headers["retry-after"]) > 0

    async with http.post(CHAT, json=request("remote/chat")) as answer:
        assert 200 == answer.status
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await until(lambda: fleet.waiting_answers == 0)


async def whole(http, body: dict[str, object]) -> bytes:
    """Return an answer; whoever cancels this leaves in the middle of it."""
    async with http.post(CHAT, json=body) as answer:
        return await answer.read()


def rests(pid: int, seconds: float = 0.5) -> bool:
    """Whether a process does next to nothing for a while."""
    return psutil.Process(pid).cpu_percent(seconds) < 10
