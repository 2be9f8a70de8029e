"""Sending files to a server, and what its answers mean."""

import asyncio
from typing import Any, TypeVar

import msgspec

from fleet_files.parsing.trouble import Code
from fleet_files.processor import FileToParse
from fleet_files.remote.form import Fields, Form, filled
from fleet_files.remote.settings import RemoteConfig
from fleet_runtime.config import reveal
from fleet_runtime.errors import FleetError, InvalidArgument
from fleet_upstream.client import HttpClient
from fleet_upstream.exchange import Exchange
from fleet_upstream.keys import Key
from fleet_upstream.refusals import garbage, read_error, refusal
from fleet_upstream.settings import UpstreamConfig

T = TypeVar("T")

_OK = 200
_NOT_FOUND = 404
_BAD_FILE: dict[int, Code] = {
    400: "broken_file",
    413: "file_too_large",
    415: "unsupported_file",
    422: "unsupported_file",
}
_LONGEST = 1000


class FileApi:
    """One server that reads files: forms go out with the key, and JSON comes back.

    Every method raises the `FleetError` that the server's refusal, silence or absence means.

    Args:
        config: Where the server is.
        base: Where its API begins.
        key_header: The header that the key is sent in, in lower case.
    """

    def __init__(self, config: RemoteConfig, base: str, key_header: str) -> None:
        self._client = HttpClient(UpstreamConfig(base_url=base, network=config.network))
        key = reveal(config.api_key) if config.api_key else None
        self._key = Key(key, callers=False, name=None)
        self._headers = {"accept": "application/json"} | ({key_header: key} if key else {})

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def post(self, path: str, form: Form, kind: type[T], seconds: float) -> T:
        """Return what the server answers to a form."""
        headers = self._headers | {"content-type": form.content_type}
        url = self._client.base / path
        return await self._answer(
            self._client.exchange("POST", url, headers, form.body, seconds), kind
        )

    async def get(self, path: str, kind: type[T], seconds: float) -> T:
        """Return what the server says at `path`."""
        url = self._client.base / path
        return await self._answer(
            self._client.exchange("GET", url, self._headers, seconds_left=seconds), kind
        )

    async def _answer(self, exchange: Exchange, kind: type[T]) -> T:
        async with exchange as response:
            content = await response.read()
            if response.status != _OK:
                bad = _bad_file(response.status, content)
                raise bad or refusal(response.status, content, response.headers, self._key)
        try:
            # Of a long document this takes longer than the event loop has.
            return await asyncio.to_thread(msgspec.json.decode, content, type=kind)
        except msgspec.DecodeError:
            raise garbage() from None


async def form_of(file: FileToParse, media_type: str, fields: Fields) -> Form:
    """Return a form with a file, and with these fields."""
    content = await asyncio.to_thread(file.path.read_bytes)
    return filled(fields, "files", file.filename, media_type, content)


def _bad_file(status: int, body: bytes) -> FleetError | None:
    """Return the error for a file that the server could not read, if that is what it says."""
    code = _BAD_FILE.get(status)
    return cannot_read(read_error(body, status).message, code) if code else None


def cannot_read(said: str, code: Code = "broken_file") -> InvalidArgument:
    """Return the error for a file that a server could not read, in the server's words."""
    words = said.lower()
    if "encrypt" in words or "password" in words:
        code = "encrypted_file"
    return InvalidArgument(f"The file cannot be read: {said[:_LONGEST]}", code=code)


def missing(error: FleetError) -> bool:
    """Say whether the server has no such path."""
    status: Any = error.status
    return bool(status == _NOT_FOUND)
