"""Writes `messages.py` of a package: its messages as msgspec structs, as JSON has them."""

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Proto

from tools.gen.contract import Field, Message, Package

HEADER = '''"""Messages of `{package}`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT

'''
SCALARS = {
    Proto.TYPE_STRING: "str",
    Proto.TYPE_BOOL: "bool",
    Proto.TYPE_BYTES: "bytes",
    Proto.TYPE_DOUBLE: "float",
    Proto.TYPE_FLOAT: "float",
    Proto.TYPE_INT32: "int",
    Proto.TYPE_INT64: "int",
    Proto.TYPE_UINT32: "int",
    Proto.TYPE_UINT64: "int",
}
# JSON name of `extra`: one that no API has for a field.
EXTRA = "fleet.extra"


def module(package: Package) -> str:
    """Return the text of the module."""
    blocks = [block for message in ordered(package) for block in _message(message)]
    return HEADER.format(package=package.name) + "\n\n".join(blocks) + "\n"


def ordered(package: Package) -> list[Message]:
    """Return the messages so that each comes after those that it holds."""
    done: dict[str, Message] = {}

    def add(message: Message) -> None:
        for held in message.fields:
            if held.message and held.message not in done and held.message != message.name:
                add(package.messages[held.message])
        done.setdefault(message.name, message)

    for message in package.messages.values():
        add(message)
    return list(done.values())


def _message(message: Message) -> Iterator[str]:
    if message.transparent:
        yield f'{message.name}: TypeAlias = {alias(message)}\n"""{_doc(message.doc)}"""\n'
        return
    lines = [
        f"class {message.name}(Struct, kw_only=True, omit_defaults=True):",
        f'    """{_doc(message.doc, 4)}"""',
        "",
    ]
    for held in message.fields:
        lines += [f"    {held.name}: {_field(held)}", f'    """{_doc(held.doc, 4)}"""']
    yield "\n".join(lines) + "\n"


def alias(message: Message) -> str:
    """Return the type that a transparent message stands for."""
    kinds = [_many(held) for held in message.fields]
    if message.options.get("union") and len(kinds) == 1:
        kinds.append("None")
    return " | ".join(kinds)


def _field(held: Field) -> str:
    """Return the type of a field, and what it is when left out."""
    if held.name == "extra":
        return f'dict[str, Raw] | None = field(default=None, name="{EXTRA}")'
    constant = held.options.get("constant")
    if constant is not None:
        return f'Literal["{constant}"] = field(default_factory=lambda: "{constant}")'
    kind = _bounded(_many(held), held)
    if held.required:
        return kind
    if kind == "Raw":
        null = 'field(default_factory=lambda: Raw(b"null"))'
        return f"Raw = {null if held.nullable else 'ABSENT'}"
    if held.nullable:
        return f"{kind} | None = field(default_factory=lambda: None)"
    return f"{kind} | None = None"


def _many(held: Field) -> str:
    one = _one(held)
    if held.is_map:
        return f"dict[str, {one}]"
    return f"list[{one}]" if held.is_list else one


def _one(held: Field) -> str:
    if held.message:
        return held.message
    if held.options.get("json"):
        return "Raw"
    one_of = held.options.get("one_of")
    if one_of:
        return "Literal[" + ", ".join(f'"{value}"' for value in one_of) + "]"
    return SCALARS[held.value.type]


def _bounded(kind: str, held: Field) -> str:
    least, most = held.options.get("min"), held.options.get("max")
    if least is None and most is None:
        return kind
    sized = held.is_list or held.is_map or held.value.type == Proto.TYPE_STRING
    names = ("min_length", "max_length") if sized else ("ge", "le")
    bounds = [
        f"{name}={int(bound) if bound.is_integer() else bound}"
        for name, bound in zip(names, (least, most), strict=True)
        if bound is not None
    ]
    return f"Annotated[{kind}, Meta({', '.join(bounds)})]"


def _doc(doc: str, indent: int = 0) -> str:
    text = doc.replace("\\", "\\\\").strip()
    lines = text.split("\n")
    if len(lines) == 1:
        return text
    pad = " " * indent
    return "\n".join([lines[0], *(pad + line if line else "" for line in lines[1:]), pad])
