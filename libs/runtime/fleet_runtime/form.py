"""The requests that forms make: a field is text, JSON, or one of the parts of an object."""

from collections.abc import Iterable
from itertools import pairwise
from types import UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from fleet_runtime.errors import InvalidArgument
from fleet_runtime.reading import reading

StructT = TypeVar("StructT", bound=msgspec.Struct)

# What a form says of its file in the head of its part. The file itself is read elsewhere.
FILE, OF_THE_PART = "file", ("filename", "content_type")
SCALARS = (str, bytes, bool, int, float)

_encode = msgspec.json.Encoder().encode


class FormReader(Generic[StructT]):
    """Reads requests from the fields of forms.

    A field of text, a number or a truth value stands in a form as it is, any other as JSON; objects may come in
    brackets instead, `expires_after[seconds]=3600`, and lists as `names[]=a`.
    """

    def __init__(self, struct: type[StructT]) -> None:
        self._decoder = msgspec.json.Decoder(struct, strict=False)
        fields = msgspec.structs.fields(struct)
        self._in_json = {f.encode_name for f in fields if not _is_scalar(f.type)}
        self._of_the_part = {f.name for f in fields if f.required} & {*OF_THE_PART}

    def __call__(self, fields: Iterable[tuple[str, str]], of_the_part: dict[str, str]) -> StructT:
        """Return the request.

        Args:
            fields: Name and text of each field.
            of_the_part: What the part of the file says of it; empty values are as good as none.

        Raises:
            InvalidArgument: It is no such request; the error names the field.
        """
        sent = nested((name, self._value(name, text)) for name, text in fields)
        sent |= {name: value for name, value in of_the_part.items() if value or name == FILE}
        for name in self._of_the_part:
            sent.setdefault(name, "")
        with reading():
            return self._decoder.decode(_encode(sent))

    def _value(self, name: str, text: str) -> str | msgspec.Raw:
        if name not in self._in_json:
            return text
        try:
            msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            raise InvalidArgument(
                f"Invalid value for '{name}': expected JSON.", code="invalid_value", param=name
            ) from None
        return msgspec.Raw(text.encode())


def nested(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object that fields make whose names say by brackets where in it they are: `a[b]`, `a[]`.

    Raises:
        InvalidArgument: A field is both a value and an object, or an object and a list.
    """
    whole: dict[str, Any] = {}
    for name, value in fields:
        if not _put(whole, name.replace("]", "").split("["), value):
            first = name.partition("[")[0]
            raise InvalidArgument(
                f"The form has '{first}' in two forms.", code="invalid_value", param=first
            )
    return whole


def _put(place: Any, path: list[str], value: Any) -> bool:
    """Put `value` into the object `place`, and return whether there was room for it. An empty step is a list's end."""
    for step, following in pairwise(path):
        if not isinstance(place, dict):
            return False
        place = place.setdefault(step, {} if following else [])
    last = path[-1]
    if isinstance(place, list) and not last:
        place.append(value)
        return True
    if not isinstance(place, dict) or not last or isinstance(place.get(last), (dict, list)):
        return False
    place[last] = value
    return True


def _is_scalar(kind: Any) -> bool:
    """Whether a field of this type is written as it is."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _is_scalar(inner[0])
    if origin in (Union, UnionType):
        return any(_is_scalar(one) for one in inner)
    return origin is Literal or kind in SCALARS
