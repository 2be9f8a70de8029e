"""What is put in: files of plain text, Markdown and PDF by turns, of about ten chunks each."""

import textwrap
from itertools import islice
from typing import NamedTuple

from fleet_bench.rag.prose import WORDS, sentences
from fleet_testing.documents import pdf

_SENTENCES = 75
_PARAGRAPH = 5
_LINES = 45


class Document(NamedTuple):
    """A file to upload."""

    filename: str
    content_type: str
    data: bytes
    ending: str
    """Its last words, which no other file has."""


def documents(count: int) -> list[Document]:
    """Return so many files, the same each time."""
    kinds = (_text, _markdown, _pdf)
    return [kinds[n % len(kinds)](n) for n in range(count)]


def _text(number: int) -> Document:
    text = "\n\n".join(_paragraphs(number))
    return Document(f"{number}.txt", "text/plain", text.encode(), _ending(number))


def _markdown(number: int) -> Document:
    parts = [
        f"## {WORDS[(number + place) % len(WORDS)].capitalize()} {place}\n\n{paragraph}"
        for place, paragraph in enumerate(_paragraphs(number))
    ]
    text = "\n\n".join([f"# Document {number}", *parts])
    return Document(f"{number}.md", "text/markdown", text.encode(), _ending(number))


def _pdf(number: int) -> Document:
    lines = [
        line for paragraph in _paragraphs(number) for line in (*textwrap.wrap(paragraph, 88), "")
    ]
    pages = ["\n".join(lines[at : at + _LINES]) for at in range(0, len(lines), _LINES)]
    return Document(f"{number}.pdf", "application/pdf", pdf(pages), _ending(number))


def _paragraphs(number: int) -> list[str]:
    """Return the paragraphs of a document, the last of which is its ending."""
    said = list(islice(sentences(f"document {number}"), _SENTENCES))
    paragraphs = [" ".join(said[at : at + _PARAGRAPH]) for at in range(0, len(said), _PARAGRAPH)]
    return [*paragraphs, _ending(number)]


def _ending(number: int) -> str:
    return f"Here ends document {number}."
