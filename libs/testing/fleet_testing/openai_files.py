"""OpenAI's Files API on this machine, which keeps what it is given as digests and sizes, and small files whole.

Format: https://platform.openai.com/docs/api-reference/files
"""

import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import BodyPartReader, web

KEY = "sk-test"
"""The key that it lets in."""

Json = dict[str, Any]


@dataclass
class OpenAIFilesServer:
    """A running server.

    Attributes:
        url: Where the API begins.
        files: What is known of each file, by id.
        folder: Where their bytes are, each under its id.
        busy: How many of the next requests it refuses as too many.
    """

    url: str
    folder: Path
    files: dict[str, Json] = field(default_factory=dict)
    busy: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        if self.busy:
            self.busy -= 1
            return _refusal(429, "Rate limit reached", "rate_limit_exceeded")
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _refusal(401, "Incorrect API key provided", "invalid_api_key")
        steps = request.path.removeprefix("/v1/files").strip("/").split("/")
        if request.method == "POST":
            return await self._upload(request)
        if steps == [""]:
            return web.json_response({"object": "list", "data": list(self.files.values())})
        if steps[0] not in self.files:
            return _refusal(404, f"No such File object: {steps[0]}", None)
        return self._answer(request.method, *steps)

    def _answer(self, verb: str, name: str, what: str = "") -> web.StreamResponse:
        if verb == "DELETE":
            del self.files[name]
            (self.folder / name).unlink()
            return web.json_response({"id": name, "object": "file", "deleted": True})
        if what == "content":
            return web.FileResponse(self.folder / name)
        return web.json_response(self.files[name])

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        name, fields = f"file-{uuid.uuid4().hex[:24]}", {}
        size, filename = 0, None
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                return _refusal(400, "A part has parts of its own", None)
            if part.name != "file":
                fields[str(part.name)] = await part.text()
                continue
            filename = part.filename
            size = await _written(part, self.folder / name)
        if filename is None or "purpose" not in fields:
            return _refusal(400, "'file' and 'purpose' are required", None)
        self.files[name] = _file(name, size, filename, fields)
        return web.json_response(self.files[name])


async def _written(part: BodyPartReader, path: Path) -> int:
    size = 0
    with path.open("wb") as file:
        while piece := await part.read_chunk(1 << 18):
            size += file.write(piece)
    return size


def _file(name: str, size: int, filename: str, fields: Json) -> Json:
    now = int(time.time())
    after = fields.get("expires_after[seconds]")
    return {
        "id": name,
        "object": "file",
        "bytes": size,
        "created_at": now,
        "expires_at": now + int(after) if after else None,
        "filename": filename,
        "purpose": fields["purpose"],
        "status": "processed",
    }


def _refusal(status: int, message: str, code: str | None) -> web.Response:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return web.json_response({"error": error}, status=status)


@asynccontextmanager
async def openai_files() -> AsyncGenerator[OpenAIFilesServer, None]:
    """Serve on a free port of the loopback interface."""
    with TemporaryDirectory(prefix="openai-files-") as folder:
        server = OpenAIFilesServer("", Path(folder))
        app = web.Application(client_max_size=1 << 40)
        app.router.add_route("*", "/v1/files{rest:.*}", server.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
            yield server
        finally:
            await runner.cleanup()
