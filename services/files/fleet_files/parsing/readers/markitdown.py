"""Offices' documents and more, by markitdown, as Markdown: https://github.com/microsoft/markitdown."""

from collections.abc import Iterator
from pathlib import Path

from markitdown import FileConversionException, MarkItDown, StreamInfo, UnsupportedFormatException

from fleet_chunking.block import Block
from fleet_files import media_types as t
from fleet_files.parsing.archives import check_archive
from fleet_files.parsing.readers import markdown
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Job
from fleet_files.properties import DocumentProperties

_ENDINGS = {
    t.DOCX: ".docx",
    t.XLSX: ".xlsx",
    t.PPTX: ".pptx",
    t.EPUB: ".epub",
    t.HTML: ".html",
    t.CSV: ".csv",
}
_PACKED = frozenset({t.DOCX, t.XLSX, t.PPTX, t.EPUB})
_BROKEN = "The file is broken: it cannot be read as what it is. Save it again where it was made."


def read(job: Job) -> Iterator[Block | DocumentProperties]:
    """Yield the blocks of a document, and its title."""
    path = Path(job.path)
    if job.media_type in _PACKED:
        check_archive(path, job.bounds.expanded)
    try:
        # Local bytes only: by name the library would also fetch addresses.
        with path.open("rb") as file:
            result = MarkItDown(enable_plugins=False).convert_stream(
                file,
                stream_info=StreamInfo(mimetype=job.media_type, extension=_ENDINGS[job.media_type]),
            )
    except (FileConversionException, UnsupportedFormatException) as error:
        if "MissingDependencyException" in str(error):
            raise ReadError(
                "unsupported_file",
                "What this type of file needs is not installed: pip install llama-fleet[markitdown]",
            ) from None
        raise ReadError("broken_file", _BROKEN) from None
    if result.title:
        yield DocumentProperties(values={"title": result.title})
    yield from markdown.blocks(result.markdown.splitlines())
