"""Fake search engines: real HTTP, each vendor's documented wire format, and whatever trouble a query asks for.

    async with search_engine(BRAVE) as engine:
        ...  # talk to engine.url
        assert "..." == engine.asked[-1].query

What a query holds decides what happens to it:

    fail-<status>   refused with that status, in the vendor's envelope; 429 says when to come again
    garbage         answered with something that is no JSON
    else            answered with JSON that is something else
    hang            never answered
    nothing         answered with no pages

Any other is answered with `PAGES`, as far as domains and number allow.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

KEY = "the-key"
"""The one key that the engines take."""
RETRY_AFTER = 7

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class FakePage:
    """A page of the fake web."""

    title: str
    url: str
    text: str


PAGES = tuple(
    FakePage(f"Page {number}", f"https://{host}/{number}", f"What page {number} says. " * 4)
    for number, host in enumerate(
        ("a.example.com", "b.example.org", "example.com", "c.example.net") * 2, 1
    )
)


@dataclass(frozen=True)
class AskedOfEngine:
    """What an engine was asked, in words of its own or not."""

    query: str
    most: int
    key: str | None
    domains: Sequence[str] = ()
    blocked: Sequence[str] = ()
    country: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wire:
    """How a vendor's engine is spoken to.

    Attributes:
        kind: The provider that speaks it.
        key_name: What callers call their key.
        method: The verb.
        path: Where its search is.
        read: Reads a request.
        write: Makes an answer of pages.
        refuse: Makes the body of a refusal of its status and a message.
        bad_key: The status under which it refuses keys.
    """

    kind: str
    key_name: str
    method: str
    path: str
    read: Callable[[web.Request, Json], AskedOfEngine]
    write: Callable[[Sequence[FakePage]], Json]
    refuse: Callable[[int, str], Json]
    bad_key: int = 401


class FakeEngine:
    """A running engine.

    Attributes:
        url: Where it is; paths of its API follow.
        asked: What it was asked, in order.
        waiting: Is set once somebody is kept waiting.
        left: Is set once they hung up.
    """

    def __init__(self, wire: Wire) -> None:
        self.url = ""
        self.asked: list[AskedOfEngine] = []
        self.waiting = asyncio.Event()
        self.left = asyncio.Event()
        self._wire = wire

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a search."""
        body = await request.read()
        asked = self._wire.read(request, json.loads(body) if body else {})
        self.asked.append(asked)
        if asked.key != KEY:
            return self._refused(self._wire.bad_key, "no such key")
        if "hang" in asked.query:
            await self._hang()
        status = re.search(r"fail-(\d{3})", asked.query)
        if status:
            return self._refused(int(status[1]), "no luck")
        if "garbage" in asked.query:
            return web.Response(body=b"<html>busy</html>")
        if "else" in asked.query:
            return web.json_response({"greeting": "hello"})
        return web.json_response(self._wire.write(_found(asked)))

    async def _hang(self) -> None:
        self.waiting.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()

    def _refused(self, status: int, message: str) -> web.Response:
        headers = {"Retry-After": str(RETRY_AFTER)} if status == 429 else {}  # noqa: PLR2004 - a status
        return web.json_response(self._wire.refuse(status, message), status=status, headers=headers)


