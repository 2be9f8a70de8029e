"""The operations of the Files API."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fleet.files.v1 import messages as m
from fleet_files.bytes_kept import Keepers, Kept
from fleet_files.config import UploadConfig
from fleet_files.file_store import FileStore, StoredFile
from fleet_files.incoming import Incoming, new_file_id
from fleet_files.keeping import Keeping
from fleet_files.provider import About
from fleet_files.purposes import about, lifetime
from fleet_files.sweeper import Sweeper
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer, Stream
from fleet_runtime.store import PageRequest
from fleet_runtime.store.rows import now_ms
from fleet_runtime.upload import Upload

LARGEST_PAGE = 10_000


class Files:
    """Keeps files: what is known of them in the store, their bytes with a provider.

    Args:
        store: What is known of files.
        keepers: The providers.
        keeping: Puts new bytes with them.
        sweeper: Removes the bytes of files that are gone.
        config: What may come in.
    """

    def __init__(
        self,
        store: FileStore,
        keepers: Keepers,
        keeping: Keeping,
        sweeper: Sweeper,
        config: UploadConfig,
    ) -> None:
        self._store = store
        self._keepers = keepers
        self._keeping = keeping
        self._sweeper = sweeper
        self._config = config

    async def upload_file(self, upload: Upload[m.UploadFileRequest], call: Call) -> Answer[m.File]:
        """Keep a file, and answer once it is there whole."""
        incoming = Incoming(new_file_id(), upload, self._config.max_bytes, about)
        async with self._keeping.put(incoming) as kept:
            file = self._file(incoming.id, await incoming.about(), kept)
            await self._store.add(file)
        call.notes["bytes"] = file.size
        return told(file)

    def _file(self, file_id: str, said: About, kept: Kept) -> StoredFile:
        created = now_ms()
        ttl = self._keepers.of(kept.provider).ttl_secs
        seconds = lifetime(said, ttl=ttl, batch_ttl=self._config.batch_ttl_secs)
        return StoredFile(
            id=file_id,
            created=created,
            expires=None if seconds is None else created + seconds * 1000,
            filename=said.filename,
            content_type=said.content_type,
            purpose=said.purpose,
            size=kept.size,
            sha256=kept.sha256,
            provider=kept.provider,
            key=kept.key,
        )

    async def list_files(self, request: m.ListFilesRequest, call: Call) -> Answer[m.FileList]:
        """List files."""
        del call
        page = PageRequest(
            request.after,
            request.limit or LARGEST_PAGE,
            request.order or "desc",
            largest=LARGEST_PAGE,
        )
        found = await self._store.list(page, request.purpose)
        files = [told(file) for file in found.items]
        return m.FileList(
            data=files,
            has_more=found.has_more,
            first_id=files[0].id if files else "",
            last_id=files[-1].id if files else "",
        )

    async def get_file(self, request: m.GetFileRequest, call: Call) -> Answer[m.File]:
        """Get what is known of a file."""
        del call
        return told(await self._store.get(request.file_id))

    async def delete_file(self, request: m.DeleteFileRequest, call: Call) -> Answer[m.FileDeleted]:
        """Forget a file at once; its bytes go soon after."""
        del call
        await self._store.delete(request.file_id)
        self._sweeper.wake()
        return m.FileDeleted(id=request.file_id, deleted=True)

    async def get_file_content(
        self, request: m.GetFileContentRequest, call: Call
    ) -> Stream[m.FileContent]:
        """Get what is in a file. Where it turns out to be damaged, the transfer breaks off."""
        del call
        return self._content(await self._store.get(request.file_id))

    async def _content(self, file: StoredFile) -> AsyncGenerator[m.FileContent, None]:
        kind, name = file.content_type, file.filename
        async with aclosing(self._keepers.read(file.kept)) as pieces:
            first = await anext(pieces, b"")
            yield m.FileContent(data=first, content_type=kind, filename=name)
            async for piece in pieces:
                yield m.FileContent(data=piece)


def told(file: StoredFile) -> m.File:
    """Return a file as callers see it."""
    return m.File(
        id=file.id,
        bytes=file.size,
        created_at=file.created // 1000,
        expires_at=None if file.expires is None else file.expires // 1000,
        filename=file.filename,
        purpose=file.purpose,
        status="processed",
    )
