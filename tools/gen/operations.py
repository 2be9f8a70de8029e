"""Writes `operations.py` of a package: for each service its Protocol, its operations, its binding and its client."""

from collections.abc import Iterator

from tools.gen.contract import Method, Package, Service, snake

HEADER = '''"""Operations of `{package}`. Written by `make gen`; do not edit."""

from typing import Protocol

from {package} import codec, messages as m
{imports}
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import Answer, Binding, BoundService, MessageType, Operation, Route, Stream

'''


def module(package: Package) -> str:
    """Return the text of the module."""
    used = sorted(
        {name for s in package.services for method in s.methods for name in _names(method)}
    )
    files = sorted(package.files)  # Reflection describes services only if their files are imported.
    imports = "\n".join(f"from {package.name} import {_pb2(file)}" for file in files)
    named = {
        _dialect(method, service) for service in package.services for method in service.methods
    }
    dialects = sorted({name.partition(".")[0] for name in named} - {""})
    if dialects:
        imports += f"\nfrom fleet_runtime.dialect import {', '.join(dialects)}"
    imports += "".join(_needed(package))
    types = "\n".join(_message_type(name, _pb2(package.homes[name])) for name in used)
    services = "\n\n".join(_service(service, package.name) for service in package.services)
    return HEADER.format(package=package.name, imports=imports) + types + "\n\n" + services


def _needed(package: Package) -> Iterator[str]:
    """Yield the imports that only some packages need."""
    methods = [method for service in package.services for method in service.methods]
    if any(method.upload for method in methods):
        yield "\nfrom collections.abc import AsyncIterable"
        yield "\nfrom fleet_runtime.upload import Upload"
    if any(method.empty for method in methods):
        yield "\nfrom fleet_runtime.operation import NOTHING"


def _pb2(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".proto") + "_pb2"


def _names(method: Method) -> list[str]:
    answer = None if method.empty else method.answer
    return [name for name in (method.request, answer, method.chunk) if name]


def _message_type(name: str, module_name: str) -> str:
    codec = f"codec.{snake(name)}"
    return f"_{name} = MessageType(m.{name}, {module_name}.{name}, {codec}_to_proto, {codec}_from_proto)"


def _service(service: Service, package: str) -> str:
    constant = snake(service.name).upper()
    full = f"{package}.{service.name}"
    protocol = "\n\n".join(_protocol_method(method) for method in service.methods)
    operations = "\n".join(
        _operation(method, _dialect(method, service)) for method in service.methods
    )
    bindings = "\n".join(
        f"            Binding({method.name.upper()}, implementation.{method.name}),"
        for method in service.methods
    )
    client = "\n\n".join(_client_methods(method, constant) for method in service.methods)
    return f'''
class {service.name}(Protocol):
    """{_doc(service.doc)}"""

{protocol}


{constant} = "{full}"
"""The service's full name."""

{operations}


def bind_{snake(service.name)}(implementation: {service.name}) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        {constant},
        (
{bindings}
        ),
    )


class {service.name}Client:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

{client}

'''


def _doc(doc: str) -> str:
    lines = doc.strip().split("\n")
    if len(lines) == 1:
        return lines[0]
    return "\n".join([lines[0], *("    " + line if line else "" for line in lines[1:]), "    "])


def _dialect(method: Method, service: Service) -> str:
    """Return the expression of what REST callers expect; empty for OpenAI's conventions."""
    in_lines = method.only_streams and not method.download
    return f"{service.dialect or 'OPENAI'}.in_lines()" if in_lines else service.dialect


def _protocol_method(method: Method) -> str:
    doc = _doc(method.doc).replace("\n    ", "\n        ")
    return (
        f"    async def {method.name}(self, {_taken(method)}, call: Call) -> {_given(method)}:\n"
        f'        """{doc}"""\n        ...'
    )


def _taken(method: Method) -> str:
    """Return what the method of a service takes, with its type."""
    request = f"m.{method.request}"
    return f"upload: Upload[{request}]" if method.upload else f"request: {request}"


def _given(method: Method) -> str:
    """Return the type of what the method of a service returns."""
    if method.empty:
        return "None"
    answers = [] if method.only_streams else [f"Answer[m.{method.answer}]"]
    if method.chunk:
        answers.append(f"Stream[m.{method.chunk}]")
    return " | ".join(answers)


_KINDS = ("upload", "download", "websocket")


def _operation(method: Method, dialect: str) -> str:
    routes = "".join(f'Route("{verb}", "{template}"), ' for verb, template in method.routes)
    streaming = method.proto if method.only_streams else method.twin
    twin = f', stream_rpc="{streaming.name}", chunk=_{method.chunk}' if streaming else ""
    if dialect:
        twin += f", dialect={dialect}"
    twin += "".join(f", {kind}=True" for kind in _KINDS if getattr(method, kind))
    answer = "NOTHING" if method.empty else f"_{method.answer}"
    return (
        f"{method.name.upper()} = Operation("
        f'rpc="{method.proto.name}", request=_{method.request}, answer={answer}, '
        f"routes=({routes}), has_body={method.has_body}{twin})"
    )


def _client_methods(method: Method, constant: str) -> str:
    if method.only_streams:
        return _client_stream(method, method.name, constant, method.doc.split("\n", maxsplit=1)[0])
    text = _client_call(method, constant)
    if method.twin:
        doc = f"{method.doc.split(chr(10), maxsplit=1)[0]} Chunk by chunk."
        text += "\n\n" + _client_stream(method, snake(method.twin.name), constant, doc)
    return text


def _client_call(method: Method, constant: str) -> str:
    """Return the client's method that gets one answer, or none."""
    takes, passes, via = f"request: m.{method.request}, call: Call", "request, call", "unary"
    if method.upload:
        takes += ", content: AsyncIterable[bytes] | None = None"
        passes, via = f"{passes}, content", "upload"
    answer = "None" if method.empty else f"m.{method.answer}"
    called = f"await self._channel.{via}({constant}, {method.name.upper()}, {passes})"
    does = called if method.empty else f"answer: {answer} = {called}\n        return answer"
    return (
        f"    async def {method.name}(self, {takes}) -> {answer}:\n"
        f'        """{method.doc.split(chr(10), maxsplit=1)[0]}"""\n'
        f"        {does}"
    )


def _client_stream(method: Method, name: str, constant: str, doc: str) -> str:
    return (
        f"    def {name}(self, request: m.{method.request}, call: Call) -> Stream[m.{method.chunk}]:\n"
        f'        """{doc}"""\n'
        f"        return self._channel.stream({constant}, {method.name.upper()}, request, call)"
    )