@asynccontextmanager
async def search_engine(wire: Wire) -> AsyncGenerator[FakeEngine, None]:
    """Serve an engine on a free port of the loopback interface."""
    engine = FakeEngine(wire)
    app = web.Application()
    app.router.add_route(wire.method, wire.path, engine.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        engine.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield engine
    finally:
        await runner.cleanup()


def _found(asked: AskedOfEngine) -> list[FakePage]:
    if "nothing" in asked.query:
        return []
    return [page for page in PAGES if _there(page, asked)][: asked.most]


def _there(page: FakePage, asked: AskedOfEngine) -> bool:
    host = urlsplit(page.url).hostname or ""
    if any(host.endswith(domain) for domain in asked.blocked):
        return False
    return not asked.domains or any(host.endswith(domain) for domain in asked.domains)


# The vendors. Those without parameters for domains read operators in the query.


def _operators(query: str) -> tuple[list[str], list[str]]:
    blocked = re.findall(r"-site:(\S+)", query)
    return re.findall(r"(?<!-)\bsite:([^\s)]+)", query), blocked


def _of_query(request: web.Request, count: str, country: str, key_header: str) -> AskedOfEngine:
    told = dict(request.query)
    domains, blocked = _operators(told["q"])
    key = request.headers.get(key_header)
    return AskedOfEngine(
        told["q"], int(told[count]), key, domains, blocked, told.get(country), told
    )


def _read_brave(request: web.Request, body: Json) -> AskedOfEngine:
    del body
    return _of_query(request, "count", "country", "X-Subscription-Token")


def _write_brave(pages: Sequence[FakePage]) -> Json:
    results = [
        {
            "type": "search_result",
            "title": f"<strong>{page.title}</strong>",
            "url": page.url,
            "description": f"{page.text}&amp; more",
            "page_age": "2026-01-02T00:00:00",
        }
        for page in pages
    ]
    answer: Json = {"type": "search", "query": {"original": "…"}}
    return answer | ({"web": {"type": "search", "results": results}} if results else {})


def _refuse_brave(status: int, message: str) -> Json:
    code = "SUBSCRIPTION_TOKEN_INVALID" if "key" in message else "ERROR"
    error = {"id": "1", "status": status, "code": code, "detail": message, "meta": {}}
    return {"type": "ErrorResponse", "error": error, "time": 1}


def _read_bing(request: web.Request, body: Json) -> AskedOfEngine:
    del body
    return _of_query(request, "count", "cc", "Ocp-Apim-Subscription-Key")


def _write_bing(pages: Sequence[FakePage]) -> Json:
    value = [
        {"id": f"#{place}", "name": page.title, "url": page.url, "snippet": page.text}
        for place, page in enumerate(pages)
    ]
    answer: Json = {"_type": "SearchResponse", "queryContext": {"originalQuery": "…"}}
    return answer | ({"webPages": {"value": value}} if value else {})


def _refuse_bing(status: int, message: str) -> Json:
    return {"error": {"code": str(status), "message": message}}


def _bearer(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _read_tavily(request: web.Request, body: Json) -> AskedOfEngine:
    included, excluded = body["include_domains"], body["exclude_domains"]
    country = body.get("country")
    return AskedOfEngine(
        body["query"], body["max_results"], _bearer(request), included, excluded, country, body
    )


def _write_tavily(pages: Sequence[FakePage]) -> Json:
    results = [
        {"title": p.title, "url": p.url, "content": p.text, "score": 0.5, "raw_content": None}
        for p in pages
    ]
    return {"query": "…", "images": [], "results": results, "response_time": 0.5}


def _refuse_tavily(status: int, message: str) -> Json:
    del status
    return {"detail": {"error": message}}


def _read_exa(request: web.Request, body: Json) -> AskedOfEngine:
    return AskedOfEngine(
        body["query"],
        body["numResults"],
        request.headers.get("x-api-key"),
        body.get("includeDomains", ()),
        body.get("excludeDomains", ()),
        body.get("userLocation"),
        body,
    )


def _write_exa(pages: Sequence[FakePage]) -> Json:
    results = [
        {"id": p.url, "title": p.title, "url": p.url, "publishedDate": None, "highlights": [p.text]}
        for p in pages
    ]
    return {"requestId": "1", "resolvedSearchType": "neural", "results": results}


def _refuse_exa(status: int, message: str) -> Json:
    del status
    return {"requestId": "1", "error": message, "tag": "INVALID_REQUEST"}


def _read_nimble(request: web.Request, body: Json) -> AskedOfEngine:
    return AskedOfEngine(
        body["query"],
        body["max_results"],
        _bearer(request),
        body.get("include_domains", ()),
        body.get("exclude_domains", ()),
        body.get("country"),
        body,
    )


def _write_nimble(pages: Sequence[FakePage]) -> Json:
    results = [
        {"title": p.title, "description": p.text, "url": p.url, "content": "", "metadata": {}}
        for p in pages
    ]
    return {"total_results": len(results), "results": results, "request_id": "1"}


def _refuse_nimble(status: int, message: str) -> Json:
    del status
    return {"success": "false", "task_id": "1", "message": message}


def _read_serply(request: web.Request, body: Json) -> AskedOfEngine:
    del body
    return _of_query(request, "num", "gl", "X-Api-Key")


def _write_serply(pages: Sequence[FakePage]) -> Json:
    results = [
        {"title": p.title, "link": p.url, "description": p.text, "realPosition": place}
        for place, p in enumerate(pages)
    ]
    return {"results": results, "total": len(results), "ads": [], "ts": 0.5}


def _refuse_serply(status: int, message: str) -> Json:
    del status
    return {"message": message}


BRAVE = Wire(
    "remote::brave-search",
    "brave_search_api_key",
    "GET",
    "/web/search",
    _read_brave,
    _write_brave,
    _refuse_brave,
    bad_key=422,
)
BING = Wire(
    "remote::bing-search",
    "bing_search_api_key",
    "GET",
    "/search",
    _read_bing,
    _write_bing,
    _refuse_bing,
)
TAVILY = Wire(
    "remote::tavily-search",
    "tavily_search_api_key",
    "POST",
    "/search",
    _read_tavily,
    _write_tavily,
    _refuse_tavily,
)
EXA = Wire(
    "remote::exa-search",
    "exa_search_api_key",
    "POST",
    "/search",
    _read_exa,
    _write_exa,
    _refuse_exa,
)
NIMBLE = Wire(
    "remote::nimble-search",
    "nimble_search_api_key",
    "POST",
    "/search",
    _read_nimble,
    _write_nimble,
    _refuse_nimble,
)
SERPLY = Wire(
    "remote::serply-search",
    "serply_search_api_key",
    "GET",
    "/search",
    _read_serply,
    _write_serply,
    _refuse_serply,
)
ENGINES = (BRAVE, BING, TAVILY, EXA, NIMBLE, SERPLY)
"""All of them."""
