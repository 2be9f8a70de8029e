"""Uploads and downloads: what their methods must look like."""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Proto

from tools.gen.contract import Method, Package

FILE = "file"
# What a form says of its file in the head of the part, rather than in parts of their own.
OF_THE_PART = ("filename", "content_type")


def check(packages: list[Package]) -> None:
    """End the program if a method that moves a file is not as `options.proto` says."""
    for package in packages:
        for service in package.services:
            for method in service.methods:
                for wrong in _faults(method, package):
                    raise SystemExit(f"{package.name}.{service.name}.{method.proto.name}: {wrong}")


def _faults(method: Method, package: Package) -> Iterator[str]:
    if method.proto.client_streaming != method.upload:
        yield "a method streams its request if, and only if, it is an upload"
    if method.upload and not _kinds(method.request, package) >= {
        (FILE, Proto.TYPE_BYTES),
        *((name, Proto.TYPE_STRING) for name in OF_THE_PART),
    }:
        yield "the request of an upload has `string filename`, `string content_type` and `bytes file`"
    if method.upload and any("{" in template for _, template in method.routes):
        yield "an upload has all of its fields in the form, and none in its path"
    if method.download and not method.only_streams:
        yield "a download streams its answer"
    if method.download and ("data", Proto.TYPE_BYTES) not in _kinds(method.answer, package):
        yield "the messages of a download have `bytes data`"


def _kinds(message: str, package: Package) -> set[tuple[str, int]]:
    """Return the name and the type of each field of a message."""
    return {(held.name, held.proto.type) for held in package.messages[message].fields}
