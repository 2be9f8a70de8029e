"""Whether a value fits a JSON Schema, as far as a look tells.

Schemas come from servers that callers name, so no more is done than takes a bounded time: no patterns, which can take
for ever, and no references to other places. What is not looked at the tool says itself.

Source: https://json-schema.org/draft/2020-12/json-schema-validation
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# How many schemas are looked at, at most, for one value. A few lines of JSON can ask for any number.
STEPS = 10_000
# How deep values and references may nest.
DEPTH = 64
# The longest list of choices that a message has.
_CHOICES = 20

_KINDS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool)
        and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_NAMES = {"array": "an array", "object": "an object", "integer": "an integer", "null": "null"}


def _is_number(value: object) -> bool:
    return _KINDS["number"](value)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A bound of numbers, or of lengths: its keyword, of what kind of value, what is outside of it, and in words."""

    keyword: str
    kind: str
    is_outside: Callable[[Any, Any], bool]
    words: str


_BOUNDS = (
    _Bound("minimum", "number", operator.lt, "be {} or more"),
    _Bound("maximum", "number", operator.gt, "be {} or less"),
    _Bound("exclusiveMinimum", "number", operator.le, "be more than {}"),
    _Bound("exclusiveMaximum", "number", operator.ge, "be less than {}"),
    _Bound("minLength", "string", operator.lt, "have {} letters or more"),
    _Bound("maxLength", "string", operator.gt, "have {} letters or less"),
    _Bound("minItems", "array", operator.lt, "have {} items or more"),
    _Bound("maxItems", "array", operator.gt, "have {} items or less"),
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where a value does not fit, and why.

    Attributes:
        path: Where, such as `days[0].name`; empty for the value itself.
        reason: Why, to follow the path: `must be a string`.
    """

    path: str
    reason: str


def mismatch(value: Any, schema: Any) -> Mismatch | None:
    """Return the first place where `value` does not fit `schema`, if there is one."""
    return next(_Look(schema).at(value, schema, "", 0), None)


class _Look:
    """One look at one value."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._steps = STEPS

    def at(self, value: Any, schema: Any, path: str, depth: int) -> Iterator[Mismatch]:
        """Yield what does not fit at a place."""
        self._steps -= _cost(schema)
        if self._steps < 0 or depth > DEPTH:
            return
        if schema is False:
            yield Mismatch(path, "is not allowed")
        if not isinstance(schema, dict):
            return
        yield from _of_kind(value, schema, path)
        yield from _within(value, schema, path)
        yield from self._together(value, schema, path, depth + 1)
        if isinstance(value, dict):
            yield from self._object(value, schema, path, depth + 1)
        if isinstance(value, list) and "prefixItems" not in schema:
            for place, item in enumerate(value):
                yield from self.at(item, schema.get("items", True), f"{path}[{place}]", depth + 1)

    def _together(
        self, value: Any, schema: Mapping[str, Any], path: str, depth: int
    ) -> Iterator[Mismatch]:
        """Yield what does not fit the schemas that this one is made of."""
        if isinstance(schema.get("$ref"), str):
            yield from self.at(value, self._referred(schema["$ref"]), path, depth)
        for part in _list(schema.get("allOf")):
            yield from self.at(value, part, path, depth)
        for keyword in ("anyOf", "oneOf"):
            choices = _list(schema.get(keyword))
            found = [next(self.at(value, choice, path, depth), None) for choice in choices]
            if choices and all(found):
                yield _none_fits(path, [one for one in found if one])

    def _object(
        self, value: dict[str, Any], schema: Mapping[str, Any], path: str, depth: int
    ) -> Iterator[Mismatch]:
        for name in _texts(schema.get("required")):
            if name not in value:
                yield Mismatch(_inside(path, name), "is required")
        known = schema.get("properties")
        known = known if isinstance(known, dict) else {}
        others = schema.get("additionalProperties", True)
        for name, inner in value.items():
            if name not in known and others is False and "patternProperties" not in schema:
                yield Mismatch(_inside(path, name), f"is unknown; known are: {_told(list(known))}")
            rule = known.get(name, others if isinstance(others, dict) else True)
            yield from self.at(inner, rule, _inside(path, name), depth)

    def _referred(self, pointer: str) -> Any:
        """Return what a reference into the same schema points to (RFC 6901); anything fits what is elsewhere."""
        if pointer == "#":
            return self._root
        found = self._root
        for step in pointer.removeprefix("#/").split("/") if pointer.startswith("#/") else [""]:
            key = step.replace("~1", "/").replace("~0", "~")
            found = found.get(key, True) if isinstance(found, dict) else True
        return found


def _of_kind(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[Mismatch]:
    kinds = schema.get("type")
    wanted = [kinds] if isinstance(kinds, str) else _texts(kinds)
    known = [kind for kind in wanted if kind in _KINDS]
    if known == wanted != [] and not any(_KINDS[kind](value) for kind in known):
        yield Mismatch(path, "must be " + " or ".join(_NAMES.get(k, f"a {k}") for k in wanted))
    choices = schema.get("enum")
    if isinstance(choices, list) and not any(_same(value, choice) for choice in choices):
        yield Mismatch(path, f"must be one of: {_told(choices)}")
    if "const" in schema and not _same(value, schema["const"]):
        yield Mismatch(path, f"must be {_told([schema['const']])}")


def _within(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[Mismatch]:
    """Yield the bounds that a number, or a length, is outside of."""
    for bound in _BOUNDS:
        limit = schema.get(bound.keyword)
        if not _is_number(limit) or not _KINDS[bound.kind](value):
            continue
        if bound.is_outside(value if bound.kind == "number" else len(value), limit):
            yield Mismatch(path, f"must {bound.words.format(limit)}")


def _none_fits(path: str, found: list[Mismatch]) -> Mismatch:
    """Return why no choice fits: as the one says that fits best, by how deep inside it went wrong."""
    deepest = max(found, key=lambda one: len(one.path))
    if len(deepest.path) > len(path):
        return deepest
    return Mismatch(path, ", or ".join(dict.fromkeys(one.reason for one in found)))


def _same(value: Any, other: Any) -> bool:
    """Whether two JSON values are equal; Python's `True` and 1 are."""
    return isinstance(value, bool) is isinstance(other, bool) and bool(value == other)


def _cost(schema: Any) -> int:
    """Return how much work a look at a schema is, that of others in it aside."""
    lists = ("enum", "required") if isinstance(schema, dict) else ()
    return 1 + sum(len(_list(schema.get(keyword))) for keyword in lists)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [item for item in _list(value) if isinstance(item, str)]


def _inside(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


def _told(choices: list[Any]) -> str:
    """Return the first of some values, for a message."""
    told = [str(choice) for choice in choices[:_CHOICES]]
    return ", ".join(told + ["…"] * (len(choices) > _CHOICES)) or "none"
