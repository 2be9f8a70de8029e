"""Requests as HTTP callers make them: from body, path and query."""

import re
from collections.abc import Collection
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import parse_qsl, unquote

import msgspec

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, UnsupportedMediaType
from fleet_runtime.operation import Operation
from fleet_runtime.reading import reading

JSON = "application/json"


class RequestReader:
    """Reads requests of one operation from body, path and query."""

    def __init__(self, operation: Operation) -> None:
        self._struct: type[msgspec.Struct] = operation.request.struct
        self._decoder = msgspec.json.Decoder(self._struct) if operation.has_body else None
        self._paths = [path_pattern(route.template) for route in operation.routes]
        self._takes_path = any(pattern.groups for pattern in self._paths)
        fields = msgspec.structs.fields(self._struct)
        self._lists = frozenset(field.encode_name for field in fields if _is_list(field.type))

    def __call__(self, body: bytes, call: Call) -> msgspec.Struct:
        """Return the request, and keep it and its bytes in `call`.

        Raises:
            InvalidArgument: It is no such request; the error names the field.
        """
        with reading():
            if self._decoder and not self._takes_path:
                _check_utf8(body)
                request: msgspec.Struct = self._decoder.decode(body)
                call.body = body
            else:
                request = self._from_parts(body, call.header("x-envoy-original-path") or "")
        call.received = request
        return request

    def _from_parts(self, body: bytes, target: str) -> msgspec.Struct:
        """Return a request whose fields stand in the path, the query or both, and in the body if it has one."""
        path, _, query = target.partition("?")
        fields = query_fields(query, self._lists) | self._path_fields(path)
        if self._decoder is None:
            return msgspec.convert(fields, self._struct, strict=False)
        _check_utf8(body)
        # Values stay as they came: some fields are kept as JSON, which `msgspec.convert` cannot make of objects.
        sent = msgspec.json.decode(body or b"{}", type=dict[str, msgspec.Raw])
        merged: msgspec.Struct = self._decoder.decode(msgspec.json.encode({**sent, **fields}))
        return merged

    def _path_fields(self, path: str) -> dict[str, str]:
        for pattern in self._paths:
            match = pattern.fullmatch(path.rstrip("/"))
            if match:
                return {name: unquote(value) for name, value in match.groupdict().items()}
        return {}


def check_type(content_type: str) -> None:
    """Refuse what is not JSON by its header. Web pages may send other types to any address without asking first.

    Raises:
        UnsupportedMediaType: It is another type. None at all is taken for JSON.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (JSON, ""):
        raise UnsupportedMediaType(
            f"The body must be JSON, with 'content-type: {JSON}'; it came as '{kind}'.",
            code="unsupported_media_type",
        )


def _check_utf8(body: bytes) -> None:
    """Raise `UnicodeDecodeError` at what is not UTF-8: fields that nobody here reads go on to model servers as is."""
    if not body.isascii():
        body.decode()


def path_pattern(template: str) -> re.Pattern[str]:
    """Return what matches the paths of a `google.api.http` template: `{x}` is a segment, `{x=**}` any number."""
    parts = re.split(r"\{(\w+)(=\*\*)?\}", template)
    pattern = re.escape(parts[0])
    for name, several, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        pattern += f"(?P<{name}>{'.+' if several else '[^/]+'}){re.escape(rest)}"
    return re.compile(pattern)


def query_fields(query: str, lists: Collection[str] = ()) -> dict[str, Any]:
    """Return what a query string says: `a=1`, lists as `a[]=1&a[]=2`, maps as `a[key]=1`.

    Args:
        query: The string.
        lists: The fields that are lists, which may come as `a=1&a=2` and as `a=1,2` too: SDKs differ.

    Raises:
        InvalidArgument: One name comes in two of these forms.
    """
    fields: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        name, bracket, inner = key.partition("[")
        inner = inner.rstrip("]")
        if not bracket and name not in lists:
            fields[name] = value
            continue
        several = fields.setdefault(name, {} if inner else [])
        if inner and isinstance(several, dict):
            several[inner] = value
        elif not inner and isinstance(several, list):
            several.extend([value] if bracket else value.split(","))
        else:
            raise InvalidArgument(
                f"The query has '{name}' in two forms.", code="invalid_value", param=name
            )
    return fields


def _is_list(hint: Any) -> bool:
    """Whether a field of this type holds a list and nothing else."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Annotated:
        return _is_list(inner[0])
    if kind in (Union, UnionType):
        return all(_is_list(each) for each in inner if each is not NoneType)
    return kind is list
