"""`remote::openai`: files that live at OpenAI, among those of the account.

Format: https://platform.openai.com/docs/api-reference/files
"""

import asyncio
from contextlib import aclosing
from pathlib import Path

import msgspec
from pydantic import Field

from fleet_files.missing import no_content
from fleet_files.provider import About, Content, NewFile, RetentionConfig
from fleet_files.remote.form import Fields, framing
from fleet_files.spool import read, spooled
from fleet_files.storage_errors import in_the_name_of, refused
from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import FleetError, UpstreamFailed
from fleet_upstream.client import HttpClient
from fleet_upstream.connection import StreamedBody
from fleet_upstream.exchange import Exchange
from fleet_upstream.refusals import read_error
from fleet_upstream.settings import HttpAddress, Network, UpstreamConfig

_NAME = "OpenAI"
_OK, _MISSING = 200, 404
# In seconds: the longest that one request may take, the sending of a large file included.
_PATIENCE = 1800.0


class _Kept(msgspec.Struct):
    id: str


class OpenAIFiles:
    """Keeps each file at OpenAI, under the id that OpenAI gives it.

    OpenAI wants to know the name of a file before its bytes, and takes files as a whole. So they wait on this machine's
    disk until all of one is here.
    """

    class Config(RetentionConfig):
        """Which account keeps the files."""

        api_key: Secret | str = Field(repr=False)
        """The key to it."""
        base_url: HttpAddress | Secret = "https://api.openai.com/v1"
        """Where the API begins."""
        network: Network = Network()
        """The way to it."""

    def __init__(self, config: Config) -> None:
        self.ttl_secs = config.ttl_secs
        place = UpstreamConfig(base_url=config.base_url, network=config.network)
        self._client = HttpClient(place)
        self._headers = {"authorization": f"Bearer {reveal(config.api_key)}"}

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def put(self, file: NewFile) -> str:
        async with spooled(file.content()) as path:
            about = await file.about()
            size = (await asyncio.to_thread(path.stat)).st_size
            return await self._send(path, size, about)

    async def _send(self, path: Path, size: int, about: About) -> str:
        around = framing(_fields(about), "file", about.filename, about.content_type)

        async def pieces() -> Content:
            yield around.head
            async with aclosing(read(path)) as inner:
                async for piece in inner:
                    yield piece
            yield around.tail

        body = StreamedBody(len(around.head) + size + len(around.tail), pieces)
        headers = self._headers | {"content-type": around.content_type}
        url = self._client.base / "files"
        with in_the_name_of(_NAME):
            async with self._client.exchange("POST", url, headers, body, _PATIENCE) as response:
                return _id_in(await _read(response))

    async def read(self, key: str) -> Content:
        url = self._client.base / f"files/{key}/content"
        with in_the_name_of(_NAME):
            async with self._client.exchange("GET", url, self._headers) as response:
                if response.status == _MISSING:
                    raise no_content(key)
                if response.status != _OK:
                    raise _refusal(response, await response.read())
                while data := await response.more():
                    yield data

    async def delete(self, key: str) -> None:
        url = self._client.base / f"files/{key}"
        with in_the_name_of(_NAME):
            async with self._client.exchange(
                "DELETE", url, self._headers, seconds_left=_PATIENCE
            ) as response:
                if response.status != _MISSING:
                    await _read(response)


def _fields(about: About) -> Fields:
    """Return the fields of the form beside the file, https://platform.openai.com/docs/api-reference/files/create."""
    fields = [("purpose", about.purpose)]
    if about.expires_after is not None:
        fields.append(("expires_after[anchor]", "created_at"))
        fields.append(("expires_after[seconds]", str(about.expires_after)))
    return fields


async def _read(response: Exchange) -> bytes:
    """Return the body of an answer, or raise what it means instead."""
    body = await response.read()
    if response.status != _OK:
        raise _refusal(response, body)
    return body


def _refusal(response: Exchange, body: bytes) -> FleetError:
    said = read_error(body, response.status).message
    return refused(_NAME, response.status, said, response.headers)


def _id_in(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Kept).id
    except msgspec.DecodeError:
        raise UpstreamFailed(
            f"{_NAME} answered something that is no answer; check its `base_url`.",
            status=502,
            code="upstream_garbage",
        ) from None
