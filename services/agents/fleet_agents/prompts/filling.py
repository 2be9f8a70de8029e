"""A prompt with values in place of its variables."""

import re
from collections.abc import Mapping

from fleet.agents.v1 import messages as m
from fleet_agents.items.checks import check_part
from fleet_agents.prompts.variables import VARIABLE, names_in
from fleet_runtime.errors import InvalidArgument

_MEDIA = {"input_image": "image", "input_file": "file"}


def filled(prompt: m.Prompt, variables: Mapping[str, str | m.Part]) -> list[m.Part]:
    """Return the text of a prompt with its variables put in, then the images and files among them.

    Where an image or a file belongs, the text says its name, as `[image: photo]`. What a value holds is text: a
    `{{name}}` in it stays as it is.

    Args:
        prompt: The prompt.
        variables: A value for each variable: a text, or a part of type `input_text`, `input_image` or `input_file`.

    Raises:
        InvalidArgument: A variable has no value, or none of these, or there is no such variable.
    """
    text = prompt.prompt or ""
    names = names_in(text)
    _check_names(prompt, names, variables)
    for name in names:
        _check_value(variables[name], _param(name))

    def put(match: re.Match[str]) -> str:
        return _told(match[1], variables[match[1]])

    values = [variables[name] for name in names]
    media = [value for value in values if isinstance(value, m.Part) and value.type in _MEDIA]
    return [m.Part(type="input_text", text=VARIABLE.sub(put, text)), *media]


def _check_names(prompt: m.Prompt, names: list[str], variables: Mapping[str, str | m.Part]) -> None:
    missing = [name for name in names if name not in variables]
    if missing:
        raise InvalidArgument(
            f"Prompt '{prompt.prompt_id}' needs values for its variables: {', '.join(missing)}.",
            code="missing_prompt_variables",
            param=_param(missing[0]),
        )
    unknown = [name for name in variables if name not in names]
    if unknown:
        raise InvalidArgument(
            f"Prompt '{prompt.prompt_id}' has no variables named: {', '.join(unknown)}."
            f" It has: {', '.join(names) or 'none'}.",
            code="unknown_prompt_variables",
            param=_param(unknown[0]),
        )


def _check_value(value: str | m.Part, param: str) -> None:
    if isinstance(value, str):
        return
    if value.type != "input_text" and value.type not in _MEDIA:
        raise InvalidArgument(
            f"'{param}' must be a text, or a part of type input_text, input_image or input_file, not '{value.type}'.",
            code="invalid_value",
            param=param,
        )
    check_part(value, param)


def _told(name: str, value: str | m.Part) -> str:
    if isinstance(value, str):
        return value
    if value.type in _MEDIA:
        return f"[{_MEDIA[value.type]}: {name}]"
    return value.text or ""


def _param(name: str) -> str:
    return f"prompt.variables.{name}"
