"""Weaviate's conditions, evaluated over objects in memory as its inverted index does.

Format: https://docs.weaviate.io/weaviate/api/graphql/filters
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

Rows: TypeAlias = Mapping[str, frozenset[str]]
"""The row keys under which the index has an object, by property."""
Fits: TypeAlias = Callable[[Rows], bool]
Tokenized: TypeAlias = Callable[[str], list[str]]

_WORD = re.compile(r"[^\W_]+")
_NONE: frozenset[str] = frozenset()
_COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "GreaterThan": lambda found, bound: found > bound,
    "GreaterThanEqual": lambda found, bound: found >= bound,
    "LessThan": lambda found, bound: found < bound,
    "LessThanEqual": lambda found, bound: found <= bound,
}


class FilterError(Exception):
    """Weaviate would not take the condition; the text says why."""


def words(text: str) -> list[str]:
    """Return what the tokenization `word` makes of a text."""
    return _WORD.findall(text.lower())


def rows(held: Mapping[str, Any], properties: Mapping[str, Any]) -> Rows:
    """Return what the index has of an object whose properties are `held`."""
    return {
        name: frozenset(_tokens(value, _tokenization(properties[name])))
        for name, value in held.items()
        if properties[name].get("indexFilterable", True)
        and properties[name]["dataType"][0].startswith("text")
    }


def compiled(where: Mapping[str, Any], properties: Mapping[str, Any]) -> Fits:
    """Return what says whether an object fits.

    Args:
        where: The condition, as JSON or GraphQL has it.
        properties: The definitions of the class's properties, by name.
    """
    operator = where["operator"]
    if operator in ("And", "Or"):
        inner = [compiled(each, properties) for each in where["operands"]]
        several = all if operator == "And" else any
        return lambda held: several(fits(held) for fits in inner)
    (name,) = where["path"]
    if name not in properties:
        raise FilterError(f"no such prop with name '{name}' found in class")
    definition = properties[name]
    if not definition.get("indexFilterable", True):
        raise FilterError(f"Filtering by property '{name}' requires inverted index")
    if definition["dataType"][0].removesuffix("[]") != "text":
        raise FilterError("data type filter cannot use valueText")
    tokenized = _tokenization(definition)
    if operator == "ContainsAny":
        return _contains_any(where, name, tokenized)
    return _compared(operator, where["valueText"], name, tokenized)


def _contains_any(where: Mapping[str, Any], name: str, tokenized: Tokenized) -> Fits:
    values = where.get("valueTextArray", where.get("valueText"))
    if not isinstance(values, list) or not values:
        raise FilterError("ContainsAny wants a list of values")
    if all(len(tokenized(value)) == 1 for value in values):
        wanted = {token for value in values for token in tokenized(value)}
        return lambda held: not wanted.isdisjoint(held.get(name, _NONE))
    raise FilterError("the fake looks up whole values only")


def _compared(operator: str, value: str, name: str, tokenized: Tokenized) -> Fits:
    terms = tokenized(value)
    if len(terms) != 1:
        raise FilterError("the fake compares whole values only")
    (term,) = terms
    if operator == "Equal":
        return lambda held: term in held.get(name, _NONE)
    if operator == "NotEqual":
        return lambda held: term not in held.get(name, _NONE)
    if operator not in _COMPARISONS:
        raise FilterError(f"unrecognized operator: {operator}")
    compare = _COMPARISONS[operator]
    return lambda held: any(compare(token, term) for token in held.get(name, _NONE))


def _tokenization(definition: Mapping[str, Any]) -> Tokenized:
    return words if definition.get("tokenization", "word") == "word" else _field


def _tokens(value: Any, tokenized: Tokenized) -> Iterable[str]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return [token for each in listed for token in tokenized(each)]


def _field(text: str) -> list[str]:
    return [text.strip()]
