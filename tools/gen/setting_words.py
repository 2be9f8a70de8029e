"""Settings in words: what may stand in a field of a `Config`, and what stands there if nobody says."""

import json
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from fleet_runtime.config import Config, Secret

_NAMES: dict[Any, str] = {
    str: "text",
    bool: "`true` or `false`",
    int: "whole number",
    float: "number",
    Path: "path",
    Any: "anything",
    type(None): "nothing",
    Secret: "`{env: …}`",
}
_BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def aliases(field: FieldInfo) -> list[str]:
    """Return the other names that configs may use."""
    alias = field.validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else []


def kind(annotation: Any) -> str:
    """Return what may stand in a field."""
    if annotation in _NAMES:
        return _NAMES[annotation]
    if isinstance(annotation, type) and issubclass(annotation, Config):
        return f"[{title(annotation)}](#{anchor(title(annotation))})"
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin not in _JOINED:
        raise SystemExit(f"there are no words for {annotation!r}; add some to `_NAMES`")
    return _JOINED[origin](inner)


def _union(inner: Sequence[Any]) -> str:
    return " or ".join(dict.fromkeys(kind(part) for part in inner if part is not type(None)))


_JOINED: dict[Any, Callable[[Sequence[Any]], str]] = {
    typing.Annotated: lambda inner: kind(inner[0]),
    typing.Literal: lambda inner: ", ".join(f"`{value}`" for value in inner),
    typing.Union: _union,
    types.UnionType: _union,
    list: lambda inner: f"list of {kind(inner[0])}",
    dict: lambda inner: f"map of {kind(inner[0])} to {kind(inner[1])}",
}


def bounds(field: FieldInfo) -> str:
    """Return the limits of a number."""
    said = [
        f"{words} {getattr(rule, name)}"
        for rule in field.metadata
        for name, words in _BOUNDS.items()
        if getattr(rule, name, None) is not None
    ]
    return f", {' and '.join(said)}" if said else ""


def default(field: FieldInfo) -> str:
    """Return what holds where a config says nothing."""
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return "unset"
    if isinstance(value, Config):
        return "its defaults" if value == type(value)() else f"`{value.model_dump(mode='json')}`"
    if value == "":
        return "empty"
    return f"`{value if isinstance(value, str) else json.dumps(value, default=str)}`"


def meaning(field: FieldInfo) -> str:
    """Return what a field is: in its own words, or in those of the model that stands there."""
    said = field.description or next((model.__doc__ for model in _configs(field.annotation)), None)
    return flowing(said or "")


def flowing(text: str) -> str:
    """Return `text` without its line breaks."""
    return " ".join(text.split())


def inner_models(models: Iterable[type[Config]]) -> list[type[Config]]:
    """Return the models that stand in fields of `models`, and of one another, once each."""
    found: dict[type[Config], None] = {}
    waiting = [*models]
    while waiting:
        for field in waiting.pop(0).model_fields.values():
            for inner in _configs(field.annotation):
                if inner not in found:
                    found[inner] = None
                    waiting.append(inner)
    return [*found]


def _configs(annotation: Any) -> Iterator[type[Config]]:
    if isinstance(annotation, type) and issubclass(annotation, Config) and annotation is not Secret:
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _configs(inner)


def title(model: type[Config]) -> str:
    """Return the heading of a model that has a section of its own."""
    return f"Settings: {model.__name__.removesuffix('Config').lower()}"


def anchor(heading: str) -> str:
    """Return GitHub's anchor of a heading."""
    kept = [letter for letter in heading.lower() if letter.isalnum() or letter in " -_"]
    return "".join(kept).replace(" ", "-")
