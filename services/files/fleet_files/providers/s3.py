"""`remote::s3`: files in a bucket of S3, or of MinIO, Ceph and others that speak as it does."""

import asyncio
from contextlib import aclosing

import structlog

from fleet_files.provider import Content, NewFile
from fleet_files.s3.bucket import Bucket
from fleet_files.s3.settings import S3Config
from fleet_runtime.errors import FleetError

log = structlog.get_logger()

# In bytes: the size of parts. S3 wants 5 MiB at least, and takes 10,000 of them.
_PART = 8 * 1024 * 1024


class S3:
    """Keeps each file as an object, named by its id.

    A file of more than one part is there when S3 has put its parts together, and not before.
    """

    class Config(S3Config):
        """Where files are kept."""

    def __init__(self, config: Config) -> None:
        self.ttl_secs = config.ttl_secs
        self._folder = config.folder
        self._bucket = Bucket(config)
        self._creates = config.auto_create_bucket
        self._creating = asyncio.Lock()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._bucket.aclose()

    async def put(self, file: NewFile) -> str:
        await self._ensure()
        key = self._folder + file.id
        async with aclosing(_parts(file.content())) as parts:
            first = [await anext(parts, b"")]
            if len(first[0]) < _PART:
                await self._bucket.put(key, first.pop())
            else:
                await self._put_in_parts(key, first, parts)
        return file.id

    async def _put_in_parts(self, key: str, first: list[bytes], rest: Content) -> None:
        """Put a file part by part; `first` is emptied, so that no more than one part is held."""
        upload = await self._bucket.begin(key)
        try:
            tags = [await self._bucket.put_part(key, upload, 1, first.pop())]
            async for part in rest:
                number = len(tags) + 1
                tags.append(await self._bucket.put_part(key, upload, number, part))
            await self._bucket.complete(key, upload, tags)
        except BaseException:
            await self._abort(key, upload)
            raise

    async def _abort(self, key: str, upload: str) -> None:
        """Remove what was sent. If even that fails, it goes with the key."""
        try:
            await self._bucket.abort(key, upload)
        except FleetError as error:
            log.warning("s3.not_aborted", cause=str(error))

    def read(self, key: str) -> Content:
        return self._bucket.read(self._folder + key)

    async def delete(self, key: str) -> None:
        full = self._folder + key
        for upload in await self._bucket.uploads(full):
            await self._bucket.abort(full, upload)
        await self._bucket.delete(full)

    async def _ensure(self) -> None:
        """Create the bucket, if that is ours to do, before the first file."""
        async with self._creating:
            if self._creates:
                await self._bucket.ensure()
                self._creates = False


async def _parts(content: Content) -> Content:
    """Yield what `content` does in parts of one size; the last one may be shorter."""
    part = bytearray()
    async with aclosing(content):
        async for piece in content:
            part += piece
            while len(part) >= _PART:
                yield bytes(memoryview(part)[:_PART])
                del part[:_PART]
    if part:
        yield bytes(part)
