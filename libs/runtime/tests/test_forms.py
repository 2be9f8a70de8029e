"""Forms: taken apart as they arrive, and made into requests."""

from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet_runtime.errors import InvalidArgument, TooLarge, UnsupportedMediaType
from fleet_runtime.form import FormReader, nested
from fleet_runtime.multipart import FIELD_LIMIT, PART_LIMIT, FormParser, boundary_of

FORM = "multipart/form-data; boundary=b"
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
END = b"\r\n--b--\r\n"


class Inner(msgspec.Struct):
    """A part of a request."""

    seconds: Annotated[int, msgspec.Meta(ge=10)]
    anchor: str | None = None


class Request(msgspec.Struct, kw_only=True):
    """A request with a file."""

    filename: str
    content_type: str
    file: bytes
    purpose: Literal["a", "b"]
    count: int | None = None
    inner: Inner | None = None
    names: list[str] | None = None
    options: msgspec.Raw = msgspec.Raw()


read = FormReader(Request)


def field(name, value):
    return b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name, value)


def parsed(*chunks):
    """Return the parser that has taken `chunks`, and the file that was in them."""
    parser = FormParser(boundary_of(FORM))
    file = b"".join(piece for chunk in chunks for piece in parser.feed(chunk))
    parser.finish()
    return parser, file


@pytest.mark.parametrize(
    "kind", ["", "application/json", "multipart/mixed; boundary=b", "text/plain"]
)
def test_other_types_are_415(kind):
    """Told by the header: the body is not looked at."""
    with pytest.raises(UnsupportedMediaType, match="multipart/form-data"):
        boundary_of(kind)


@pytest.mark.parametrize("rest", ["", "; charset=utf-8", "; boundary=", "; boundary=" + "x" * 71])
def test_a_form_needs_a_boundary(rest):
    """Without one, no part can be found."""
    with pytest.raises(InvalidArgument, match="no boundary"):
        boundary_of("multipart/form-data" + rest)


def test_boundary_may_be_quoted():
    """As some clients write it, next to other parameters."""
    assert b"a b" == boundary_of('Multipart/Form-Data; charset=utf-8; boundary="a b"')


@given(st.binary(max_size=200), st.integers(1, 50))
def test_bytes_are_the_files_however_they_arrive(data, size):
    """Line ends, dashes and what begins as a boundary are data."""
    body = field(b"purpose", b"a") + FILE + data.replace(b"\r\n--b", b"") + b"\r\n--" + END
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    parser, file = parsed(*chunks)

    assert data.replace(b"\r\n--b", b"") + b"\r\n--" == file
    assert [("purpose", "a")] == parser.fields
    assert "a.txt" == parser.file["filename"]


def test_fields_may_come_after_the_file():
    """A form has no order."""
    parser, file = parsed(FILE + b"data\r\n" + field(b"purpose", b"b") + b"--b--\r\n")

    assert b"data" == file
    assert [("purpose", "b")] == parser.fields


def test_a_form_may_have_no_file():
    """Whether it needs one is for the request to say."""
    parser, file = parsed(field(b"file_id", b"f") + b"--b--\r\n")

    assert (b"", {}) == (file, parser.file)


def test_an_empty_file_is_a_file():
    """And not the lack of one."""
    parser, file = parsed(FILE + END)

    assert b"" == file
    assert {"file": "", "filename": "a.txt", "content_type": ""} == parser.file


def test_names_of_files_are_utf8():
    """As browsers and SDKs send them."""
    head = 'Content-Disposition: form-data; name="file"; filename="naïve \\"x\\".pdf"\r\n'
    body = b"--b\r\n" + head.encode() + b"content-type: application/pdf\r\n\r\nx" + END
    parser, _ = parsed(body)

    assert 'naïve "x".pdf' == parser.file["filename"]
    assert "application/pdf" == parser.file["content_type"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"--other\r\n\r\n",
        FILE,
        FILE + b"data",
        FILE + b"data\r\n--b",
        FILE + b"data\r\n--b\r\n",
        FILE + b"data" + FILE.replace(b"--b", b"\r\n--b") + END,
        b"--b\r\n\r\nx" + END,
        b'--b\r\nContent-Disposition: form-data; filename="x"\r\n\r\nx' + END,
        b"--b\r\nbad header\r\n\r\nx" + END,
        FILE.replace(b"\r\n\r\n", b"\r\ncontent-transfer-encoding: base64\r\n\r\n") + b"eA==" + END,
        FILE.replace(b"a.txt", b"\xff") + b"x" + END,
        field(b"purpose", b"\xff") + b"--b--\r\n",
        b"--b\r\n" + b"x-header: 1\r\n" * 1000 + b"\r\n" + END,
        b"--b\r\nx-header: " + b"x" * 100_000 + b"\r\n\r\n" + END,
    ],
)
def test_broken_forms_are_refused(body):
    """One that is cut off most of all: half a file is no file."""
    with pytest.raises(InvalidArgument):
        parsed(body)


