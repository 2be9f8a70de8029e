"""Callers who never pause: a hundred open streams, and short calls beside them. Whatever goes wrong is written down."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

CHATS, RESPONSES, SHORT = 60, 40, 2
STREAMS = CHATS + RESPONSES
TEXT = "One two three four five six."
SLOW, QUICK = "slow", "chat"
"""Models: one that takes seconds for an answer, and one that does not."""
OK = 200
PAUSE = 0.2
"""Seconds between two short calls of one caller."""
TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)
SECONDS = aiohttp.ClientTimeout(60)

Stream = Callable[[aiohttp.ClientSession], Awaitable[str]]
"""Makes one stream, and returns its text."""


@dataclass
class Load:
    """What callers saw.

    Attributes:
        failures: What went wrong, each with when and which call.
        streams: How many streams came to their end, with every word.
        calls: How many short calls were answered.
        open: How many streams are open.
    """

    failures: list[str] = field(default_factory=list)
    streams: int = 0
    calls: int = 0
    open: int = 0
    begun: float = field(default_factory=time.monotonic)

    def failed(self, what: str) -> None:
        """Write down what went wrong."""
        self.failures.append(f"{time.monotonic() - self.begun:.1f} s: {what}")


@asynccontextmanager
async def loading(root: str, *, streams: bool = True) -> AsyncGenerator[Load, None]:
    """Call the gateway at `root` until the end of the block, and let what is open then come to its end.

    Args:
        root: Its URL.
        streams: Whether there are streams, whose callers keep connections, beside short calls, each on a new one.
    """
    load, stop = Load(), asyncio.Event()
    kept, fresh = aiohttp.TCPConnector(limit=0), aiohttp.TCPConnector(force_close=True)
    async with (
        aiohttp.ClientSession(root, connector=kept, timeout=SECONDS) as keeping,
        aiohttp.ClientSession(root, connector=fresh, timeout=SECONDS) as coming,
    ):
        calls = [chat] * CHATS + [response] * RESPONSES if streams else []
        callers = [asyncio.create_task(_streams(keeping, load, stop, call)) for call in calls]
        callers += [asyncio.create_task(_short(coming, load, stop)) for _ in range(SHORT)]
        try:
            yield load
        finally:
            stop.set()
            await asyncio.gather(*callers)


async def _streams(
    http: aiohttp.ClientSession, load: Load, stop: asyncio.Event, call: Stream
) -> None:
    while not stop.is_set():
        load.open += 1
        try:
            said = await call(http)
        except TROUBLE as error:
            said = f"{type(error).__name__} {error}"
        if said == TEXT:
            load.streams += 1
        else:
            load.failed(said[-300:])
        load.open -= 1


async def chat(http: aiohttp.ClientSession, model: str = SLOW) -> str:
    """Return the text of a streamed chat; what came instead, if something is missing."""
    body = {"model": model, "messages": [{"role": "user", "content": TEXT}], "stream": True}
    async with http.post("/v1/chat/completions", json=body) as answer:
        text = await answer.text()
    events = _events(text)
    if answer.status != OK or events[-1:] != ["[DONE]"]:
        return f"{answer.status} {text}"
    choices = [c for e in events[:-1] for c in json.loads(e)["choices"]]
    return "".join(c["delta"].get("content") or "" for c in choices)


async def response(http: aiohttp.ClientSession, model: str = SLOW) -> str:
    """Return the text of a streamed response; what came instead, if something is missing."""
    body = {"model": model, "input": TEXT, "stream": True, "store": False}
    async with http.post("/v1/responses", json=body) as answer:
        text = await answer.text()
    events = [json.loads(event) for event in _events(text) if event != "[DONE]"]
    if answer.status != OK or not events or events[-1]["type"] != "response.completed":
        return f"{answer.status} {text}"
    return "".join(e["delta"] for e in events if e["type"] == "response.output_text.delta")


async def _short(http: aiohttp.ClientSession, load: Load, stop: asyncio.Event) -> None:
    body = {"model": QUICK, "messages": [{"role": "user", "content": "hi"}]}
    calls = itertools.cycle((("POST", "/v1/chat/completions", body), ("GET", "/v1/models", None)))
    for method, path, sent in calls:
        if stop.is_set():
            return
        try:
            async with http.request(method, path, json=sent) as answer:
                said = f"{answer.status} {await answer.text()}"
        except TROUBLE as error:
            said = f"{type(error).__name__} {error}"
        if said.startswith(f"{OK} "):
            load.calls += 1
        else:
            load.failed(f"{method} {path}: {said[-300:]}")
        await asyncio.sleep(PAUSE)


def _events(text: str) -> list[str]:
    return [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
