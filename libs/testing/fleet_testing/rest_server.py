"""A fake engine's HTTP: what comes in is written down and answered by a function."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from aiohttp import web

from fleet_testing.openai_upstream import Canned, Seen

Answer: TypeAlias = Callable[[Seen], Canned]

_MOST_BYTES = 100 * 1024 * 1024


def said(content: Any, status: int = 200) -> Canned:
    """Return an answer in JSON."""
    return Canned(json.dumps(content).encode(), status)


@asynccontextmanager
async def rest_server(answer: Answer) -> AsyncGenerator[str, None]:
    """Serve all paths on a free port of the loopback interface, and yield the address."""

    async def handle(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, _, query = request.raw_path.partition("?")
        reply = answer(Seen(request.method, path, headers, await request.read(), query))
        return web.Response(body=reply.body, status=reply.status, headers=reply.headers)

    app = web.Application(client_max_size=_MOST_BYTES)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
