"""What kind of file something is, by its bytes first, then by its name, then by what its owner says.

Signatures: https://www.iana.org/assignments/media-types and https://en.wikipedia.org/wiki/List_of_file_signatures
"""

import codecs
from pathlib import Path, PurePath

PDF = "application/pdf"
HTML = "text/html"
MARKDOWN = "text/markdown"
PLAIN = "text/plain"
CSV = "text/csv"
TSV = "text/tab-separated-values"
JSON = "application/json"
JSON_LINES = "application/x-ndjson"
CODE = "text/x-code"
"""A program's text, of whatever language."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
EPUB = "application/epub+zip"
RTF = "application/rtf"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
"""Offices' files of before 2007."""
ENCRYPTED = "application/x-encrypted-office"
"""Offices' files of today that want a password. They are in the older container."""
UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"

OFFICE = frozenset({DOCX, XLSX, PPTX})
TEXTS = frozenset({PLAIN, MARKDOWN, HTML, CSV, TSV, JSON, JSON_LINES, CODE})
IMAGES = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/tiff", "image/bmp", "image/webp"}
)

# In bytes, from either end of a file. The names of what an archive holds are at its end.
_LOOK = 64 * 1024
_LOOK_FOR_DIRECTORY = 1024 * 1024
# As the directory of an OLE file spells it: [MS-OFFCRYPTO], section 2.3.4.
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PDF_WITHIN = 1024
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x7fELF", "application/x-executable"),
)
_IN_ARCHIVES = (
    (b"word/document.xml", DOCX),
    (b"xl/workbook.", XLSX),
    (b"ppt/presentation.xml", PPTX),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", ODT),
    (b"mimetypeapplication/epub+zip", EPUB),
)
_PROGRAMS = (
    ".bat .c .cc .cfg .conf .cpp .cs .css .dart .ex .exs .go .gradle .graphql .h .hpp .hs .ini .java .js .jsx .kt .lua"
    " .m .mk .php .pl .proto .ps1 .py .pyi .r .rb .rs .scala .sh .sql .swift .tf .toml .ts .tsx .vue .xml .yaml .yml"
    " .zig"
)
_BY_ENDING = {
    **dict.fromkeys((".md", ".markdown", ".mdx"), MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), HTML),
    ".csv": CSV,
    ".tsv": TSV,
    **dict.fromkeys((".json", ".geojson", ".ipynb"), JSON),
    **dict.fromkeys((".jsonl", ".ndjson"), JSON_LINES),
    **dict.fromkeys(_PROGRAMS.split(), CODE),
}
_SAID = {
    "text/x-markdown": MARKDOWN,
    "application/xhtml+xml": HTML,
    "application/csv": CSV,
    "application/jsonl": JSON_LINES,
    "application/x-jsonlines": JSON_LINES,
    **{kind: kind for kind in TEXTS},
}
_MARKUP = (b"<!doctype html", b"<html")
# Of the first characters, the part that may be controls in what is a text all the same.
_MOST_CONTROLS = 0.05
_FIRST_PRINTABLE = 0x20
_CONTROLS = bytes(set(range(_FIRST_PRINTABLE)) - set(b"\t\n\r\f\b\x1b"))


def sniff(path: Path, filename: str, content_type: str = "") -> str:
    """Return the media type of the file at `path`. Reads 128 KiB of it, or where it has to 2 MiB."""
    head, tail = _ends(path, _LOOK)
    kind = _binary(head, tail) or _text(head, filename, content_type)
    if kind == OLE and any(_ENCRYPTED_PACKAGE in end for end in _ends(path, _LOOK_FOR_DIRECTORY)):
        return ENCRYPTED
    return kind


def _ends(path: Path, size: int) -> tuple[bytes, bytes]:
    """Return the first and the last `size` bytes of a file, which may be the same ones."""
    with path.open("rb") as file:
        head = file.read(size)
        file.seek(max(0, path.stat().st_size - size))
        return head, file.read(size)


def _binary(head: bytes, tail: bytes) -> str | None:
    """Return what the bytes say that a file is, if they say so and it is no text."""
    if not head.strip():
        return EMPTY
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return next((kind for mark, kind in _IN_ARCHIVES if mark in head or mark in tail), ZIP)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)
    if found == "image/bmp" and _is_text(head):
        return None  # a text may well begin with "BM"
    return found


def _text(head: bytes, filename: str, content_type: str) -> str:
    """Return what kind of text a file is; `UNKNOWN` if it is none."""
    if not _is_text(head):
        return UNKNOWN
    ending = PurePath(filename).suffix.lower()
    named = _BY_ENDING.get(ending) or _SAID.get(content_type.partition(";")[0].strip().lower())
    if named:
        return named
    return HTML if head[:_PDF_WITHIN].lstrip().lower().startswith(_MARKUP) else PLAIN


def _is_text(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if b"\0" in head:
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls <= len(head) * _MOST_CONTROLS
