"""One bucket: objects are put, read and deleted by signed requests.

Format: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote

from fleet_files.missing import no_content
from fleet_files.provider import Content
from fleet_files.s3.answers import parts_list, placed, uploads_of, value
from fleet_files.s3.settings import S3Config
from fleet_files.storage_errors import in_the_name_of, refused
from fleet_runtime.errors import FleetError, Unavailable, UpstreamFailed
from fleet_upstream.address import Address
from fleet_upstream.bedrock.credentials import AccessKeys
from fleet_upstream.bedrock.signature import Scope, signed
from fleet_upstream.client import HttpClient
from fleet_upstream.exchange import Exchange

_NAME = "S3"
_OK, _NO_CONTENT, _MISSING, _THERE = 200, 204, 404, 409
# How often a request is made that fails for what may pass, and the pauses between, in seconds, each twice the last.
_ATTEMPTS, _PAUSE = 4, 0.2
# In seconds: the longest that a request with a body may take, or one without its answer's.
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What S3 answered."""

    status: int
    tag: str
    body: bytes


class Bucket:
    """A bucket. Every method raises `Unavailable` or `UpstreamFailed` where S3 fails or refuses."""

    def __init__(self, config: S3Config) -> None:
        self._client = HttpClient(config.upstream())
        self._keys = AccessKeys(config.identity())
        self._scope = Scope(config.region, "s3")

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def ensure(self) -> None:
        """Create the bucket unless it is there."""
        head = await self._ask("HEAD", self._root(), accept=(_OK, _MISSING))
        if head.status == _MISSING:
            body = placed(self._scope.region)
            await self._ask("PUT", self._root(), body, accept=(_OK, _THERE))

    async def put(self, key: str, body: bytes) -> None:
        """Put an object of a few MiB."""
        await self._ask("PUT", self._object(key), body)

    async def begin(self, key: str) -> str:
        """Begin an upload in parts, and return its id."""
        reply = await self._ask("POST", self._object(key, "uploads="))
        upload = value(reply.body, "UploadId")
        if not upload:
            raise UpstreamFailed(
                f"{_NAME} answered something that is no answer; check its address.",
                status=502,
                code="upstream_garbage",
            )
        return upload

    async def put_part(self, key: str, upload: str, number: int, body: bytes) -> str:
        """Put a part, numbered from 1, and return its ETag."""
        query = f"partNumber={number}&uploadId={quote(upload, safe='')}"
        return (await self._ask("PUT", self._object(key, query), body)).tag

    async def complete(self, key: str, upload: str, tags: list[str]) -> None:
        """Make an object of the parts with these ETags."""
        url = self._object(key, f"uploadId={quote(upload, safe='')}")
        reply = await self._ask("POST", url, parts_list(tags))
        # S3 begins to answer before it is done, so that a failure may come under 200.
        if value(reply.body, "ETag") is None:
            raise Unavailable(
                f"{_NAME} could not put the parts together: {value(reply.body, 'Code')}",
                code="storage_unavailable",
            )

    async def abort(self, key: str, upload: str) -> None:
        """Remove the parts of an upload."""
        url = self._object(key, f"uploadId={quote(upload, safe='')}")
        await self._ask("DELETE", url, accept=(_NO_CONTENT, _OK, _MISSING))

    async def uploads(self, key: str) -> list[str]:
        """Return the ids of the uploads in parts to `key` that have not ended."""
        url = self._root(f"prefix={quote(key, safe='')}&uploads=")
        reply = await self._ask("GET", url, accept=(_OK, _MISSING))
        return uploads_of(reply.body, key)

    async def delete(self, key: str) -> None:
        """Delete an object, if it is there."""
        await self._ask("DELETE", self._object(key), accept=(_NO_CONTENT, _OK, _MISSING))

    async def read(self, key: str) -> Content:
        """Yield an object; going through it raises `NotFound` where there is none."""
        with in_the_name_of(_NAME):
            async with await self._exchange("GET", self._object(key), b"") as response:
                if response.status == _MISSING:
                    raise no_content(key)
                if response.status != _OK:
                    raise _refusal(response, await response.read())
                while data := await response.more():
                    yield data

    async def _ask(
        self,
        verb: str,
        url: Address,
        body: bytes = b"",
        *,
        accept: tuple[int, ...] = (_OK,),
    ) -> Reply:
        """Return the answer to a request. All that are made here bear being made twice."""
        for attempt in range(_ATTEMPTS - 1):
            try:
                return await self._asked(verb, url, body, accept)
            except Unavailable as error:
                await asyncio.sleep(error.retry_after or _PAUSE * 2**attempt)
        return await self._asked(verb, url, body, accept)

    async def _asked(self, verb: str, url: Address, body: bytes, accept: tuple[int, ...]) -> Reply:
        with in_the_name_of(_NAME):
            async with await self._exchange(verb, url, body, _PATIENCE) as response:
                content = await response.read()
                if response.status not in accept:
                    raise _refusal(response, content)
                return Reply(response.status, response.headers.get("etag", ""), content)

    async def _exchange(
        self, verb: str, url: Address, body: bytes, seconds: float | None = None
    ) -> Exchange:
        key = await self._keys.current()
        if key is None:
            raise UpstreamFailed(
                f"{_NAME} wants to be signed in to, and no AWS credentials are configured.",
                status=502,
                code="storage_unauthorized",
            )
        now = datetime.now(UTC)
        # The digest of a part takes longer than the event loop has.
        headers = await asyncio.to_thread(
            signed, verb, url, body, key=key, scope=self._scope, now=now
        )
        return self._client.exchange(verb, url, dict(headers), body, seconds)

    def _object(self, key: str, query: str = "") -> Address:
        url = self._client.base / quote(key, safe="/~")
        return replace(url, path=f"{url.path}?{query}") if query else url

    def _root(self, query: str = "") -> Address:
        base = self._client.base
        path = base.path or "/"
        return replace(base, path=f"{path}?{query}" if query else path)


def _refusal(response: Exchange, body: bytes) -> FleetError:
    """Return the error that an answer means. Of a missing bucket it says what would help."""
    code, said = value(body, "Code") or "", value(body, "Message") or ""
    if code == "NoSuchBucket":
        said = "there is no such bucket; create it, or set `auto_create_bucket`"
    return refused(_NAME, response.status, f"{code}: {said}" if code else said, response.headers)
