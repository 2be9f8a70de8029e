"""Forms with a file, `multipart/form-data`, taken apart as they arrive.

Format: https://www.rfc-editor.org/rfc/rfc7578
"""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from fleet_runtime.errors import InvalidArgument, TooLarge, UnsupportedMediaType

FORM = "multipart/form-data"
FILE = b"file"
# In bytes, and in parts: all but the file is held in memory.
FIELD_LIMIT = 64 * 1024
PART_LIMIT = 100
# What stands in a part as it is; mail has other encodings, and forms may not use them.
AS_IT_IS = (b"binary", b"8bit", b"7bit")


def boundary_of(content_type: str) -> bytes:
    """Return what separates the parts of a form, as its header says.

    Raises:
        UnsupportedMediaType: It is no form.
        InvalidArgument: There is no boundary, or one that cannot be.
    """
    kind, options = parse_options_header(content_type)
    if kind != FORM.encode():
        raise UnsupportedMediaType(
            f"The body must be a form with the file, with 'content-type: {FORM}'; it came as "
            f"'{kind.decode('latin-1')}'.",
            code="unsupported_media_type",
        )
    boundary = options.get(b"boundary", b"")
    # https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
    if not 1 <= len(boundary) <= 70:  # noqa: PLR2004
        raise _broken("its 'content-type' has no boundary of 1 to 70 characters")
    return boundary


class FormParser:
    """Takes one form apart: into the pieces of its file, and all other fields.

    Attributes:
        fields: The fields so far, name and text, in their order.
        file: What the form says of its file, as fields too; empty until the file has begun.
    """

    def __init__(self, boundary: bytes) -> None:
        self.fields: list[tuple[str, str]] = []
        self.file: dict[str, str] = {}
        self._parts = 0
        self._in_file = False
        self._ended = False
        self._after = 0
        self._headers: dict[bytes, bytes] = {}
        self._header, self._said = b"", b""
        self._name = ""
        self._text = bytearray()
        self._pieces: list[bytes] = []
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_header,
                "on_header_value": self._add_said,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_head,
                "on_part_data": self._add_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes of the form, and return the pieces of the file in them.

        Raises:
            InvalidArgument: It is no such form.
            TooLarge: It has too many parts, or a field is too long.
        """
        if self._ended:
            self._after += len(data)
            if self._after > FIELD_LIMIT:
                raise TooLarge("The form goes on after its end.", code="invalid_form")
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _broken(str(error)) from None
        pieces, self._pieces = self._pieces, []
        return pieces

    def finish(self) -> None:
        """Take the end of the form.

        Raises:
            InvalidArgument: The form is not whole.
        """
        if not self._ended:
            raise _broken("it ends before its last boundary")

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > PART_LIMIT:
            raise TooLarge(f"The form has more than {PART_LIMIT} parts.", code="invalid_form")
        self._headers.clear()
        self._in_file = False

    def _add_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_said(self, data: bytes, start: int, end: int) -> None:
        self._said += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._said.strip()
        self._header, self._said = b"", b""

    def _end_head(self) -> None:
        if self._headers.get(b"content-transfer-encoding", b"binary").lower() not in AS_IT_IS:
            raise _broken("a part of it has a 'content-transfer-encoding', which forms may not use")
        # `latin-1` maps each byte to itself.
        said = self._headers.get(b"content-disposition", b"").decode("latin-1")
        _, options = parse_options_header(said)
        if b"name" not in options:
            raise _broken("a part of it has no name")
        self._in_file = options[b"name"] == FILE
        if self._in_file:
            self._begin_file(options.get(b"filename", b""))
        else:
            self._name = _text(options[b"name"], "The name of a part of the form")

    def _begin_file(self, filename: bytes) -> None:
        if self.file:
            raise _broken("it has more than one part 'file'")
        kind = self._headers.get(b"content-type", b"")
        self.file = {
            "file": "",
            "filename": _text(filename, "The file's name"),
            "content_type": _text(kind, "The file's type"),
        }

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._pieces.append(data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > FIELD_LIMIT:
            raise TooLarge(
                f"The field '{self._name}' of the form is larger than {FIELD_LIMIT} bytes.",
                code="field_too_large",
                param=self._name,
            )

    def _end_part(self) -> None:
        if not self._in_file:
            value = _text(bytes(self._text), f"The field '{self._name}' of the form", self._name)
            self.fields.append((self._name, value))
            self._text.clear()

    def _end(self) -> None:
        self._ended = True


def _text(data: bytes, what: str, param: str | None = None) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidArgument(f"{what} is not UTF-8.", code="invalid_value", param=param) from None


def _broken(how: str) -> InvalidArgument:
    return InvalidArgument(f"The form is broken: {how}.", code="invalid_form")
