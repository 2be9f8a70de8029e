"""Writes `operations.py` of a package: for each service its Protocol, its operations, its binding and its client."""

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
    types = "\n".join(_message_type(name, _pb2(package.homes[name])) for name in used)
    services = "\n\n".join(_service(service, package.name) for service in package.services)
    return HEADER.format(package=package.name, imports=imports) + types + "\n\n" + services


def _pb2(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".proto") + "_pb2"


def _names(method: Method) -> list[str]:
    return [name for name in (method.request, method.answer, method.chunk) if name]


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
    return f"{service.dialect or 'OPENAI'}.in_lines()" if method.only_streams else service.dialect


def _protocol_method(method: Method) -> str:
    answers = [] if method.only_streams else [f"Answer[m.{method.answer}]"]
    if method.chunk:
        answers.append(f"Stream[m.{method.chunk}]")
    answer = " | ".join(answers)
    doc = _doc(method.doc).replace("\n    ", "\n        ")
    return (
        f"    async def {method.name}(self, request: m.{method.request}, call: Call) -> {answer}:\n"
        f'        """{doc}"""\n        ...'
    )


def _operation(method: Method, dialect: str) -> str:
    routes = "".join(f'Route("{verb}", "{template}"), ' for verb, template in method.routes)
    streaming = method.proto if method.only_streams else method.twin
    twin = f', stream_rpc="{streaming.name}", chunk=_{method.chunk}' if streaming else ""
    if dialect:
        twin += f", dialect={dialect}"
    return (
        f"{method.name.upper()} = Operation("
        f'rpc="{method.proto.name}", request=_{method.request}, answer=_{method.answer}, '
        f"routes=({routes}), has_body={method.has_body}{twin})"
    )


def _client_methods(method: Method, constant: str) -> str:
    if method.only_streams:
        return _client_stream(method, method.name, constant, method.doc.split("\n", maxsplit=1)[0])
    text = (
        f"    async def {method.name}(self, request: m.{method.request}, call: Call) -> m.{method.answer}:\n"
        f'        """{method.doc.split(chr(10), maxsplit=1)[0]}"""\n'
        f"        answer: m.{method.answer} = await self._channel.unary("
        f"{constant}, {method.name.upper()}, request, call)\n"
        "        return answer"
    )
    if method.twin:
        doc = f"{method.doc.split(chr(10), maxsplit=1)[0]} Chunk by chunk."
        text += "\n\n" + _client_stream(method, snake(method.twin.name), constant, doc)
    return text


def _client_stream(method: Method, name: str, constant: str, doc: str) -> str:
    return (
        f"    def {name}(self, request: m.{method.request}, call: Call) -> Stream[m.{method.chunk}]:\n"
        f'        """{doc}"""\n'
        f"        return self._channel.stream({constant}, {method.name.upper()}, request, call)"
    )
