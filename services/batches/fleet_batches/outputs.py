"""Files with what came of the lines of a batch, written while they are read from where they are kept."""

from collections.abc import AsyncGenerator
from typing import Final

from sqlalchemy import select

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import FileServiceClient
from fleet_batches.tables import RESULTS, Batch, results_of
from fleet_runtime.call import Call
from fleet_runtime.store import Database

EACH = RESULTS.c
# The files service takes no `batch_output` from those who upload, of whom this is one. Llama Stack has `batch`, too.
_PURPOSE: Final = "batch"
_JSON_LINES = "application/jsonl"
# How many rows are read at once. Those of embeddings have some 50 KB.
_PIECE = 200


class Outputs:
    """Writes files.

    Args:
        database: Where what came of lines is kept.
        files: Where the files go.
    """

    def __init__(self, database: Database, files: FileServiceClient) -> None:
        self._database = database
        self._files = files

    async def write(self, batch: Batch, call: Call, *, failed: bool) -> str | None:
        """Write the output file of a batch, or its error file, and return its id; nothing if there is nothing to write.

        Raises:
            FleetError: It cannot be written.
        """
        if not await self._piece(batch.id, 0, failed=failed):
            return None
        request = f.UploadFileRequest(
            filename=f"{batch.id}_{'error' if failed else 'output'}.jsonl",
            content_type=_JSON_LINES,
            file=b"",
            purpose=_PURPOSE,
            expires_after=_expiry(batch),
        )
        file = await self._files.upload_file(request, call, self._content(batch.id, failed=failed))
        return file.id

    async def discard(self, file_id: str, call: Call) -> None:
        """Delete a file that belongs to nobody."""
        await self._files.delete_file(f.DeleteFileRequest(file_id=file_id), call)

    async def _content(self, batch_id: str, *, failed: bool) -> AsyncGenerator[bytes, None]:
        last = 0
        while piece := await self._piece(batch_id, last, failed=failed):
            last = piece[-1][0]
            yield "".join(f"{record}\n" for _, record in piece).encode()

    async def _piece(self, batch_id: str, after: int, *, failed: bool) -> list[tuple[int, str]]:
        query = (
            select(EACH.line, EACH.record)
            .where(*results_of(batch_id), EACH.failed.is_(failed), EACH.line > after)
            .order_by(EACH.line)
            .limit(_PIECE)
        )
        async with self._database.begin() as connection:
            return [(row.line, row.record) for row in await connection.execute(query)]


def _expiry(batch: Batch) -> f.FileExpiresAfter | None:
    if batch.output_seconds is None:
        return None
    return f.FileExpiresAfter(anchor="created_at", seconds=batch.output_seconds)