@pytest.mark.parametrize(
    "body",
    [
        field(b"purpose", b"x" * (FIELD_LIMIT + 1)),
        b"".join(field(b"x%d" % number, b"") for number in range(PART_LIMIT + 1)),
    ],
)
def test_all_but_the_file_is_bounded(body):
    """It is held in memory."""
    with pytest.raises(TooLarge):
        parsed(body)


def test_what_follows_a_form_is_bounded():
    """Nobody reads it, but somebody would wait for its end."""
    with pytest.raises(TooLarge, match="after its end"):
        parsed(FILE + END, b"x" * (FIELD_LIMIT + 1))


def asked(*fields, **of_the_part):
    return read([("purpose", "a"), *fields], {"file": "", **of_the_part})


def test_what_the_part_says_are_fields():
    """The request has the file's name and type, and its bytes elsewhere."""
    request = asked(filename="a.txt", content_type="text/plain")

    assert ("a.txt", "text/plain", b"") == (request.filename, request.content_type, request.file)


def test_what_the_part_does_not_say_is_empty():
    """A file without a name is still a file."""
    assert ("", "") == (asked().filename, asked(content_type="").content_type)


@pytest.mark.parametrize(
    "fields",
    [
        [("inner[seconds]", "3600"), ("inner[anchor]", "x")],
        [("inner", '{"seconds": 3600, "anchor": "x"}')],
    ],
)
def test_objects_come_in_brackets_or_as_json(fields):
    """The first is what SDKs send, the second what people write by hand."""
    assert Inner(3600, "x") == asked(*fields).inner


def test_numbers_and_lists_are_read_from_text():
    """A form knows nothing but text."""
    request = asked(("count", "3"), ("names[]", "x"), ("names[]", "y"))

    assert (3, ["x", "y"]) == (request.count, request.names)
    assert ["x"] == asked(("names", '["x"]')).names


def test_json_keeps_its_bytes():
    """Key order and big numbers survive."""
    text = '{"z": 12345678901234567890123, "a": 1.10}'

    assert text == bytes(asked(("options", text)).options).decode()


def test_unknown_fields_are_passed_over():
    """As those of JSON bodies are."""
    assert "a" == asked(("unknown", "x"), ("other[a][b]", "y"), ("filenames[]", "z")).purpose


@pytest.mark.parametrize(
    ("field", "param"),
    [
        (("purpose", "c"), "purpose"),
        (("count", "many"), "count"),
        (("inner[seconds]", "9"), "inner.seconds"),
        (("inner[anchor]", "x"), "inner.seconds"),
        (("inner", "{"), "inner"),
        (("inner", "x" * 9), "inner"),
        (("options", "{"), "options"),
        (("names", "x"), "names"),
        (("inner", "[" * 20_000), "inner"),
    ],
)
def test_a_wrong_field_is_named(field, param):
    """As in JSON bodies."""
    with pytest.raises(InvalidArgument) as caught:
        asked(field)

    assert param == caught.value.param


def test_a_missing_field_is_named():
    """The file too, where the request needs one."""
    for fields, part, param in (([], {"file": ""}, "purpose"), ([("purpose", "a")], {}, "file")):
        with pytest.raises(InvalidArgument, match="Missing required") as caught:
            read(fields, part)

        assert param == caught.value.param


@pytest.mark.parametrize(
    "names",
    [
        ["a", "a[b]"],
        ["a[b]", "a"],
        ["a[]", "a[b]"],
        ["a[b]", "a[]"],
        ["a[][b]"],
        ["a[b]", "a[b][c]"],
    ],
)
def test_a_field_has_one_form(names):
    """Which of them is meant nobody can tell."""
    with pytest.raises(InvalidArgument, match="two forms"):
        nested((name, "x") for name in names)


def test_brackets_nest():
    """As deep as the object is."""
    assert {"a": {"b": {"c": "1", "d": ["2", "3"]}}, "e": "5"} == nested(
        [("a[b][c]", "1"), ("a[b][d][]", "2"), ("a[b][d][]", "3"), ("e", "4"), ("e", "5")]
    )
