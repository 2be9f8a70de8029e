"""Settings of a provider that are another for one file."""

from collections.abc import Container, Mapping
from typing import Any

from pydantic import ValidationError

from fleet_runtime.config import Config
from fleet_runtime.errors import InvalidArgument


def merge(config: Config, options: Mapping[str, Any], fixed: Container[str]) -> dict[str, Any]:
    """Return the settings of a provider but for the `fixed` ones, with `options` in place of its own.

    Raises:
        InvalidArgument: There are no such settings, or not such values.
    """
    free = [name for name in type(config).model_fields if name not in fixed]
    unknown = sorted(set(options) - set(free))
    if unknown:
        raise _wrong(f"There is no option {unknown[0]!r}; there are: {', '.join(free) or 'none'}.")
    held = {name: getattr(config, name) for name in type(config).model_fields}
    try:
        changed = type(config).model_validate({**held, **options})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise _wrong(f"The option {name!r} is wrong: {first['msg']}.") from None
    return {name: getattr(changed, name) for name in free}


def _wrong(message: str) -> InvalidArgument:
    return InvalidArgument(message, code="invalid_options", param="options")
