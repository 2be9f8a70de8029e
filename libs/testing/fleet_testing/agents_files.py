"""The files service as the agents service calls it: files by their ids, which it counts the reading of.

Texts are read as they are, paragraph by paragraph; whatever else is refused, as a file that no processor reads.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import msgspec

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import (
    FILE_PROCESSOR_SERVICE,
    FILE_SERVICE,
    GET_FILE,
    GET_FILE_CONTENT,
    PARSE_FILE,
    PROCESS_FILE,
)
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.upload import Upload

_PIECE = 1000


@dataclass
class Files:
    """Files, each with its name and what is in it.

    Attributes:
        kept: The name and the bytes of each, by its id.
        read: The ids and names of those that were read or fetched, oldest first.
    """

    kept: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def services(self) -> list[BoundService]:
        """Return them as a server takes them."""
        return [
            BoundService(
                FILE_SERVICE,
                (
                    Binding(GET_FILE, self.get_file),
                    Binding(GET_FILE_CONTENT, self.get_file_content),
                ),
            ),
            BoundService(
                FILE_PROCESSOR_SERVICE,
                (Binding(PARSE_FILE, self.parse_file), Binding(PROCESS_FILE, self.process_file)),
            ),
        ]

    async def get_file(self, request: f.GetFileRequest, call: Call) -> f.File:
        """Tell of a file."""
        del call
        name, data = self._file(request.file_id)
        return f.File(
            id=request.file_id,
            bytes=len(data),
            created_at=0,
            filename=name,
            purpose="user_data",
            status="processed",
        )

    async def get_file_content(
        self, request: f.GetFileContentRequest, call: Call
    ) -> AsyncGenerator[f.FileContent, None]:
        """Yield what is in a file."""
        del call
        name, data = self._file(request.file_id)
        self.read.append(request.file_id)

        async def pieces() -> AsyncGenerator[f.FileContent, None]:
            for start in range(0, len(data), _PIECE):
                piece = f.FileContent(data=data[start : start + _PIECE])
                if not start:
                    piece.content_type, piece.filename = "application/octet-stream", name
                yield piece

        return pieces()

    async def parse_file(
        self, request: f.ParseFileRequest, call: Call
    ) -> AsyncGenerator[f.ParsedBlock, None]:
        """Yield the paragraphs of a file."""
        del call
        _, data = self._file(request.file_id)
        self.read.append(request.file_id)

        async def blocks() -> AsyncGenerator[f.ParsedBlock, None]:
            for paragraph in _text(data).split("\n\n"):
                yield f.ParsedBlock(kind="text", text=paragraph, headings=[])

        return blocks()

    async def process_file(
        self, upload: Upload[f.ProcessFileRequest], call: Call
    ) -> f.ProcessedFile:
        """Return the text of a file that is sent along."""
        del call
        data = b"".join([piece async for piece in upload.content()])
        form = await upload.form()
        self.read.append(form.filename)
        nothing = msgspec.Raw(b"{}")
        chunk = f.Chunk(
            content=_text(data),
            chunk_id="1",
            metadata=nothing,
            chunk_metadata=f.ChunkMetadata(),
        )
        return f.ProcessedFile(chunks=[chunk], metadata=nothing)

    def _file(self, file_id: str) -> tuple[str, bytes]:
        if file_id not in self.kept:
            raise NotFound(f"There is no file '{file_id}'.", code="file_not_found", param="file_id")
        return self.kept[file_id]


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidArgument("No processor reads this.", code="unsupported_file") from None
