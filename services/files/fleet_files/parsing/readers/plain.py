"""Texts of all kinds that need no library."""

from collections.abc import Iterator

from fleet_chunking.block import Block
from fleet_files import media_types as t
from fleet_files.parsing.readers import code, csv_table, html, json_text, markdown, text
from fleet_files.parsing.wire import Job
from fleet_files.properties import DocumentProperties

_READERS = {
    t.PLAIN: text.read,
    t.MARKDOWN: markdown.read,
    t.HTML: html.read,
    t.CSV: csv_table.read,
    t.TSV: csv_table.read,
    t.JSON: json_text.read,
    t.JSON_LINES: json_text.read_lines_of,
    t.CODE: code.read,
}


def read(job: Job) -> Iterator[Block | DocumentProperties]:
    """Read a text."""
    return _READERS[job.media_type](job)
