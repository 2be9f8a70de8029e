"""Methods that move files are as `options.proto` says, or nothing is generated."""

import pytest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Proto
from google.protobuf.descriptor_pb2 import MethodDescriptorProto

from tools.gen.contract import Field, Message, Method, Package, Service
from tools.gen.transfers import check

FORM = {"filename": Proto.TYPE_STRING, "content_type": Proto.TYPE_STRING, "file": Proto.TYPE_BYTES}


def package(fields, *, streams_in, streams_out, path="/v1/x", **kind):
    """Return a package with one method, whose request and answer have `fields`."""
    found = [Proto(name=name, type=type_) for name, type_ in fields.items()]
    message = Message("Thing", "", tuple(Field(one, one, "", {}) for one in found), {})
    proto = MethodDescriptorProto(
        name="Do",
        input_type=".p.Thing",
        output_type=".p.Thing",
        client_streaming=streams_in,
        server_streaming=streams_out,
    )
    method = Method(proto, "", (("POST", path),), has_body=True, twin=None, **kind)
    return Package("p", messages={"Thing": message}, services=[Service("S", "", (method,))])


@pytest.mark.parametrize(
    "right",
    [
        package(FORM, streams_in=True, streams_out=False, upload=True),
        package({"data": Proto.TYPE_BYTES}, streams_in=False, streams_out=True, download=True),
        package({}, streams_in=False, streams_out=True),
    ],
)
def test_right_methods_pass(right):
    """Those that move no file too."""
    check([right])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (package(FORM, streams_in=False, streams_out=False, upload=True), "streams its request"),
        (package(FORM, streams_in=True, streams_out=False), "streams its request"),
        (package({}, streams_in=True, streams_out=False, upload=True), "`bytes file`"),
        (
            package(FORM, streams_in=True, streams_out=False, upload=True, path="/v1/{x}"),
            "none in its path",
        ),
        (
            package({"data": Proto.TYPE_BYTES}, streams_in=False, streams_out=False, download=True),
            "streams its answer",
        ),
        (package({}, streams_in=False, streams_out=True, download=True), "`bytes data`"),
    ],
)
def test_wrong_methods_are_named(wrong, told):
    """By their full name, before anything is written."""
    with pytest.raises(SystemExit, match=f"p.S.Do: .*{told}"):
        check([wrong])
