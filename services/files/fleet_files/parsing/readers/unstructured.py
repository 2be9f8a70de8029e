"""Documents of many kinds, by unstructured: https://docs.unstructured.io/open-source.

It needs spaCy's model `en_core_web_sm`; for OCR and layouts also Tesseract and models. Workers have no network, so
nothing is fetched while a file waits.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from unstructured.errors import UnprocessableEntityError
from unstructured.partition.auto import partition

from fleet_chunking.block import Block
from fleet_files import media_types as t
from fleet_files.parsing.archives import check_archive
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.unstructured_elements import blocks
from fleet_files.parsing.wire import Job

_PACKED = t.OFFICE | {t.ODT, t.EPUB}
_BROKEN = "The file is broken: it cannot be read as what it is. Save it again where it was made."


class _Options(msgspec.Struct):
    strategy: str = "auto"
    include_page_breaks: bool = True
    skip_infer_table_types: list[str] = msgspec.field(default_factory=lambda: ["pdf"])
    extract_images_in_pdf: bool = False
    languages: list[str] = msgspec.field(default_factory=lambda: ["eng"])


def read(job: Job) -> Iterator[Block]:
    """Yield the blocks of a document."""
    path, options = Path(job.path), msgspec.convert(job.options, _Options)
    if job.media_type in _PACKED:
        check_archive(path, job.bounds.expanded)
    try:
        with path.open("rb") as file:
            elements = partition(
                file=file, content_type=job.media_type, **msgspec.structs.asdict(options)
            )
    except UnprocessableEntityError:
        raise ReadError("broken_file", _BROKEN) from None
    except (ImportError, RuntimeError, LookupError) as error:
        # It says so when it lacks a model, a program or a package; its words name no content.
        raise ReadError(
            "unsupported_file", f"Unstructured lacks what this file needs: {str(error)[:300]}"
        ) from None
    yield from blocks(element.to_dict() for element in elements)
