"""A service behind the gateway that takes and gives files, as a process: it keeps nothing, and counts.

POST   /v1/files                    a form: answers with the file's size, and as its id with the SHA-256
GET    /v1/files/{size}             as `bytes`, how many uploads have `begun`, `ended` or `broken` off, by `filename`
GET    /v1/files/{size}/content     that many bytes; `{size}-broken` fails half-way, `nothing` before the first byte
POST   /v1/vector-io/insert         nothing
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import bind_file_processor_service, bind_file_service
from fleet.vector_io.v1.operations import (
    bind_legacy_vector_service,
    bind_vector_io_service,
    bind_vector_store_service,
)
from fleet_runtime.call import Call
from fleet_runtime.errors import NotFound, TooLarge, Unimplemented
from fleet_runtime.serve import run, serve
from fleet_runtime.upload import Upload

PIECE = 256 << 10
# In seconds, between two pieces of a file whose sender says that it is slow.
PAUSE = 0.05


class Files:
    """Files that are looked at and forgotten."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    async def upload_file(self, upload: Upload[f.UploadFileRequest], call: Call) -> f.File:
        """Read a file: one that asks for it by the header `x-slow` slowly, by `x-limit` no further than that."""
        self._counts["begun"] += 1
        try:
            file = await self._read(upload, call)
        except BaseException:
            self._counts["broken"] += 1
            raise
        self._counts["ended"] += 1
        return file

    async def _read(self, upload: Upload[f.UploadFileRequest], call: Call) -> f.File:
        digest, size = hashlib.sha256(), 0
        limit = int(call.header("x-limit") or 1 << 40)
        async for piece in upload.content():
            digest.update(piece)
            size += len(piece)
            self._counts["bytes"] += len(piece)
            if size > limit:
                raise TooLarge("The file is too large.", code="file_too_large")
            if call.header("x-slow"):
                await asyncio.sleep(PAUSE)
        form = await upload.form()
        return f.File(
            id=digest.hexdigest(),
            bytes=size,
            created_at=0,
            filename=form.filename,
            purpose=form.purpose,
            status=form.content_type,
            expires_at=form.expires_after.seconds if form.expires_after else None,
        )

    async def get_file(self, request: f.GetFileRequest, call: Call) -> f.File:
        """Return how often something has happened."""
        del call
        count = self._counts[request.file_id]
        return f.File(id="", bytes=count, created_at=0, filename="", purpose="", status="")

    async def get_file_content(
        self, request: f.GetFileContentRequest, call: Call
    ) -> AsyncGenerator[f.FileContent, None]:
        """Return as many bytes as the id says."""
        del call
        if request.file_id == "nothing":
            raise NotFound("There is no such file.", code="file_not_found")
        size, _, broken = request.file_id.partition("-")
        return self._pieces(int(size), broken=bool(broken))

    async def _pieces(self, size: int, *, broken: bool) -> AsyncGenerator[f.FileContent, None]:
        yield f.FileContent(data=b"", content_type="text/csv", filename="naïve plan.csv")
        for start in range(0, size, PIECE):
            if broken and start >= size // 2:
                raise RuntimeError("the disk is gone")
            self._counts["sent"] += 1
            yield f.FileContent(data=b"x" * min(PIECE, size - start))

    async def _unused(self, request: Any, call: Call) -> Any:
        del request, call
        raise Unimplemented("This is a test's.")

    list_files = delete_file = _unused


class Idle:
    """Does nothing, whatever it is asked, and says so."""

    def __getattr__(self, name: str) -> Any:
        """Return any method of any service."""
        return self._do

    async def _do(self, request: Any, call: Call) -> None:
        pass


async def main() -> None:
    """Serve until told to stop."""
    # Whether an API is well, the gateway asks of one of its services: all are there.
    idle: Any = Idle()
    bound = (bind_file_processor_service, bind_vector_io_service, bind_legacy_vector_service)
    await serve(
        [
            bind_file_service(Files()),
            *(bind(idle) for bind in bound),
            bind_vector_store_service(idle),
        ]
    )


if __name__ == "__main__":
    run(main())
