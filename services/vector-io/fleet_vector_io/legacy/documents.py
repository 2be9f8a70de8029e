"""Reading the documents that the RAG tool is given: texts, or files by their addresses.

As with Llama Stack, a text that is nothing but an address is meant as one.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import AsyncGenerator
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes

import msgspec

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import FileProcessorServiceClient
from fleet.vector_io.v1 import messages as m
from fleet_chunking.block import Block
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_upstream.fetcher import Fetched, Fetcher
from fleet_vector_io.cutting import Cutter
from fleet_vector_io.models import Models

_DEFAULT_SIZE = 512
_PARAGRAPHS = "\n\n"
_ADDRESS = re.compile(r"(https?://|data:)\S+", re.IGNORECASE)
_HTTP = ("http", "https")


class Documents:
    """Cuts documents into the texts of chunks.

    Args:
        cutter: Cuts texts.
        models: Says what an embedding model is like.
        processor: Reads files.
        fetcher: Fetches them; nobody does if unset.
    """

    def __init__(
        self,
        cutter: Cutter,
        models: Models,
        processor: FileProcessorServiceClient,
        fetcher: Fetcher | None,
    ) -> None:
        self._cutter = cutter
        self._models = models
        self._processor = processor
        self._fetcher = fetcher

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
        texts: list[str] = []
        for item in content if isinstance(content, list) else [content]:
            address = _address(item, f"{param}.content")
            if address is not None:
                texts += await self._file(document, *address, size, call)
            else:
                text = item if isinstance(item, str) else item.text or ""
                texts += await self._cut(text, size, model, call)
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
        self, document: m.RagDocument, uri: str, param: str, size: int, call: Call
    ) -> list[str]:
        """Have what is at an address read by the files service."""
        scheme = uri.partition(":")[0].lower()
        if scheme == "data":
            kind, data = data_of(uri, param)
            return await self._read(document, Fetched("", kind, _pieces(data)), size, call)
        if scheme not in _HTTP or self._fetcher is None:
            raise InvalidArgument(
                "Documents are given as text or at 'data:' addresses"
                + (", 'http:' or 'https:' ones" if self._fetcher else "")
                + "; upload what is elsewhere at '/v1/files', and attach it to the vector store.",
                code="unsupported_uri",
                param=param,
            )
        async with self._fetcher.opened(uri, call, param) as fetched:
            return await self._read(document, fetched, size, call)

    async def _read(
        self, document: m.RagDocument, file: Fetched, size: int, call: Call
    ) -> list[str]:
        # What its server calls a file says more than what its owner does, if it has an ending.
        has_ending = PurePosixPath(file.filename).suffix
        request = f.ProcessFileRequest(
            filename=file.filename if has_ending else document.document_id,
            content_type=document.mime_type or file.content_type,
            file=b"",
            chunking_strategy=f.ChunkingStrategy(
                type="static",
                static=f.StaticChunking(max_chunk_size_tokens=size, chunk_overlap_tokens=size // 4),
            ),
        )
        processed = await self._processor.process_file(request, call, file.content)
        return [chunk.content for chunk in processed.chunks]


def _address(item: str | m.RagContentItem, param: str) -> tuple[str, str] | None:
    """Return the address that is meant by what stands at `param`, if one is, and where it stands."""
    if isinstance(item, str):
        return (item, param) if _ADDRESS.fullmatch(item) else None
    return None if item.uri is None else (item.uri, f"{param}.uri")


def data_of(uri: str, param: str) -> tuple[str, bytes]:
    """Return the type and the bytes of a `data:` address.

    Raises:
        InvalidArgument: It is broken.
    """
    rest = uri.partition(":")[2]
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
