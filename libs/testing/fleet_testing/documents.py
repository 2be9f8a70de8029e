"""Documents, made from nothing: PDFs (ISO 32000) and offices' files (ECMA-376), and what harms who reads them."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from pypdf import PdfReader, PdfWriter

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINE = 14  # points


def pdf(
    pages: Sequence[str],
    outline: Sequence[tuple[str, int]] = (),
    info: Mapping[str, str] | None = None,
) -> bytes:
    """Return a PDF whose pages have these texts, and whose outline has these titles, each with its page, from 1."""
    objects: list[bytes] = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for text in pages:
        content = zlib.compress(_content(text))
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
            % (len(content), content)
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _described(_file(objects), outline, info)


def _content(text: str) -> bytes:
    """Return what draws the lines of `text` below each other."""
    lines = (
        line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        for line in text.split("\n")
    )
    drawn = "".join(f"({line}) Tj T*\n" for line in lines)
    return f"BT /F1 11 Tf {_LINE} TL 60 740 Td\n{drawn}ET".encode("latin-1")


def _file(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of these objects, the first its catalog."""
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    begin = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        begin,
    )
    return bytes(data)


def _described(
    data: bytes, outline: Sequence[tuple[str, int]], info: Mapping[str, str] | None
) -> bytes:
    """Return a PDF with an outline, of one level, and with properties."""
    if not outline and not info:
        return data
    writer = PdfWriter(clone_from=io.BytesIO(data))
    for title, page in outline:
        writer.add_outline_item(title=title, page_number=page - 1)
    writer.add_metadata(dict(info or {}))
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def encrypted_pdf(pages: Sequence[str], password: str) -> bytes:
    """Return a PDF that opens with `password` alone; with none if it is empty."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(pages))))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    return _written(writer)


def docx(paragraphs: Iterable[tuple[str, str]], padding: int = 0) -> bytes:
    """Return a Word document of paragraphs, each with its style: `Heading1`, or an empty one.

    Args:
        paragraphs: The styles and the texts.
        padding: How many bytes of white space stand at the end of its text, which pack to nearly nothing.
    """
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}"><w:body>'
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>'
        for n in (1, 2)
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _types())
        archive.writestr("_rels/.rels", _relations("officeDocument", "word/document.xml"))
        archive.writestr("word/_rels/document.xml.rels", _relations("styles", "styles.xml"))
        archive.writestr("word/styles.xml", f'<w:styles xmlns:w="{W}">{styles}</w:styles>')
        with archive.open("word/document.xml", "w") as part:
            part.write((head + body).encode())
            for _ in range(padding // 65536):
                part.write(b" " * 65536)
            part.write(b"</w:body></w:document>")
    return file.getvalue()


def _types() -> str:
    kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kinds}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{kinds}.styles+xml"/></Types>'
    )


def _relations(kind: str, target: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def encrypted_office_file() -> bytes:
    """Return the beginning of an encrypted document: an OLE file whose directory names the package."""
    names = "".join(
        f"{name:\0<32}" for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names.encode("utf-16-le").ljust(
        2048, b"\0"
    )
