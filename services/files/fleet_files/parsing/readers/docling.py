"""Documents, by docling, which knows layouts: https://docling-project.github.io/docling.

PDFs and images need models: `docling-tools models download`, and `DOCLING_ARTIFACTS_PATH` says where they are. Workers
have no network, so nothing is fetched while a file waits.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msgspec
from docling.datamodel.base_models import DocumentStream, InputFormat
from docling.datamodel.pipeline_options import PdfPipelineOptions
from docling.document_converter import DocumentConverter, ImageFormatOption, PdfFormatOption
from docling.exceptions import ConversionError

from fleet_chunking.block import Block
from fleet_files import media_types as t
from fleet_files.parsing.archives import check_archive, encrypted
from fleet_files.parsing.docling_document import blocks
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Job
from fleet_files.properties import DocumentProperties

_FORMATS = {
    t.DOCX: (InputFormat.DOCX, ".docx"),
    t.XLSX: (InputFormat.XLSX, ".xlsx"),
    t.PPTX: (InputFormat.PPTX, ".pptx"),
    t.PDF: (InputFormat.PDF, ".pdf"),
    t.HTML: (InputFormat.HTML, ".html"),
    t.MARKDOWN: (InputFormat.MD, ".md"),
    t.CSV: (InputFormat.CSV, ".csv"),
}
_MODELS = (
    "Docling's models for PDFs and images are not here: pip install llama-fleet[docling], run"
    " `docling-tools models download`, and set DOCLING_ARTIFACTS_PATH."
)
_BROKEN = "The file is broken: it cannot be read as what it is. Save it again where it was made."
_NEED_MODELS = frozenset({InputFormat.PDF, InputFormat.IMAGE})


class _Options(msgspec.Struct):
    do_ocr: bool = True


def read(job: Job) -> Iterator[Block | DocumentProperties]:
    """Yield the blocks of a document."""
    path = Path(job.path)
    if job.media_type in t.OFFICE:
        check_archive(path, job.bounds.expanded)
    kind, ending = _FORMATS.get(job.media_type, (InputFormat.IMAGE, f".{job.media_type[6:]}"))
    options = PdfPipelineOptions(do_ocr=msgspec.convert(job.options, _Options).do_ocr)
    # Docling tells formats by names; ours, by bytes, is right.
    source = DocumentStream(name=f"document{ending}", stream=BytesIO(path.read_bytes()))
    try:
        result = _converter(kind, options).convert(source, max_num_pages=job.bounds.pages)
    except ConversionError as error:
        raise _refusal(kind, str(error)) from None
    except (ImportError, OSError):
        raise _refusal(kind, "") from None
    yield from blocks(result.document.export_to_dict())


def _converter(kind: InputFormat, options: PdfPipelineOptions) -> DocumentConverter:
    """Return what reads one kind of documents; it loads its models when it has to."""
    return DocumentConverter(
        allowed_formats=[kind],
        format_options={
            InputFormat.PDF: PdfFormatOption(pipeline_options=options),
            InputFormat.IMAGE: ImageFormatOption(pipeline_options=options),
        },
    )


def _refusal(kind: InputFormat, said: str) -> ReadError:
    """Return what it means that docling refuses a document."""
    said = said.lower()
    if "password" in said or "encrypted" in said:
        return encrypted()
    if "page" in said and "limit" in said:
        return ReadError(
            "file_too_large", "The file has too many pages. Split it, or raise `limits.pages`."
        )
    if kind in _NEED_MODELS and "not valid" not in said:
        return ReadError("unsupported_file", _MODELS)
    return ReadError("broken_file", _BROKEN)
