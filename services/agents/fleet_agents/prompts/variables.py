"""The variables of a prompt's text, each written as `{{name}}`, with or without spaces around the name."""

import re
from collections.abc import Sequence

from fleet_runtime.errors import InvalidArgument

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
"""A variable in a text; its group is the name."""


def names_in(text: str) -> list[str]:
    """Return the names of the variables in a text, each once, in order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def declared(text: str, variables: Sequence[str]) -> list[str]:
    """Return the variables that a caller names beside a text, each once.

    Raises:
        InvalidArgument: They are not those that stand in the text; the error names them.
    """
    named, used = list(dict.fromkeys(variables)), names_in(text)
    undeclared = [name for name in used if name not in named]
    if undeclared:
        raise _wrong(f"The prompt has {_list(undeclared)} in it, which 'variables' must name too.")
    unused = [name for name in named if name not in used]
    if unused:
        raise _wrong(
            f"'variables' names {', '.join(map(repr, unused))}, which the prompt does not use; a variable stands in it"
            " as {{name}}, where a name has letters, digits and underscores."
        )
    return named


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in names)


def _wrong(message: str) -> InvalidArgument:
    return InvalidArgument(message, code="invalid_variables", param="variables")
