"""JSON Schemas of messages, as OpenAPI 3.1 has them."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeAlias

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Proto

from tools.gen.contract import Field, Message, Package
from tools.gen.transfers import FILE, OF_THE_PART

Json: TypeAlias = dict[str, Any]

SCALARS: dict[int, Json] = {
    Proto.TYPE_STRING: {"type": "string"},
    Proto.TYPE_BOOL: {"type": "boolean"},
    Proto.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    Proto.TYPE_DOUBLE: {"type": "number", "format": "double"},
    Proto.TYPE_FLOAT: {"type": "number", "format": "float"},
    Proto.TYPE_INT32: {"type": "integer", "format": "int32"},
    Proto.TYPE_INT64: {"type": "integer", "format": "int64"},
    Proto.TYPE_UINT32: {"type": "integer", "format": "int32", "minimum": 0},
    Proto.TYPE_UINT64: {"type": "integer", "format": "int64", "minimum": 0},
}
# What the bounds of a value are called, by its JSON type.
BOUNDS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
}


# The bytes of a file as they are, and not as JSON has bytes.
BINARY: Json = {"type": "string", "format": "binary"}


class Schemas:
    """Schemas of one package's messages, each made when it is first referred to.

    Args:
        package: Whose messages they are.
        incoming: The messages that callers send. In those, `null` stands for an unset field, and constants may be left
            out; in all others only what is marked `nullable` is ever `null`, and constants are always there.
        key: Returns what a message is called among the document's schemas.
        forms: The messages that callers send as forms, with a file.

    Attributes:
        made: The schemas made so far, by their keys.
    """

    def __init__(
        self,
        package: Package,
        incoming: Collection[str],
        key: Callable[[str], str],
        forms: Collection[str] = (),
    ) -> None:
        self.made: dict[str, Json] = {}
        self._messages = package.messages
        self._incoming = incoming
        self._key = key
        self._forms = forms

    def ref(self, name: str, without: Collection[str] = ()) -> Json:
        """Return a reference to the schema of a message; `without` names the fields that come in the path instead."""
        key = self._key(name)
        if key not in self.made:
            self.made[key] = {}  # A message may hold itself.
            self.made[key] = self._message(self._messages[name], without)
        return {"$ref": f"#/components/schemas/{key}"}

    def field(self, held: Field, *, null: bool = False) -> Json:
        """Return the schema of a field; where `null`, it may be that too."""
        schema = _bounded(self._many(held), held)
        if "constant" in held.options:
            schema["const"] = held.options["constant"]
        if null:
            schema = _or_null(schema)
        if held.doc:
            schema["description"] = text(held.doc)
        if held.doc.startswith("Deprecated"):
            schema["deprecated"] = True
        return schema

    def _message(self, message: Message, without: Collection[str]) -> Json:
        described = {"description": text(message.doc)}
        if message.options.get("union"):
            members = [self.field(held) for held in message.fields]
            return {
                "oneOf": [*members, {"type": "null"}] if len(members) == 1 else members
            } | described
        if message.options.get("bare"):
            return self._many(message.fields[0]) | described
        incoming = message.name in self._incoming
        form = message.name in self._forms
        left_out = {"extra", *without, *(OF_THE_PART if form else ())}
        fields = [f for f in message.fields if f.name not in left_out]
        schema: Json = {"type": "object"} | described
        schema["properties"] = {
            f.name: self.field(f, null=f.nullable or (incoming and not f.required and not form))
            for f in fields
        }
        if form:
            schema["properties"][FILE] |= BINARY
        required = [f.name for f in fields if _always_there(f, incoming=incoming)]
        if required:
            schema["required"] = required
        if message.options.get("open"):
            schema["additionalProperties"] = True
        return schema

    def _many(self, held: Field) -> Json:
        one = self._one(held)
        if held.is_map:
            return {"type": "object", "additionalProperties": one}
        return {"type": "array", "items": one} if held.is_list else one

    def _one(self, held: Field) -> Json:
        if held.message:
            return self.ref(held.message)
        if held.options.get("json"):
            is_object = "JSON object" in held.doc
            return {"type": "object", "additionalProperties": True} if is_object else {}
        schema = dict(SCALARS[held.value.type])
        if "one_of" in held.options:
            schema["enum"] = held.options["one_of"]
        return schema


def within(package: Package, roots: Iterable[str]) -> set[str]:
    """Return the names of the messages that `roots` hold, themselves included."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [held.message for held in package.messages[name].fields if held.message]
    return found


def text(comment: str) -> str:
    """Return a comment with its paragraphs unwrapped."""
    return "\n\n".join(" ".join(part.split("\n")) for part in comment.strip().split("\n\n"))


def _always_there(held: Field, *, incoming: bool) -> bool:
    if incoming:
        return held.required and "constant" not in held.options
    return held.required or held.nullable


def _bounded(schema: Json, held: Field) -> Json:
    names = BOUNDS.get(schema.get("type", ""), ())
    for name, option in zip(names, ("min", "max"), strict=False):
        if option in held.options:
            bound = held.options[option]
            schema[name] = int(bound) if bound.is_integer() else bound
    return schema


def _or_null(schema: Json) -> Json:
    """Return `schema` with `null` allowed."""
    if not schema:
        return {}
    if "$ref" in schema:
        return {"oneOf": [schema, {"type": "null"}]}
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema
