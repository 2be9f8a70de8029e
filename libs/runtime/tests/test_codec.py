"""Every message survives the way into its proto form and back."""

from functools import cache
from importlib import import_module
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

PACKAGES = ["fleet.inference.v1", "fleet.inspect.v1"]

words = st.text(max_size=8)
json_texts = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
).map(lambda value: msgspec.Raw(msgspec.json.encode(value)))
SCALARS = {
    str: words,
    bool: st.booleans(),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(width=32, allow_nan=False, allow_infinity=False),
    msgspec.Raw: json_texts,
    NoneType: st.none(),
}


def structs():
    """Yield each message with the functions that change its form."""
    for package in PACKAGES:
        messages = import_module(f"{package}.messages")
        codec = import_module(f"{package}.codec")
        for name, struct in vars(messages).items():
            if (
                isinstance(struct, type)
                and issubclass(struct, msgspec.Struct)
                and struct is not msgspec.Struct
            ):
                snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
                to_proto = getattr(codec, f"{snake}_to_proto")
                yield pytest.param(struct, to_proto, getattr(codec, f"{snake}_from_proto"), id=name)


@cache
def values(kind: Any, least: int = 0) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - a table of types
    """Return what makes values of a type; lists and maps have at least `least` items."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in SCALARS:
        return SCALARS[kind]
    if origin is Annotated:
        return bounded(arguments[0], arguments[1], least)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        # Protos know no difference between an optional list that is empty and one that is not there.
        least = 1 if NoneType in arguments else 0
        return st.one_of([values(argument, least) for argument in arguments])
    if origin is list:
        return st.lists(values(arguments[0]), min_size=least, max_size=2)
    if origin is dict:
        return st.dictionaries(words, values(arguments[1]), min_size=least, max_size=2)
    return struct_values(kind)


def bounded(kind: Any, bounds: msgspec.Meta, least: int) -> st.SearchStrategy[Any]:
    """Return what makes values of a type within the bounds that the contract sets."""
    if kind is int:
        return st.integers(-(2**31) if bounds.ge is None else bounds.ge, bounds.le or 2**31 - 1)
    if kind is float:
        return st.floats(bounds.ge, bounds.le, width=32, allow_nan=False, allow_infinity=False)
    least = max(least, bounds.min_length or 0)
    return st.text(min_size=least, max_size=8) if kind is str else values(kind, least)


@cache
def struct_values(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Return what makes messages, with or without each of their optional fields."""
    hints = get_type_hints(struct, include_extras=True)
    fields = msgspec.structs.fields(struct)
    required = {f.name: values(hints[f.name]) for f in fields if f.required}
    optional = {f.name: values(hints[f.name]) for f in fields if not f.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: struct(**given))


@pytest.mark.parametrize(("struct", "to_proto", "from_proto"), list(structs()))
@settings(
    deadline=None,
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],  # Shrinking messages this wide takes minutes.
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_message_survives_both_of_its_forms(struct, to_proto, from_proto, data):
    """A router and its runner see the same request, to the byte of each JSON text in it."""
    message = data.draw(struct_values(struct))
    proto = to_proto(message)
    back = from_proto(type(proto).FromString(proto.SerializeToString()))

    assert message == back
    assert msgspec.json.encode(message, order="sorted") == msgspec.json.encode(back, order="sorted")
    assert message == msgspec.json.decode(msgspec.json.encode(message), type=struct)
