"""Reading the documents that the RAG tool is given: texts, or files in `data:` addresses (RFC 2397)."""

import binascii
from base64 import b64decode
from collections.abc import AsyncGenerator
from urllib.parse import unquote_to_bytes

import msgspec

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import FileProcessorServiceClient
from fleet.vector_io.v1 import messages as m
from fleet_chunking.block import Block
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.cutting import Cutter
from fleet_vector_io.models import Models

_DEFAULT_SIZE = 512
_PARAGRAPHS = "\n\n"


class Documents:
    """Cuts documents into the texts of chunks.

    Args:
        cutter: Cuts texts.
        models: Says what an embedding model is like.
        processor: Reads files.
    """

    def __init__(
        self, cutter: Cutter, models: Models, processor: FileProcessorServiceClient
    ) -> None:
        self._cutter = cutter
        self._models = models
        self._processor = processor

    async def texts(
        self, document: m.RagDocument, size: int | None, model: str, call: Call, param: str
    ) -> list[str]:
        """Return the texts of a document's chunks.

        Args:
            document: The document.
            size: The most tokens of a chunk; a quarter of them overlap.
            model: The embedding model, whose tokens count.
            call: On whose behalf.
            param: Where the document stands in the request.
        """
        size = size or _DEFAULT_SIZE
        content = document.content
        items = content if isinstance(content, list) else [content]
        texts: list[str] = []
        for item in items:
            if isinstance(item, str):
                texts += await self._cut(item, size, model, call)
            elif item.uri is not None:
                texts += await self._file(document, item.uri, size, call, param)
            else:
                texts += await self._cut(item.text or "", size, model, call)
        return texts

    async def _cut(self, text: str, size: int, model: str, call: Call) -> list[str]:
        known = await self._models.embedding_model(model, call)
        blocks = [Block("text", part) for part in text.split(_PARAGRAPHS) if part.strip()]
        static = m.VectorStoreStaticChunking(
            max_chunk_size_tokens=size, chunk_overlap_tokens=size // 4
        )
        strategy = m.VectorStoreChunkingStrategy(type="static", static=static)
        return [text for _, text in await self._cutter.cut(blocks, strategy, known, call)]

    async def _file(
        self, document: m.RagDocument, uri: str, size: int, call: Call, param: str
    ) -> list[str]:
        """Have a file read by the files service."""
        kind, data = data_of(uri, f"{param}.content.uri")
        strategy = f.ChunkingStrategy(
            type="static",
            static=f.StaticChunking(max_chunk_size_tokens=size, chunk_overlap_tokens=size // 4),
        )
        request = f.ProcessFileRequest(
            filename=document.document_id,
            content_type=document.mime_type or kind,
            file=b"",
            chunking_strategy=strategy,
        )
        processed = await self._processor.process_file(request, call, _pieces(data))
        return [chunk.content for chunk in processed.chunks]


def data_of(uri: str, param: str) -> tuple[str, bytes]:
    """Return the type and the bytes of a `data:` address.

    Raises:
        InvalidArgument: It is another address, which nobody here fetches: it could be of anything in reach.
    """
    scheme, _, rest = uri.partition(":")
    if scheme.lower() != "data":
        raise InvalidArgument(
            "Documents are given as text or as 'data:' addresses; upload what is elsewhere at '/v1/files', and attach"
            " it to the vector store.",
            code="unsupported_uri",
            param=param,
        )
    head, comma, body = rest.partition(",")
    kind, _, coding = head.partition(";")
    try:
        data = unquote_to_bytes(body)
        if coding.split(";")[-1] == "base64":
            data = b64decode(data, validate=True)
    except binascii.Error:
        comma = ""
    if not comma:
        raise InvalidArgument("The 'data:' address is broken.", code="invalid_value", param=param)
    return kind or "text/plain", data


async def _pieces(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data


def metadata_of(document: m.RagDocument) -> dict[str, object]:
    """Return the metadata that a document's chunks carry."""
    raw = bytes(document.metadata)
    own = msgspec.json.decode(raw, type=dict[str, object] | None) if raw else None
    return {**(own or {}), "document_id": document.document_id}
